//! Sees what a request changes, for history.
//!
//! A service tells of a change where it makes it; [`watch`] gathers what one request made. Outside a
//! request, as while a journal is read, nothing is kept.

use axum::extract::Request;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::sync::Arc;

/// A longer text stands in history by its length and hash.
const TEXT_CHARS_MAX: usize = 1_000;

/// One object that was created, changed or deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Commit {
    /// `issue`, `comment`, `property`, `remote_link`; `pull`, `ref`, …; `grant`, `token`; `message`; `site`.
    pub object: String,
    pub id: String,
    /// The key, or what else people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    pub change: Change,
    /// Who did it, as the entry of history says too.
    #[serde(default)]
    pub actor: String,
    /// What differs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Created,
    Changed,
    Deleted,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    pub field: String,
    pub from: Value,
    pub to: Value,
}

impl FieldChange {
    pub fn new(field: impl Into<String>, from: Value, to: Value) -> Self {
        Self { field: field.into(), from: short(from), to: short(to) }
    }
}

impl Commit {
    pub fn new(object: &str, id: impl ToString, change: Change) -> Self {
        Self {
            object: object.into(),
            id: id.to_string(),
            key: None,
            change,
            actor: String::new(),
            fields: Vec::new(),
        }
    }

    #[must_use]
    pub fn key(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }

    #[must_use]
    pub fn fields(self, fields: Vec<FieldChange>) -> Self {
        Self { fields, ..self }
    }
}

/// Response extension: what the request changed, in the order of the changes.
#[derive(Debug, Clone)]
pub struct Commits(pub Arc<[Commit]>);

/// Request extension: how far the index is behind for this request.
#[derive(Debug, Clone, Copy)]
pub struct SearchLag(pub u64);

struct Witness {
    search_lag_ms: Option<u64>,
    commits: RefCell<Vec<Commit>>,
}

tokio::task_local! {
    static WITNESS: Witness;
}

/// How far a plan wants the index to be behind for a request.
pub fn search_lag_of(request: &Request) -> Option<SearchLag> {
    request.extensions().get().copied()
}

/// Gathers what is changed while `answer` is made, and puts it into the answer.
pub async fn watch(search_lag: Option<SearchLag>, answer: impl Future<Output = Response>) -> Response {
    let witness = Witness { search_lag_ms: search_lag.map(|lag| lag.0), commits: RefCell::default() };
    let scope = WITNESS.scope(witness, async {
        let response = answer.await;
        (response, WITNESS.with(|witness| witness.commits.take()))
    });
    let (mut response, commits) = scope.await;
    if !commits.is_empty() {
        response.extensions_mut().insert(Commits(commits.into()));
    }
    response
}

/// Tells of a change; `commit` is only made where somebody listens.
pub fn note(commits: impl FnOnce() -> Vec<Commit>) {
    // Outside a request there is nobody to tell.
    let _ = WITNESS.try_with(|witness| witness.commits.borrow_mut().extend(commits()));
}

/// Whether somebody listens.
pub fn is_there() -> bool {
    WITNESS.try_with(|_| ()).is_ok()
}

/// The lag that a plan asks for this request.
pub fn search_lag_ms() -> Option<u64> {
    WITNESS.try_with(|witness| witness.search_lag_ms).ok().flatten()
}

/// The members of two JSON objects that differ; of other values, the values themselves.
pub fn differences(before: &Value, after: &Value) -> Vec<FieldChange> {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        return vec![FieldChange::new("value", before.clone(), after.clone())];
    };
    let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
    let of =
        |object: &serde_json::Map<String, Value>, name: &str| object.get(name).cloned().unwrap_or_default();
    let changed = names.filter(|name| old.get(*name) != new.get(*name));
    changed.map(|name| FieldChange::new(name, of(old, name), of(new, name))).collect()
}

fn short(value: Value) -> Value {
    let text = match &value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) => return value,
        other => other.to_string(),
    };
    let chars = text.chars().count();
    if chars <= TEXT_CHARS_MAX {
        return value;
    }
    format!("{chars} characters, sha256 {}", hex::encode(Sha256::digest(text.as_bytes()))).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn differences_name_each_member_once_and_long_texts_by_their_hash() {
        let long = "x".repeat(TEXT_CHARS_MAX + 1);
        let (before, after) = (json!({"a": 1, "b": 2, "c": 3}), json!({"a": 1, "b": long, "d": 4}));
        let changes = differences(&before, &after);
        let names: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(names, ["b", "c", "d"]);
        assert!(changes[0].to.as_str().is_some_and(|text| text.starts_with("1001 characters, sha256 ")));
        assert_eq!((&changes[1].to, &changes[2].from), (&Value::Null, &Value::Null));
    }
}
