//! Links between issues and their types.

use super::{Answer, no_content, ok};
use crate::jira::call::{Body, Call};
use crate::jira::route::{READ, Route, WRITE, full};
use crate::jira::write::{comment, link};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Value, json};

pub fn routes() -> Vec<Route> {
    vec![
        full("GET", "/issueLinkType", READ, types),
        full("POST", "/issueLink", WRITE, create),
        full("GET", "/issueLink/{id}", READ, show),
        full("DELETE", "/issueLink/{id}", WRITE, delete),
    ]
}

async fn types(call: Call) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let types: Vec<Value> = state.config.link_types.iter().map(|row| look.link_type(row)).collect();
    ok(json!({"issueLinkTypes": types}))
}

/// A comment in the body goes to the outward issue, also when the link is there already.
async fn create(call: Call, Body(body): Body) -> Answer {
    let mut state = call.site.write();
    let outward = link::create(&call, &mut state, &body)?;
    if let Some(sent) = body.get("comment").filter(|sent| !sent.is_null()) {
        comment::create(&call, &mut state, &outward.to_string(), sent)?;
    }
    Ok(StatusCode::CREATED.into_response())
}

async fn show(call: Call, Path(id): Path<String>) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let found = id.parse().ok().and_then(|id: u64| state.links.get(&id));
    let link = found.ok_or_else(|| link::absent(&id))?;
    let ends = state.issue(link.inward).zip(state.issue(link.outward));
    let (inward, outward) = ends.ok_or_else(|| link::absent(&id))?;
    let link_type = state.config.link_types.iter().find(|row| row.id == link.link_type);
    ok(json!({
        "id": link.id.to_string(),
        "self": look.rest(format_args!("issueLink/{}", link.id)),
        "type": link_type.map(|row| look.link_type(row)),
        "inwardIssue": look.linked_issue(inward),
        "outwardIssue": look.linked_issue(outward),
    }))
}

async fn delete(call: Call, Path(id): Path<String>) -> Answer {
    link::delete(&call, &mut call.site.write(), &id)?;
    no_content()
}
