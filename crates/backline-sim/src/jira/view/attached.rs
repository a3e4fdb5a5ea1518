//! What hangs on an issue beside its comments: files, links, sub-tasks and the entries of its changelog.

use crate::jira::issue::{Attachment, Change, Issue};
use crate::jira::look::{Look, timestamp};
use serde_json::{Value, json};

pub(super) fn attachments(look: &Look, issue: &Issue) -> Value {
    let rows = issue.attachments.iter().filter_map(|id| look.state.attachments.get(id));
    rows.map(|row| attachment(look, row)).collect()
}

pub fn attachment(look: &Look, attachment: &Attachment) -> Value {
    json!({
        "self": look.rest(format_args!("attachment/{}", attachment.id)),
        "id": attachment.id.to_string(),
        "filename": attachment.filename,
        "author": look.user(&attachment.author),
        "created": timestamp(attachment.created_ms),
        "size": attachment.size,
        "mimeType": attachment.mime,
        "content": look.rest(format_args!("attachment/content/{}", attachment.id)),
    })
}

pub(super) fn links(look: &Look, issue: &Issue) -> Value {
    let rows = issue.links.iter().filter_map(|id| {
        let link = look.state.links.get(id)?;
        let link_type = look.state.config.link_types.iter().find(|row| row.id == link.link_type)?;
        let mut shown = json!({
            "id": link.id.to_string(),
            "self": look.rest(format_args!("issueLink/{}", link.id)),
            "type": look.link_type(link_type),
        });
        let (end, other) = if link.inward == issue.id {
            ("outwardIssue", link.outward)
        } else {
            ("inwardIssue", link.inward)
        };
        shown[end] = look.linked_issue(look.state.issue(other)?);
        Some(shown)
    });
    rows.collect()
}

pub(super) fn subtasks(look: &Look, issue: &Issue) -> Value {
    let children = look.state.children_of(issue.id);
    let subtasks = children.filter(|child| {
        look.state.config.issue_types.get(&child.issue_type).is_some_and(|kind| kind.is_subtask())
    });
    subtasks.map(|child| look.linked_issue(child)).collect()
}

pub fn change_row(look: &Look, change: &Change) -> Value {
    let items = change.items.iter().map(|item| {
        json!({
            "field": item.field,
            "fieldtype": if item.is_custom { "custom" } else { "jira" },
            "fieldId": item.field_id,
            "from": item.from,
            "fromString": item.from_text,
            "to": item.to,
            "toString": item.to_text,
        })
    });
    json!({
        "id": change.id.to_string(),
        "author": look.user(&change.author),
        "created": timestamp(change.at_ms),
        "items": items.collect::<Vec<_>>(),
    })
}
