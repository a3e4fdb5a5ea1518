//! What a write to an issue changed, in history's words.

use super::field::id_of;
use super::issue::{Comment, Issue, Values};
use crate::witness::{Change, Commit, FieldChange, differences};
use serde::Serialize;
use serde_json::Value;

/// The issue itself and what hangs on it, where they differ from before.
pub fn issue(before: Option<&Issue>, after: &Issue) -> Vec<Commit> {
    let mut commits = Vec::new();
    let fields = match before {
        None => created(after),
        Some(before) => changed(before, after),
    };
    if before.is_none() || !fields.is_empty() {
        let change = if before.is_none() { Change::Created } else { Change::Changed };
        commits.push(Commit::new("issue", after.id, change).key(&after.key).fields(fields));
    }
    let mut hung = |object: &str, id: String, old: Option<Value>, new: Option<Value>| {
        if old == new {
            return;
        }
        let change = match (&old, &new) {
            (None, _) => Change::Created,
            (_, None) => Change::Deleted,
            _ => Change::Changed,
        };
        let fields = match (old, new) {
            (Some(old), Some(new)) => differences(&old, &new),
            (None, Some(new)) => vec![FieldChange::new("value", Value::Null, new)],
            _ => Vec::new(),
        };
        let id = format!("{}/{id}", after.id);
        commits.push(Commit::new(object, id, change).key(&after.key).fields(fields));
    };
    let empty: &[Comment] = &[];
    let old = before.map_or(empty, |before| &before.comments);
    each(old, &after.comments, |comment| comment.id, |id, a, b| hung("comment", id, json(a), json(b)));
    let old = before.map_or(&[][..], |before| &before.remote_links);
    each(old, &after.remote_links, |link| link.id, |id, a, b| hung("remote_link", id, json(a), json(b)));
    let none = Default::default();
    let old = before.map_or(&none, |before| &before.properties);
    let gone = old.keys().filter(|key| !after.properties.contains_key(*key));
    for key in after.properties.keys().chain(gone) {
        hung("property", key.clone(), old.get(key).cloned(), after.properties.get(key).cloned());
    }
    commits
}

/// Calls `tell` for every object of either list, by id.
fn each<T>(
    old: &[T],
    new: &[T],
    id: impl Fn(&T) -> u64,
    mut tell: impl FnMut(String, Option<&T>, Option<&T>),
) {
    for object in new {
        tell(id(object).to_string(), old.iter().find(|other| id(other) == id(object)), Some(object));
    }
    for object in old.iter().filter(|object| !new.iter().any(|other| id(other) == id(object))) {
        tell(id(object).to_string(), Some(object), None);
    }
}

fn json<T: Serialize>(value: Option<&T>) -> Option<Value> {
    value.and_then(|value| serde_json::to_value(value).ok())
}

/// The fields of a new issue, as they are stored.
fn created(issue: &Issue) -> Vec<FieldChange> {
    let fields = issue.fields.iter();
    let mut changes: Vec<FieldChange> =
        fields.map(|(no, value)| FieldChange::new(id_of(*no), Value::Null, value.clone())).collect();
    changes.push(FieldChange::new("status", Value::Null, issue.status.into()));
    changes
}

/// The fields that differ, as they are stored, with status and key.
fn changed(before: &Issue, after: &Issue) -> Vec<FieldChange> {
    let (old, new) = (&before.fields, &after.fields);
    let numbers = old.keys().chain(new.keys().filter(|no| !old.contains_key(no)));
    let of = |fields: &Values, no| fields.get(no).cloned().unwrap_or_default();
    let mut changes: Vec<FieldChange> = numbers
        .filter(|no| old.get(no) != new.get(no))
        .map(|no| FieldChange::new(id_of(*no), of(old, no), of(new, no)))
        .collect();
    let mut beside = |name: &str, from: Value, to: Value| {
        if from != to {
            changes.push(FieldChange::new(name, from, to));
        }
    };
    beside("status", before.status.into(), after.status.into());
    beside("key", before.key.clone().into(), after.key.clone().into());
    beside("project", before.project.into(), after.project.into());
    beside("issuetype", before.issue_type.into(), after.issue_type.into());
    changes
}
