// Documents that Backline would send to Jira, held against Atlassian's published schema: `./test adf`.
//
// Reads one JSON object a line from standard input: `of`, what it is, and `document`. Beside the schema it holds what
// Backline promises: within Jira's limit, no character that is not seen, no address but of the web, nothing made of
// text but text.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import Ajv from "ajv-draft-04";

const limit = 32_767;
const schema = JSON.parse(readFileSync(new URL("node_modules/@atlaskit/adf-schema/dist/json-schema/v1/full.json", import.meta.url)));
const isValid = new Ajv({ strict: false }).compile(schema);

/** What Backline makes; any other node was made by somebody's text. */
const nodes = new Set(["doc", "paragraph", "heading", "text", "hardBreak", "bulletList", "listItem", "table", "tableRow", "tableHeader", "tableCell"]);
const marks = new Set(["strong", "code", "link"]);
const unseen = /[\p{Cc}\u{61C}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}\u{2028}\u{2029}\u{FEFF}\u{FFF9}-\u{FFFB}\u{E0000}-\u{E007F}\p{Noncharacter_Code_Point}\p{Cs}]/u;

function* walk(node) {
  yield node;
  for (const child of node.content ?? []) yield* walk(child);
}

function wrong(document) {
  if (!isValid(document)) return isValid.errors.slice(-3).map((error) => `${error.instancePath} ${error.message}`).join("; ");
  const length = JSON.stringify(document).length;
  if (length > limit) return `${length} characters, more than ${limit}`;
  for (const node of walk(document)) {
    if (!nodes.has(node.type)) return `a node ${node.type}`;
    if (unseen.test(node.text ?? "")) return `unseen characters in ${JSON.stringify(node.text.slice(0, 80))}`;
    for (const mark of node.marks ?? []) {
      if (!marks.has(mark.type)) return `a mark ${mark.type}`;
      if (mark.type === "link" && (!/^https?:\/\/\S+$/i.test(mark.attrs.href) || unseen.test(mark.attrs.href))) return `an address ${mark.attrs.href.slice(0, 80)}`;
    }
  }
  return null;
}

// A judge that takes everything judges nothing.
const text = (fields) => ({ type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", ...fields }] }] });
const paragraph = (content) => ({ type: "doc", version: 1, content });
for (const [what, document] of [
  ["an empty text", text({ text: "" })],
  ["an unknown node", paragraph([{ type: "script" }])],
  ["a mention", paragraph([{ type: "paragraph", content: [{ type: "mention", attrs: { id: "all" } }] }])],
  ["an address that is a script", text({ text: "x", marks: [{ type: "link", attrs: { href: "javascript:alert(1)" } }] })],
  ["a text that turns around", text({ text: "a\u202Eb" })],
  ["a row without cells", paragraph([{ type: "table", content: [{ type: "tableRow" }] }])],
  ["too much", text({ text: "x".repeat(limit) })],
])
  if (wrong(document) === null) throw new Error(`${what} was taken`);
if (wrong(text({ text: "x" })) !== null) throw new Error("a plain text was refused");

let count = 0;
const refused = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const { of, document } = JSON.parse(line);
  count += 1;
  const why = wrong(document);
  if (why !== null && !refused.has(`${of}: ${why}`)) refused.set(`${of}: ${why}`, line);
}
for (const [why, line] of [...refused].slice(0, 20)) console.error(`refused, ${why}\n  ${line.slice(0, 300)}`);
console.log(`${count} documents, ${refused.size} kinds refused`);
process.exitCode = count > 5_000 && refused.size === 0 ? 0 : 1;
