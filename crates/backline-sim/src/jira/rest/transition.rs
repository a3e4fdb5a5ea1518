//! Transitions of an issue.

use super::{Answer, no_content, written};
use crate::jira::call::{Body, Call, Query};
use crate::jira::refusal::Refusal;
use crate::jira::route::{READ, Route, WRITE, full};
use crate::jira::view::metadata::{self, Offer};
use crate::jira::write::transition;
use axum::extract::Path;
use serde::Serialize;

pub fn routes() -> Vec<Route> {
    vec![
        full("GET", "/issue/{issue}/transitions", READ, list),
        full("POST", "/issue/{issue}/transitions", WRITE, run),
    ]
}

async fn list(call: Call, Path(key): Path<String>, query: Query) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let issue = look.find_issue(&key).ok_or_else(Refusal::no_issue)?;
    let with_fields = query.one("expand").is_some_and(|expand| expand.contains("transitions.fields"));
    let wanted = query.one("transitionId");
    let rows = match query.is_true("includeUnavailableTransitions") {
        true => transition::leaving(&look, issue),
        false => transition::offered(&look, issue),
    };
    let rows = rows
        .into_iter()
        .filter(|offer| wanted.is_none_or(|id| offer.id.to_string() == id))
        .map(|offer| metadata::transition(&look, issue, offer, with_fields));
    let offered = Offered { expand: "transitions", transitions: rows.collect() };
    written(&offered, offered.transitions.len())
}

#[derive(Serialize)]
struct Offered {
    expand: &'static str,
    transitions: Vec<Offer>,
}

async fn run(call: Call, Path(key): Path<String>, Body(body): Body) -> Answer {
    let mut state = call.site.write();
    transition::run(&call, &mut state, &key, &body)?;
    no_content()
}
