"""A value for each kind of field, and whether what was read back is what was written.

The kinds are in kinds.json, which the other language's client reads too: what to send, with places for ids that
differ from site to site. A field whose kind is not listed is a failure, so that no kind goes untested in silence.
"""

import datetime
import json
import pathlib

# Where the samples are written: a project of each manner, and the one that has a field of every kind.
PROJECTS = ("SEC", "PAY", "ALL")
# An issue type whose metadata is odd on purpose.
ODD = "Odd"
KINDS = json.loads((pathlib.Path(__file__).parent / "kinds.json").read_text())


def document(text):
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }


def name(field):
    """What the field's metadata says that it is."""
    schema = field["schema"]
    custom = schema.get("custom", "")
    if custom.startswith("ari:cloud:ecosystem::extension/"):
        return f"forge {schema['type']}" + (f" of {schema['items']}" if schema["type"] == "array" else "")
    return custom or schema.get("system")


def kind(field):
    assert name(field) in KINDS, f"kinds.json has no sample for {name(field)} ({field['name']})"
    return KINDS[name(field)]


def is_written(field):
    return field["operations"] != [] and "send" in kind(field)


def written(fields):
    """The kinds that a story has written, of the fields of its screens."""
    return {name(field) for field in fields if is_written(field)}


def writable(fields):
    """The kinds that a story must write, of all the fields of a site."""
    names = {name(field) for field in fields if field.get("schema")}
    return {one for one in names if "send" in KINDS.get(one, {}) and "screens" not in KINDS[one]}


def _fill(sample, places):
    if isinstance(sample, dict):
        return {key: _fill(value, places) for key, value in sample.items()}
    if isinstance(sample, list):
        filled = [_fill(value, places) for value in sample]
        return [value for n, value in enumerate(filled) if value not in filled[:n]]
    return places[sample] if isinstance(sample, str) and sample.startswith("$") else sample


def sample(field, places):
    """The value to send. `places` knows `$person`, `$group`, `$project`, `$parent` and `$other`."""
    own = {"$doc": document(f"A text for {field['name']}: ü, 漢字, <b>")}
    allowed = [value for value in field.get("allowedValues", []) if not value.get("disabled")]
    if allowed:
        own |= {"$first": allowed[0].get("id"), "$last": allowed[-1].get("id")}
        own["$child"] = allowed[-1].get("children", [{}])[-1].get("id")
    return _fill(kind(field)["send"], places | own)


def fill(fields, places):
    """Bodies for `fields` and `update` of a create, with a value for every field that can be written."""
    values, verbs = {}, {}
    for field in filter(is_written, fields):
        verb = kind(field).get("verb")
        if verb:
            verbs[field["fieldId"]] = [{verb: sample(field, places)}]
        else:
            values[field["fieldId"]] = sample(field, places)
    return values, verbs


def holds(sent, got):
    """Whether all that was sent is in what was read; lists are compared without order, documents whole."""
    if isinstance(sent, dict) and isinstance(got, dict) and sent.get("type") != "doc":
        return all(key in got and holds(value, got[key]) for key, value in sent.items())
    if isinstance(sent, list) and isinstance(got, list):
        return len(sent) == len(got) and all(any(holds(one, other) for other in got) for one in sent)
    return sent == got


def check(field, sent, got):
    """Fails unless the issue's value `got` is what was sent, or what the kind says that it becomes."""
    sent = kind(field).get("got", sent)
    if kind(field).get("read") == "instant":
        sent, got = datetime.datetime.fromisoformat(sent), datetime.datetime.fromisoformat(got)
    verb = kind(field).get("verb")
    if verb and isinstance(sent, list):
        sent = [operation[verb] for operation in sent]
    assert holds(sent, got), f"{field['fieldId']} ({field['name']}): sent {sent!r}, read {got!r}"
