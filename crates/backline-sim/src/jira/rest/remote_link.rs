//! Remote links of an issue. Writing one with a known `globalId` replaces it whole: what is left out is null.

use super::{Answer, created, no_content, ok};
use crate::jira::call::{Body, Call, Query};
use crate::jira::issue::{Issue, RemoteLink};
use crate::jira::look::Look;
use crate::jira::refusal::{Problems, Refusal};
use crate::jira::route::{READ, Route, WRITE, full};
use crate::jira::state::{Counted, below};
use crate::journal::Batch;
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

const GLOBAL_ID_MAX: usize = 255;

pub fn routes() -> Vec<Route> {
    vec![
        full("GET", "/issue/{issue}/remotelink", READ, list),
        full("POST", "/issue/{issue}/remotelink", WRITE, put),
        full("DELETE", "/issue/{issue}/remotelink", WRITE, delete_global),
        full("GET", "/issue/{issue}/remotelink/{id}", READ, show),
        full("PUT", "/issue/{issue}/remotelink/{id}", WRITE, update),
        full("DELETE", "/issue/{issue}/remotelink/{id}", WRITE, delete),
    ]
}

fn shown(look: &Look, issue: &Issue, link: &RemoteLink) -> Value {
    let object = &link.object;
    let text = |pointer: &str| object.pointer(pointer).filter(|value| value.is_string()).cloned();
    let icon = |pointer: &str| -> Value {
        let part = |name: &str| text(&format!("{pointer}/{name}"));
        let mut icon = json!({});
        for name in ["url16x16", "title", "link"] {
            if let Some(value) = part(name) {
                icon[name] = value;
            }
        }
        icon
    };
    let mut status = json!({"icon": icon("/status/icon")});
    if let Some(resolved) = object.pointer("/status/resolved").filter(|value| value.is_boolean()) {
        status["resolved"] = resolved.clone();
    }
    let mut target =
        json!({"url": text("/url"), "title": text("/title"), "icon": icon("/icon"), "status": status});
    if let Some(summary) = text("/summary") {
        target["summary"] = summary;
    }
    let mut shown = json!({
        "id": link.id,
        "self": look.rest(format_args!("issue/{}/remotelink/{}", issue.id, link.id)),
        "application": if link.application.is_object() { link.application.clone() } else { json!({}) },
        "object": target,
    });
    if let Some(global_id) = &link.global_id {
        shown["globalId"] = global_id.clone().into();
    }
    if let Some(relationship) = &link.relationship {
        shown["relationship"] = relationship.clone().into();
    }
    shown
}

fn absent() -> Refusal {
    Refusal::message(StatusCode::NOT_FOUND, "The remote link does not exist.")
}

async fn list(call: Call, Path(key): Path<String>, query: Query) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let issue = look.find_issue(&key).ok_or_else(Refusal::no_issue)?;
    if let Some(global_id) = query.one("globalId") {
        let link = issue.remote_links.iter().find(|link| link.global_id.as_deref() == Some(global_id));
        return ok(shown(&look, issue, link.ok_or_else(absent)?));
    }
    ok(issue.remote_links.iter().map(|link| shown(&look, issue, link)).collect())
}

async fn show(call: Call, Path((key, id)): Path<(String, String)>) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let issue = look.find_issue(&key).ok_or_else(Refusal::no_issue)?;
    let link = issue.remote_links.iter().find(|link| link.id.to_string() == id);
    ok(shown(&look, issue, link.ok_or_else(absent)?))
}

/// The link that a body describes, without its id.
fn read(body: &Value) -> Result<RemoteLink, Refusal> {
    let mut problems = Problems::default();
    for name in ["url", "title"] {
        let text = body.pointer(&format!("/object/{name}")).and_then(Value::as_str);
        if text.is_none_or(str::is_empty) {
            problems.field(name, format!("'{name}' is required."));
        }
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let global_id = text("globalId");
    if global_id.as_ref().is_some_and(|id| id.chars().count() > GLOBAL_ID_MAX) {
        problems.field("globalId", format!("'globalId' must be at most {GLOBAL_ID_MAX} characters."));
    }
    problems.into_result()?;
    Ok(RemoteLink {
        id: 0,
        global_id,
        application: body.get("application").cloned().unwrap_or_default(),
        relationship: text("relationship"),
        object: body["object"].clone(),
    })
}

fn editable(call: &Call, state: &crate::jira::state::State, key: &str) -> Result<Issue, Refusal> {
    let look = call.look(state);
    let issue = look.issue_to_change(key)?;
    if look.may("LINK_ISSUES", Some(issue.project)) {
        return Ok(issue.clone());
    }
    Err(Refusal::message(StatusCode::FORBIDDEN, "No Link Issue Permission for issue."))
}

async fn put(call: Call, Path(key): Path<String>, Body(body): Body) -> Answer {
    let mut link = read(&body)?;
    let mut state = call.site.write();
    let mut issue = editable(&call, &state, &key)?;
    let known =
        issue.remote_links.iter().position(|old| old.global_id.is_some() && old.global_id == link.global_id);
    link.id = match known {
        Some(at) => issue.remote_links[at].id,
        None => state.draw(Counted::RemoteLink),
    };
    let answer = json!({
        "id": link.id,
        "self": call.look(&state).rest(format_args!("issue/{}/remotelink/{}", issue.id, link.id)),
    });
    let mut batch = Batch::default();
    batch.put("remote", below(issue.id, link.id), &link);
    match known {
        Some(at) => issue.remote_links[at] = link,
        None => issue.remote_links.push(link),
    }
    state.keep_issue(issue, call.site.clock.now_ms());
    state.commit(&batch);
    if known.is_some() { ok(answer) } else { created(answer) }
}

async fn update(call: Call, Path((key, id)): Path<(String, String)>, Body(body): Body) -> Answer {
    let mut link = read(&body)?;
    let mut state = call.site.write();
    let mut issue = editable(&call, &state, &key)?;
    let old = issue.remote_links.iter_mut().find(|link| link.id.to_string() == id).ok_or_else(absent)?;
    link.id = old.id;
    let mut batch = Batch::default();
    batch.put("remote", below(issue.id, link.id), &link);
    *old = link;
    state.keep_issue(issue, call.site.clock.now_ms());
    state.commit(&batch);
    no_content()
}

async fn delete_global(call: Call, Path(key): Path<String>, query: Query) -> Answer {
    let Some(global_id) = query.one("globalId") else {
        return Err(Refusal::bad("The 'globalId' query parameter is required."));
    };
    remove(&call, &key, |link| link.global_id.as_deref() == Some(global_id))
}

async fn delete(call: Call, Path((key, id)): Path<(String, String)>) -> Answer {
    remove(&call, &key, |link| link.id.to_string() == id)
}

fn remove(call: &Call, key: &str, is_meant: impl Fn(&RemoteLink) -> bool) -> Answer {
    let mut state = call.site.write();
    let mut issue = editable(call, &state, key)?;
    let at = issue.remote_links.iter().position(is_meant).ok_or_else(absent)?;
    let link = issue.remote_links.remove(at);
    let mut batch = Batch::default();
    batch.delete("remote", below(issue.id, link.id));
    state.keep_issue(issue, call.site.clock.now_ms());
    state.commit(&batch);
    no_content()
}
