//! How a stored value is read, and what of that can be written without making it anew for each issue.

use crate::jira::config::Field;
use crate::jira::look::Look;
use crate::jira::written::{Part, Piece};
use crate::people;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// What a kind says of its reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// What is stored, to the letter.
    AsStored,
    /// By its number or account id, from what the configuration has of it.
    Listed,
    /// A text that is a JSON document, where the version of the API takes documents.
    Document,
    /// As [`super::Kind::render`] makes it.
    Made,
}

/// A value as it goes into an answer: the same as [`super::Kind::render`] gives.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Shown<'a> {
    Piece(Piece),
    Pieces(Vec<Piece>),
    Stored(&'a Value),
    Document(&'a RawValue),
    Made(Value),
}

pub fn read<'a>(look: &Look, field: &Field, stored: &'a Value) -> Shown<'a> {
    let kind = field.kind;
    let shown = match (kind.reading(), stored) {
        (Reading::AsStored, stored) => Some(Shown::Stored(stored)),
        (Reading::Listed, Value::Array(elements)) => {
            let pieces = elements.iter().map(|element| listed(look, field, element));
            pieces.collect::<Option<_>>().map(Shown::Pieces)
        }
        (Reading::Listed, stored) => listed(look, field, stored).map(Shown::Piece),
        (Reading::Document, Value::String(text)) if look.version != 2 => {
            serde_json::from_str(text).ok().map(Shown::Document)
        }
        (Reading::Document | Reading::Made, _) => None,
    };
    shown.unwrap_or_else(|| Shown::Made(kind.render(look, field, stored)))
}

fn listed(look: &Look, field: &Field, stored: &Value) -> Option<Piece> {
    let part = match stored {
        Value::Number(id) => Part::Choice(field.no, id.as_u64()?),
        Value::String(id) => Part::Person(people::find(id)?.account_id),
        _ => return None,
    };
    let kind = field.kind.element().unwrap_or(field.kind);
    Some(look.written(part, || kind.render(look, field, stored)))
}
