//! Comments, as far as the viewer may see them.

use crate::jira::config::Id;
use crate::jira::field::show_rich;
use crate::jira::issue::{Comment, Issue};
use crate::jira::look::{Look, timestamp};
use serde_json::{Value, json};

pub fn one(look: &Look, issue: Id, comment: &Comment) -> Value {
    let mut shown = json!({
        "self": look.rest(format_args!("issue/{issue}/comment/{}", comment.id)),
        "id": comment.id.to_string(),
        "author": look.user(&comment.author),
        "body": show_rich(look.version, &comment.body),
        "updateAuthor": look.user(&comment.update_author),
        "created": timestamp(comment.created_ms),
        "updated": timestamp(comment.updated_ms),
        "jsdPublic": true,
    });
    if let Some(visibility) = &comment.visibility {
        shown["visibility"] = visible_to(look, visibility);
    }
    if !comment.properties.is_empty() {
        shown["properties"] = comment.properties.clone().into();
    }
    shown
}

/// Whoever may see a comment, by name and by identifier, of which a request gives one.
fn visible_to(look: &Look, stored: &Value) -> Value {
    let given = ["identifier", "value"].map(|key| stored.get(key).and_then(Value::as_str));
    let given = given[0].or(given[1]).unwrap_or_default();
    let groups = &look.state.config.groups;
    let group = groups.iter().find(|group| group.name == given || group.id == given);
    let (value, identifier) = match group.filter(|_| stored["type"] == "group") {
        Some(group) => (group.name, group.id.as_str()),
        // A role is named the same either way.
        None => (given, given),
    };
    json!({"type": stored["type"], "value": value, "identifier": identifier})
}

/// A page of the comments that the viewer may see, oldest first unless `is_newest_first`.
pub fn page(look: &Look, issue: &Issue, start: usize, max: usize, is_newest_first: bool) -> Value {
    let mut seen: Vec<&Comment> =
        issue.comments.iter().filter(|comment| look.sees_comment(comment)).collect();
    let total = seen.len();
    if is_newest_first {
        seen.reverse();
    }
    let rows = seen.into_iter().skip(start).take(max);
    let rows: Vec<Value> = rows.map(|row| one(look, issue.id, row)).collect();
    json!({
        "startAt": start,
        "maxResults": max.min(total.max(1)),
        "total": total,
        "comments": rows,
    })
}
