//! Comments of an issue.

use super::{Answer, no_content, ok};
use crate::jira::adf;
use crate::jira::call::{Body, Call, Query};
use crate::jira::refusal::Refusal;
use crate::jira::route::{READ, Route, WRITE, full};
use crate::jira::view;
use crate::jira::write::comment;
use axum::Json;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

pub fn routes() -> Vec<Route> {
    vec![
        full("GET", "/issue/{issue}/comment", READ, list),
        full("POST", "/issue/{issue}/comment", WRITE, create),
        full("GET", "/issue/{issue}/comment/{id}", READ, show),
        full("PUT", "/issue/{issue}/comment/{id}", WRITE, update),
        full("DELETE", "/issue/{issue}/comment/{id}", WRITE, delete),
    ]
}

async fn list(call: Call, Path(key): Path<String>, query: Query) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let issue = look.find_issue(&key).ok_or_else(Refusal::no_issue)?;
    let is_newest_first = match query.one("orderBy") {
        None | Some("created" | "+created") => false,
        Some("-created") => true,
        Some(other) => return Err(Refusal::bad(format!("The orderBy parameter '{other}' is not valid."))),
    };
    let max = query.number("maxResults", 100).min(100);
    let mut page = view::comment::page(&look, issue, query.number("startAt", 0), max, is_newest_first);
    page["maxResults"] = max.into();
    // The issue's field has an address, the list itself has none: as recorded of a real site.
    if let Some(page) = page.as_object_mut() {
        page.remove("self");
    }
    if let Some(rows) = page["comments"].as_array_mut().filter(|_| is_rendered(&query)) {
        for row in rows {
            let id = row["id"].as_str().and_then(|id| id.parse().ok());
            let comment = issue.comments.iter().find(|comment| Some(comment.id) == id);
            row["renderedBody"] = comment.map(|comment| adf::html::of_document(&comment.body)).into();
        }
    }
    ok(page)
}

fn is_rendered(query: &Query) -> bool {
    query.list("expand").contains(&"renderedBody")
}

async fn create(call: Call, Path(key): Path<String>, Body(body): Body) -> Answer {
    let mut state = call.site.write();
    let (issue, comment) = comment::create(&call, &mut state, &key, &body)?;
    let look = call.look(&state);
    let location = look.rest(format_args!("issue/{issue}/comment/{}", comment.id));
    let shown = view::comment::one(&look, issue, &comment);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(shown)).into_response())
}

async fn show(call: Call, Path((key, id)): Path<(String, String)>, query: Query) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let issue = look.find_issue(&key).ok_or_else(Refusal::no_issue)?;
    let mut comments = issue.comments.iter().filter(|comment| look.sees_comment(comment));
    let comment = comments.find(|comment| comment.id.to_string() == id);
    let text = format!("Can not find a comment for the id: {id}.");
    let comment = comment.ok_or_else(|| Refusal::message(StatusCode::NOT_FOUND, text))?;
    let mut shown = view::comment::one(&look, issue.id, comment);
    if is_rendered(&query) {
        shown["renderedBody"] = adf::html::of_document(&comment.body).into();
    }
    ok(shown)
}

async fn update(call: Call, Path((key, id)): Path<(String, String)>, Body(body): Body) -> Answer {
    let mut state = call.site.write();
    let comment = comment::update(&call, &mut state, &key, &id, &body)?;
    let look = call.look(&state);
    let issue = look.find_issue(&key).ok_or_else(Refusal::no_issue)?;
    ok(view::comment::one(&look, issue.id, &comment))
}

async fn delete(call: Call, Path((key, id)): Path<(String, String)>) -> Answer {
    let mut state = call.site.write();
    comment::delete(&call, &mut state, &key, &id)?;
    no_content()
}
