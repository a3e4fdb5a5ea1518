//! Entity properties of an issue.

use super::{Answer, created, no_content, ok};
use crate::jira::call::{Body, Call};
use crate::jira::issue::Issue;
use crate::jira::refusal::Refusal;
use crate::jira::route::{READ, Route, WRITE, full};
use crate::jira::state::{State, below};
use crate::jira::webhook::{self, Event};
use crate::jira::write::properties;
use crate::journal::Batch;
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::json;

pub fn routes() -> Vec<Route> {
    vec![
        full("GET", "/issue/{issue}/properties", READ, keys),
        full("GET", "/issue/{issue}/properties/{key}", READ, show),
        full("PUT", "/issue/{issue}/properties/{key}", WRITE, set),
        full("DELETE", "/issue/{issue}/properties/{key}", WRITE, delete),
    ]
}

fn absent(key: &str) -> Refusal {
    Refusal::message(StatusCode::NOT_FOUND, format!("The property with key '{key}' does not exist."))
}

async fn keys(call: Call, Path(issue): Path<String>) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let issue = look.find_issue(&issue).ok_or_else(Refusal::no_issue)?;
    let keys = issue.properties.keys().map(
        |key| json!({"self": look.rest(format_args!("issue/{}/properties/{key}", issue.id)), "key": key}),
    );
    ok(json!({"keys": keys.collect::<Vec<_>>()}))
}

async fn show(call: Call, Path((issue, key)): Path<(String, String)>) -> Answer {
    let state = call.site.read();
    let issue = call.look(&state).find_issue(&issue).ok_or_else(Refusal::no_issue)?;
    let value = issue.properties.get(&key).ok_or_else(|| absent(&key))?;
    ok(json!({"key": key, "value": value}))
}

async fn set(call: Call, Path((issue, key)): Path<(String, String)>, Body(value): Body) -> Answer {
    if value.is_null() {
        return Err(Refusal::bad("The property value must be a valid, non-empty JSON."));
    }
    if let Some(text) = properties::problem(&key, &value) {
        return Err(Refusal::bad(text));
    }
    let mut state = call.site.write();
    let mut issue = to_edit(&call, &state, &issue)?;
    let is_new = !issue.properties.contains_key(&key);
    let mut batch = Batch::default();
    let answer = json!({"key": key, "value": value});
    properties::set(&mut issue, key.clone(), value, &mut batch);
    let id = issue.id;
    state.keep_issue(issue, call.site.clock.now_ms());
    webhook::tell(&call, &mut state, id, &Event::PropertySet(key), &mut batch);
    state.commit(&batch);
    if is_new { created(answer) } else { ok(answer) }
}

async fn delete(call: Call, Path((issue, key)): Path<(String, String)>) -> Answer {
    let mut state = call.site.write();
    let mut issue = to_edit(&call, &state, &issue)?;
    issue.properties.remove(&key).ok_or_else(|| absent(&key))?;
    let mut batch = Batch::default();
    let id = issue.id;
    batch.delete("property", below(id, &key));
    state.keep_issue(issue, call.site.clock.now_ms());
    webhook::tell(&call, &mut state, id, &Event::PropertyDeleted(key), &mut batch);
    state.commit(&batch);
    no_content()
}

fn to_edit(call: &Call, state: &State, issue: &str) -> Result<Issue, Refusal> {
    let look = call.look(state);
    let issue = look.issue_to_change(issue)?;
    if look.may("EDIT_ISSUES", Some(issue.project)) {
        return Ok(issue.clone());
    }
    let text = "You do not have permission to edit this issue.";
    Err(Refusal::message(StatusCode::FORBIDDEN, text))
}
