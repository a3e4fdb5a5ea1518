//! Links between issues.

use crate::jira::call::Call;
use crate::jira::config::Id;
use crate::jira::field::Wrong;
use crate::jira::issue::{Issue, IssueLink};
use crate::jira::look::Look;
use crate::jira::refusal::Refusal;
use crate::jira::state::{Counted, State};
use crate::journal::Batch;
use axum::http::StatusCode;
use serde_json::Value;

/// A link of which one end is the issue that is being written.
#[derive(Debug)]
pub struct NewLink {
    link_type: Id,
    other: Id,
    is_other_outward: bool,
}

/// Reads `{"type": {"name"}, "outwardIssue" or "inwardIssue": {"key"}}` from the verb `add`.
pub fn read_end(look: &Look, sent: &Value) -> Result<NewLink, Wrong> {
    let link_type = find_type(look, sent.get("type"));
    let link_type = link_type.ok_or_else(|| Wrong::field("No issue link type with this name found."))?;
    let outward = sent.get("outwardIssue").and_then(|end| find_end(look, end));
    let inward = sent.get("inwardIssue").and_then(|end| find_end(look, end));
    match (outward, inward) {
        (Some(other), _) => Ok(NewLink { link_type, other: other.id, is_other_outward: true }),
        (None, Some(other)) => Ok(NewLink { link_type, other: other.id, is_other_outward: false }),
        (None, None) => Err(Wrong::field("The issue to link does not exist.")),
    }
}

/// Adds a link to an issue that the caller is about to store.
pub fn add(state: &mut State, issue: &mut Issue, new: NewLink, now_ms: i64, batch: &mut Batch) {
    let (inward, outward) = if new.is_other_outward { (issue.id, new.other) } else { (new.other, issue.id) };
    if let Some(id) = insert(state, new.link_type, inward, outward, batch) {
        issue.links.push(id);
        if let Some(mut other) = state.issue(new.other).cloned() {
            other.links.push(id);
            state.keep_issue(other, now_ms);
        }
    }
}

/// `POST /issueLink`; gives the outward issue. Making a link again is a success and makes no second one.
pub fn create(call: &Call, state: &mut State, body: &Value) -> Result<Id, Refusal> {
    let look = call.look(state);
    let link_type = find_type(&look, body.get("type"))
        .ok_or_else(|| Refusal::message(StatusCode::NOT_FOUND, "No issue link type with this name found."))?;
    let end = |name: &str| body.get(name).and_then(|end| find_end(&look, end)).map(|issue| issue.id);
    let inward = end("inwardIssue").ok_or_else(Refusal::no_issue)?;
    let outward = end("outwardIssue").ok_or_else(Refusal::no_issue)?;
    if !look.may("LINK_ISSUES", None) {
        return Err(Refusal::message(StatusCode::FORBIDDEN, "No Link Issue Permission for issue."));
    }
    look.issue_to_change(&inward.to_string())?;
    look.issue_to_change(&outward.to_string())?;
    let now_ms = call.site.clock.now_ms();
    let mut batch = Batch::default();
    if let Some(id) = insert(state, link_type, inward, outward, &mut batch) {
        for end in [inward, outward] {
            if let Some(mut issue) = state.issue(end).cloned() {
                issue.links.push(id);
                issue.updated_ms = now_ms;
                state.put_issue(issue, now_ms, &mut batch);
            }
        }
        state.commit(&batch);
    }
    Ok(outward)
}

pub fn absent(id: &str) -> Refusal {
    Refusal::message(StatusCode::NOT_FOUND, format!("No issue link with id '{id}' exists."))
}

/// `DELETE /issueLink/{id}`.
pub fn delete(call: &Call, state: &mut State, id: &str) -> Result<(), Refusal> {
    let found = id.parse().ok().filter(|id: &Id| state.links.contains_key(id));
    let found = found.ok_or_else(|| absent(id))?;
    if !call.look(state).may("LINK_ISSUES", None) {
        return Err(Refusal::message(StatusCode::FORBIDDEN, "No Link Issue Permission for issue."));
    }
    if let Some(link) = state.links.get(&found) {
        let look = call.look(state);
        look.issue_to_change(&link.inward.to_string())?;
        look.issue_to_change(&link.outward.to_string())?;
    }
    let mut batch = Batch::default();
    state.unlink(found, call.site.clock.now_ms(), &mut batch);
    state.commit(&batch);
    Ok(())
}

fn insert(state: &mut State, link_type: Id, inward: Id, outward: Id, batch: &mut Batch) -> Option<Id> {
    let is_same =
        |link: &IssueLink| link.link_type == link_type && link.inward == inward && link.outward == outward;
    let links = state.issue(inward).map(|issue| issue.links.clone()).unwrap_or_default();
    if links.iter().filter_map(|id| state.links.get(id)).any(is_same) {
        return None;
    }
    let link = IssueLink { id: state.draw(Counted::IssueLink), link_type, inward, outward };
    batch.put("link", link.id, &link);
    state.links.insert(link.id, link.clone());
    Some(link.id)
}

fn find_type(look: &Look, sent: Option<&Value>) -> Option<Id> {
    let text = |name: &str| sent.and_then(|sent| sent.get(name)).and_then(Value::as_str);
    let types = &look.state.config.link_types;
    let is_named = |row: &&crate::jira::config::LinkType| {
        text("id").is_some_and(|id| row.id.to_string() == id)
            || text("name").is_some_and(|name| row.name.eq_ignore_ascii_case(name))
    };
    types.iter().find(is_named).map(|row| row.id)
}

fn find_end<'a>(look: &Look<'a>, sent: &Value) -> Option<&'a Issue> {
    let wanted = sent.get("id").or_else(|| sent.get("key"))?.as_str()?;
    look.find_issue(wanted)
}
