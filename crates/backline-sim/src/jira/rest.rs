//! The REST API, versions 2 and 3: one file per resource, each with its rows for the table of endpoints.

mod archive;
mod attachment;
mod bulk;
mod changelog;
mod comment;
mod component;
mod createmeta;
mod field;
mod issue;
mod label;
mod link;
mod lists;
mod myself;
mod picker;
mod project;
mod property;
mod remote_link;
mod search;
mod transition;
mod user;
mod version;
mod webhook;

use super::call::Query;
use super::limit::Objects;
use super::look::Look;
use super::refusal::Refusal;
use super::route::Route;
use crate::history::ReadByPost;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

/// What a handler answers.
type Answer = Result<Response, Refusal>;

/// Every endpoint.
pub fn routes() -> Vec<Route> {
    [
        archive::routes(),
        attachment::routes(),
        bulk::routes(),
        changelog::routes(),
        comment::routes(),
        component::routes(),
        createmeta::routes(),
        field::routes(),
        issue::routes(),
        label::routes(),
        link::routes(),
        lists::routes(),
        myself::routes(),
        picker::routes(),
        project::routes(),
        property::routes(),
        remote_link::routes(),
        search::routes(),
        transition::routes(),
        user::routes(),
        version::routes(),
        webhook::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn ok(body: Value) -> Answer {
    let objects = Objects::in_body(&body);
    Ok(counted(Json(body).into_response(), objects))
}

/// An answer that is written into its body as it is, `objects` of them.
fn written(body: &impl Serialize, objects: usize) -> Answer {
    let body = serde_json::to_vec(body).expect("an answer is plain JSON");
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Ok(counted((json, body).into_response(), Objects(objects as u64)))
}

/// Says how many objects an answer holds, or how many a write has made.
fn counted(mut response: Response, objects: Objects) -> Response {
    response.extensions_mut().insert(objects);
    response
}

fn created(body: Value) -> Answer {
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

fn no_content() -> Answer {
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Marks the answer to a POST that only read.
fn read_by_post(answer: Answer) -> Answer {
    let mut response = answer.unwrap_or_else(IntoResponse::into_response);
    response.extensions_mut().insert(ReadByPost);
    Ok(response)
}

/// One page of `rows` as `{startAt, maxResults, total, isLast, values}`; `path` is the endpoint's own.
fn page(look: &Look, path: &str, query: &Query, max_results: (usize, usize), rows: Vec<Value>) -> Value {
    page_of(look, path, query, max_results, rows.len(), rows.into_iter(), |row| row)
}

/// [`page`] of `total` rows of which only those that the page shows are made into JSON.
fn page_of<T>(
    look: &Look,
    path: &str,
    query: &Query,
    (default, most): (usize, usize),
    total: usize,
    rows: impl Iterator<Item = T>,
    show: impl Fn(T) -> Value,
) -> Value {
    let start = query.number("startAt", 0);
    let max = query.number("maxResults", default).min(most);
    let is_last = start.saturating_add(max) >= total;
    let values: Vec<Value> = rows.skip(start).take(max).map(show).collect();
    let address = |start: usize| look.rest(format_args!("{path}?startAt={start}&maxResults={max}"));
    let mut page = json!({
        "self": address(start),
        "maxResults": max,
        "startAt": start,
        "total": total,
        "isLast": is_last,
        "values": values,
    });
    if !is_last {
        page["nextPage"] = address(start + max).into();
    }
    page
}
