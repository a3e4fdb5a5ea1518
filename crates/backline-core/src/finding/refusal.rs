//! The sentences with which a report is refused.
//!
//! Owns the wording and the way from a JSON parser's error to a place that a person can find. Decides nothing.
//!
//! Invariant: every refusal names a place, what was expected and found there, and what to do next.

use super::Refused;
use super::document::Document;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

/// Builds a refusal from its three sentences.
pub(super) fn refuse(
    place: impl Into<String>,
    rule: impl Into<String>,
    remedy: impl Into<String>,
) -> Refused {
    Refused { place: place.into(), rule: rule.into(), remedy: remedy.into() }
}

/// Reads a whole JSON document into `T`, borrowing from it.
///
/// The path of an error is looked for only after one happened, because tracking it slows every field down.
pub(super) fn parse<'a, T: serde::Deserialize<'a>>(document: &'a Document<'_>) -> Result<T, Refused> {
    match serde_json::from_str(document.json()) {
        Ok(value) => Ok(value),
        Err(error) if error.classify() == Category::Data => Err(wrong_value::<T>(document, &error)),
        Err(error) => Err(broken_json(document, &error)),
    }
}

fn wrong_value<'a, T: serde::Deserialize<'a>>(
    document: &'a Document<'_>,
    error: &serde_json::Error,
) -> Refused {
    let mut source = serde_json::Deserializer::from_str(document.json());
    let place = match serde_path_to_error::deserialize::<_, T>(&mut source) {
        Err(located) => pointer(located.path()),
        Ok(_) => position(document, error),
    };
    refuse(
        place,
        expected_and_found(error),
        "correct the value at this place, or make the report again with the scanner's own output; \
         nothing of this report was taken",
    )
}

/// The refusal of text that is not one JSON document.
pub(super) fn broken_json(document: &Document<'_>, error: &serde_json::Error) -> Refused {
    let place = position(document, error);
    if error.classify() == Category::Eof {
        return refuse(
            place,
            "the JSON ends here, in the middle of a value: the file is truncated",
            "let the scanner finish and upload the whole file",
        );
    }
    let what = without_position(&error.to_string());
    if what == "trailing characters" {
        return refuse(
            place,
            "the JSON document is over, but more text follows",
            "remove what follows, or upload one document per file",
        );
    }
    refuse(
        place,
        format!("this is not valid JSON: {what}"),
        "upload the file exactly as the scanner wrote it, not edited or cut",
    )
}

/// A JSON pointer (RFC 6901); the whole document is `/`, which is easier to see than an empty string.
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1")))
            }
            Segment::Enum { variant } => pointer.push_str(&format!("/{variant}")),
            Segment::Unknown => {}
        }
    }
    if pointer.is_empty() { "/".to_owned() } else { pointer }
}

fn position(document: &Document<'_>, error: &serde_json::Error) -> String {
    let lines_before = error.line().saturating_sub(1);
    let line_start: usize = document.json().split_inclusive('\n').take(lines_before).map(str::len).sum();
    document.place_of(line_start + error.column().saturating_sub(1))
}

/// Turns serde's "invalid type: integer `5`, expected a string at line 1 column 9" into our order and JSON's words.
fn expected_and_found(error: &serde_json::Error) -> String {
    let message = without_position(&error.to_string());
    if let Some(field) = message.strip_prefix("missing field ") {
        return format!("{field} is required, and missing");
    }
    let Some((_, rest)) = message.split_once(": ").filter(|(kind, _)| kind.starts_with("invalid")) else {
        return message;
    };
    match rest.rsplit_once(", expected ") {
        Some((found, expected)) => format!("expected {}, found {}", in_json(expected), in_json(found)),
        None => message,
    }
}

fn in_json(words: &str) -> String {
    let (kind, value) = words.split_once(' ').unwrap_or((words, ""));
    match (kind, value) {
        ("map" | "struct", _) => "an object".to_owned(),
        ("sequence", _) | (_, "sequence") => "an array".to_owned(),
        ("integer" | "floating", value) => {
            format!("the number {}", value.trim_start_matches("point ").trim_matches('`'))
        }
        ("boolean", value) => value.trim_matches('`').to_owned(),
        ("string", value) => shortened(value),
        _ => words.to_owned(),
    }
}

fn without_position(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(text, _)| text).to_owned()
}

/// A text as it is named in a refusal: in quotes, on one line, cut at 60 characters.
pub(super) fn quoted(text: &str) -> String {
    format!("{:?}", shortened(text))
}

/// A value of the report as it is named in a refusal, cut at 60 characters.
pub(super) fn shortened(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    match text.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
