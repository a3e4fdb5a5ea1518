//! Files at issues: adding, reading and deleting them.

use super::{Answer, no_content, ok};
use crate::jira::call::{Call, Query};
use crate::jira::config::Id;
use crate::jira::issue::Attachment;
use crate::jira::refusal::Refusal;
use crate::jira::route::{READ, Route, WRITE, full};
use crate::jira::state::State;
use crate::jira::view;
use crate::jira::write::attachment::{self, NewFile, absent};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request};
use axum::handler::Handler;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

/// How many files one request may have. Source: Jira's OpenAPI document.
const FILES_MAX: usize = 60;
/// How long a file may be. A site's own setting; ten megabytes is assumed.
const FILE_BYTES_MAX: usize = 10 * 1024 * 1024;
/// How long a request may be.
const REQUEST_BYTES_MAX: usize = 64 * 1024 * 1024;

pub fn routes() -> Vec<Route> {
    let add = add.layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX));
    vec![
        full("POST", "/issue/{issue}/attachments", WRITE, add),
        full("GET", "/attachment/meta", READ, settings),
        full("GET", "/attachment/{id}", READ, show),
        full("GET", "/attachment/content/{id}", READ, content),
        full("DELETE", "/attachment/{id}", WRITE, delete),
    ]
}

async fn add(call: Call, Path(key): Path<String>, request: Request) -> Answer {
    // A browser cannot send this header from a foreign page. Without it Jira answers in plain text.
    if request.headers().get("x-atlassian-token").is_none_or(|token| token != "no-check") {
        return Ok((StatusCode::NOT_FOUND, "XSRF check failed").into_response());
    }
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|_| Refusal::bad("The request is not multipart/form-data."))?;
    let mut files = Vec::new();
    loop {
        let too_large = |_| Refusal::message(StatusCode::PAYLOAD_TOO_LARGE, "The request is too large.");
        let Some(part) = parts.next_field().await.map_err(too_large)? else { break };
        if part.name() != Some("file") {
            continue;
        }
        let filename = part.file_name().unwrap_or("file").to_owned();
        let mime = part.content_type().unwrap_or("application/octet-stream").to_owned();
        let content = part.bytes().await.map_err(too_large)?.to_vec();
        if content.len() > FILE_BYTES_MAX {
            let text = format!("The file '{filename}' exceeds its maximum permitted size of 10 MB.");
            return Err(Refusal::message(StatusCode::PAYLOAD_TOO_LARGE, text));
        }
        if files.len() == FILES_MAX {
            let text = format!("More than {FILES_MAX} files are requested to be uploaded.");
            return Err(Refusal::message(StatusCode::PAYLOAD_TOO_LARGE, text));
        }
        files.push(NewFile { filename, mime, content });
    }
    let mut state = call.site.write();
    let ids = attachment::add(&call, &mut state, &key, files)?;
    let look = call.look(&state);
    let rows = ids.iter().filter_map(|id| state.attachments.get(id));
    ok(rows.map(|attachment| view::attachment(&look, attachment)).collect())
}

async fn settings() -> Answer {
    ok(json!({"enabled": true, "uploadLimit": FILE_BYTES_MAX}))
}

/// A file at an issue that the caller may see.
fn find<'a>(call: &Call, state: &'a State, id: &str) -> Result<&'a Attachment, Refusal> {
    let found = id.parse().ok().and_then(|id: Id| state.attachments.get(&id));
    let is_seen = |attachment: &&Attachment| {
        state.issue(attachment.issue).is_some_and(|issue| call.look(state).sees(issue))
    };
    found.filter(is_seen).ok_or_else(|| absent(id))
}

/// Here the id is a number, elsewhere a string.
async fn show(call: Call, Path(id): Path<String>) -> Answer {
    let state = call.site.read();
    let attachment = find(&call, &state, &id)?;
    let mut shown = view::attachment(&call.look(&state), attachment);
    shown["id"] = attachment.id.into();
    shown["properties"] = json!({});
    ok(shown)
}

/// The bytes; without `redirect=false` the address at which they are.
async fn content(call: Call, Path(id): Path<String>, query: Query) -> Answer {
    let state = call.site.read();
    let attachment = find(&call, &state, &id)?;
    if query.one("redirect") != Some("false") {
        let address = call.look(&state).rest(format_args!("attachment/content/{id}?redirect=false"));
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response());
    }
    let bytes = STANDARD.decode(&attachment.content).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, attachment.mime.clone())], bytes).into_response())
}

async fn delete(call: Call, Path(id): Path<String>) -> Answer {
    let number: Id = id.parse().map_err(|_| absent(&id))?;
    attachment::delete(&call, &mut call.site.write(), number)?;
    no_content()
}
