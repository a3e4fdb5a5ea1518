// A value for each kind of field of ../kinds.json, and whether what was read back is what was written.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** Where the samples are written: a project of each manner, and the one that has a field of every kind. */
export const PROJECTS = ["SEC", "PAY", "ALL"];
/** An issue type whose metadata is odd on purpose. */
export const ODD = "Odd";
const KINDS = JSON.parse(readFileSync(new URL("../kinds.json", import.meta.url), "utf8"));

export const doc = (text) => ({
  type: "doc",
  version: 1,
  content: [{ type: "paragraph", content: [{ type: "text", text }] }],
});

/** What the field's metadata says that it is. */
function nameOf({ schema }) {
  const custom = schema.custom ?? "";
  if (custom.startsWith("ari:cloud:ecosystem::extension/")) {
    return `forge ${schema.type}${schema.type === "array" ? ` of ${schema.items}` : ""}`;
  }
  return custom || schema.system;
}

function kind(field) {
  const name = nameOf(field);
  assert.ok(name in KINDS, `kinds.json has no sample for ${name} (${field.name})`);
  return KINDS[name];
}

const isWritten = (field) => field.operations.length > 0 && "send" in kind(field);

/** The kinds that a story has written, of the fields of its screens. */
export const written = (fields) => fields.filter(isWritten).map(nameOf);

/** The kinds that a story must write, of all the fields of a site. */
export const writable = (fields) =>
  fields
    .filter((field) => field.schema)
    .map(nameOf)
    .filter((name) => "send" in (KINDS[name] ?? {}) && !("screens" in KINDS[name]));

function fillIn(sample, places) {
  if (Array.isArray(sample)) {
    const filled = sample.map((value) => JSON.stringify(fillIn(value, places)));
    return [...new Set(filled)].map((value) => JSON.parse(value));
  }
  if (sample !== null && typeof sample === "object") {
    return Object.fromEntries(Object.entries(sample).map(([key, value]) => [key, fillIn(value, places)]));
  }
  return typeof sample === "string" && sample.startsWith("$") ? places[sample] : sample;
}

function sample(field, places) {
  const allowed = (field.allowedValues ?? []).filter((value) => !value.disabled);
  return fillIn(kind(field).send, {
    ...places,
    $doc: doc(`A text for ${field.name}: ü, 漢字, <b>`),
    $first: allowed[0]?.id,
    $last: allowed.at(-1)?.id,
    $child: allowed.at(-1)?.children?.at(-1)?.id,
  });
}

/** `fields` and `update` of a create, with a value for every field that can be written. */
export function fill(screen, places = {}) {
  const [fields, update] = [{}, {}];
  for (const field of screen.filter(isWritten)) {
    const { verb } = kind(field);
    if (verb) update[field.fieldId] = [{ [verb]: sample(field, places) }];
    else fields[field.fieldId] = sample(field, places);
  }
  return { fields, update };
}

/** Whether all that was sent is in what was read; lists are compared without order. */
export function holds(sent, got) {
  if (Array.isArray(sent)) {
    return (
      Array.isArray(got) && sent.length === got.length && sent.every((one) => got.some((other) => holds(one, other)))
    );
  }
  if (sent !== null && typeof sent === "object") {
    return (
      got !== null && typeof got === "object" && Object.entries(sent).every(([key, value]) => holds(value, got[key]))
    );
  }
  return sent === got;
}

/** Fails unless the issue's values are those of the bodies. */
export function check(screen, { fields, update }, got) {
  for (const field of screen.filter(isWritten)) {
    const { read, verb, got: becomes } = kind(field);
    const id = field.fieldId;
    const sent = becomes ?? (verb ? update[id]?.map((operation) => operation[verb]) : fields[id]);
    if (sent === undefined) continue;
    const same = read === "instant" ? Date.parse(sent) === Date.parse(got[id]) : holds(sent, got[id]);
    assert.ok(same, `${id} (${field.name}): sent ${JSON.stringify(sent)}, read ${JSON.stringify(got[id])}`);
  }
}
