//! The bodies of deliveries: version 2 of the API's shapes, so rich text is a string, with the site's address.
//!
//! Only the body of issue events is published. Comment events are as recorded of real sites (no `user`, an issue
//! of six fields); version events as one recording has them; property events are assumed.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/webhooks/>

use super::event::{Event, VersionEvent};
use crate::jira::call::Call;
use crate::jira::config::Version;
use crate::jira::field::ASSIGNEE;
use crate::jira::issue::{Change, Issue};
use crate::jira::look::Look;
use crate::jira::view::{self, Extras, View, Wanted};
use serde_json::{Value, json};

pub fn of_issue(look: &Look, call: &Call, issue: &Issue, event: &Event, now_ms: i64) -> Value {
    let mut body = json!({"timestamp": now_ms, "webhookEvent": event.name()});
    match event {
        Event::Created | Event::Updated(_) => {
            body["issue_event_type_name"] = event_type(event).into();
            body["user"] = user(look, call.person.account_id);
            body["issue"] = whole(look, issue, &["*all", "-comment", "-worklog"]);
        }
        Event::Deleted(_) => {
            body["user"] = user(look, call.person.account_id);
            body["issue"] = whole(look, issue, &["*all"]);
        }
        Event::CommentCreated(comment)
        | Event::CommentUpdated(comment)
        | Event::CommentDeleted(comment, _) => {
            body["comment"] = view::comment::one(look, issue.id, comment);
            body["issue"] = reduced(look, issue);
        }
        Event::PropertySet(key) => {
            body["user"] = user(look, call.person.account_id);
            body["issue"] = reduced(look, issue);
            body["property"] = json!({"key": key, "value": issue.properties.get(key)});
        }
        Event::PropertyDeleted(key) => {
            body["user"] = user(look, call.person.account_id);
            body["issue"] = reduced(look, issue);
            body["property"] = json!({"key": key});
        }
    }
    if let Event::Updated(change) = event {
        let mut row = view::change_row(look, change);
        body["changelog"] = json!({"id": row["id"].take(), "items": row["items"].take()});
    }
    body
}

/// The finer name of an update. Seen in recordings: assigned, generic for a change of status, updated.
fn event_type(event: &Event) -> &'static str {
    let Event::Updated(Change { items, .. }) = event else { return "issue_created" };
    let has = |field: &str| items.iter().any(|item| item.field_id == field);
    match items.as_slice() {
        [only] if only.field_id == "assignee" => "issue_assigned",
        _ if has("key") => "issue_moved",
        _ if has("status") => "issue_generic",
        _ => "issue_updated",
    }
}

/// A person without the e-mail address.
fn user(look: &Look, account_id: &str) -> Value {
    let mut user = look.user(account_id);
    user.as_object_mut().and_then(|user| user.remove("emailAddress"));
    user
}

fn whole(look: &Look, issue: &Issue, wanted: &[&str]) -> Value {
    let wanted = Wanted::new(wanted.iter().copied(), "*all");
    let mut shown = View { look: *look, issue, wanted: &wanted, extras: &Extras::default() }.value();
    shown.as_object_mut().and_then(|shown| shown.remove("expand"));
    shown
}

fn reduced(look: &Look, issue: &Issue) -> Value {
    let mut shown = look.linked_issue(issue);
    if let Some(project) = look.state.config.projects.get(&issue.project) {
        shown["fields"]["project"] = look.project_ref(project);
    }
    shown["fields"]["assignee"] = match issue.text(ASSIGNEE) {
        "" => Value::Null,
        account_id => look.user(account_id),
    };
    shown
}

pub fn of_version(look: &Look, version: &Version, event: VersionEvent, now_ms: i64) -> Value {
    let mut shown = look.version_row(version);
    if shown.get("description").is_none() {
        shown["description"] = "".into();
    }
    shown["overdue"] = false.into();
    let mut body = json!({"timestamp": now_ms, "webhookEvent": event.name(), "version": shown});
    if let VersionEvent::Merged { into } = event {
        let into = look.state.config.versions.get(&into);
        body["mergedTo"] = into.map(|version| look.version_row(version)).unwrap_or_default();
    }
    body
}
