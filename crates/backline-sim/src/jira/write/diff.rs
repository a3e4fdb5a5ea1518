//! The changelog entry of a change.

use crate::jira::config::Id;
use crate::jira::field::{FieldNo, change_name};
use crate::jira::issue::{Change, ChangeItem, Issue};
use crate::jira::look::Look;
use crate::jira::state::{Counted, State, below};
use crate::journal::Batch;
use serde_json::Value;
use std::collections::BTreeSet;

/// One item per field that differs, and one for the status.
pub fn items(look: &Look, before: &Issue, after: &Issue) -> Vec<ChangeItem> {
    let fields: BTreeSet<FieldNo> = before.fields.keys().chain(after.fields.keys()).copied().collect();
    let mut items: Vec<ChangeItem> =
        fields.into_iter().filter_map(|field| item(look, before, after, field)).collect();
    if before.status != after.status {
        let name = |id: Id| look.state.config.statuses.get(&id).map(|status| status.name.to_owned());
        items.push(ChangeItem {
            field: "status".into(),
            field_id: "status".into(),
            is_custom: false,
            from: Some(before.status.to_string()),
            from_text: name(before.status),
            to: Some(after.status.to_string()),
            to_text: name(after.status),
        });
    }
    items
}

fn item(look: &Look, before: &Issue, after: &Issue, no: FieldNo) -> Option<ChangeItem> {
    let (from, to) = (before.fields.get(&no), after.fields.get(&no));
    if from == to {
        return None;
    }
    let field = look.state.config.fields.get(&no)?;
    let id = |value: Option<&Value>| value.and_then(|value| field.kind.change_id(value));
    let text = |value: Option<&Value>| value.map(|value| field.kind.text(look, field, value));
    Some(ChangeItem {
        field: change_name(no, field.name),
        field_id: field.id(),
        is_custom: field.is_custom(),
        from: id(from),
        from_text: text(from),
        to: id(to),
        to_text: text(to),
    })
}

/// Puts the items into the changelog of an issue that the caller is about to store, and gives the entry; none,
/// no entry.
pub fn record(
    state: &mut State,
    issue: &mut Issue,
    items: Vec<ChangeItem>,
    author: &str,
    now_ms: i64,
    batch: &mut Batch,
) -> Option<Change> {
    if items.is_empty() {
        return None;
    }
    let change = Change { id: state.draw(Counted::Change), author: author.to_owned(), at_ms: now_ms, items };
    batch.put("change", below(issue.id, change.id), &change);
    issue.changes.push(change.clone());
    issue.updated_ms = now_ms;
    Some(change)
}
