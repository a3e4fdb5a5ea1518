//! Commenting: adding, changing and deleting.

use super::form::{Typed, Wrongs};
use super::visit::{Frame, Visit};
use super::{On, browse};
use crate::jira::adf::markup;
use crate::jira::refusal::Refusal;
use crate::jira::write::comment;
use crate::page;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

/// The site, the issue and the comment in an address.
type OnComment = Path<(String, String, String)>;

#[derive(Template)]
#[template(path = "jira/comment.html")]
struct CommentPage {
    frame: Frame,
    key: String,
    id: String,
    text: String,
    wrong: Option<String>,
}

/// A comment that says nothing is none, which the API takes for a body that is missing.
fn body(before: &str, typed: &Typed) -> Value {
    match typed.one("comment") {
        "" => json!({}),
        text => json!({"body": markup::read::onto(before, text)}),
    }
}

pub async fn add(visit: Visit, Path((_, key)): On, typed: Typed) -> Response {
    let added = comment::create(&visit.call, &mut visit.call.site.write(), &key, &body("", &typed));
    browse::after(&visit, &key, &typed, added.map(|(_, comment)| format!("{key}#comment-{}", comment.id)))
}

pub async fn show(visit: Visit, Path((_, key, id)): OnComment) -> Response {
    let text = stored(&visit, &key, &id).map(|document| markup::of_document(&document));
    visit.answer(text.map(|text| render(&visit, key, id, text, &Wrongs::default())))
}

fn render(visit: &Visit, key: String, id: String, text: String, wrongs: &Wrongs) -> Response {
    let wrong = wrongs.messages.iter().chain(wrongs.fields.values()).next().cloned();
    page::html(wrongs.status, &CommentPage { frame: visit.frame(), key, id, text, wrong })
}

/// The document of a comment.
fn stored(visit: &Visit, key: &str, id: &str) -> Result<String, Refusal> {
    let state = visit.call.site.read();
    let look = visit.call.look(&state);
    let issue = look.find_issue(key).ok_or_else(Refusal::no_issue)?;
    let mut seen = issue.comments.iter().filter(|comment| look.sees_comment(comment));
    let found = seen.find(|comment| comment.id.to_string() == id);
    let text = "This comment is not here any more.";
    found.map(|comment| comment.body.clone()).ok_or_else(|| Refusal::message(StatusCode::NOT_FOUND, text))
}

pub async fn save(visit: Visit, Path((_, key, id)): OnComment, typed: Typed) -> Response {
    let before = match stored(&visit, &key, &id) {
        Ok(before) => before,
        Err(refusal) => return visit.answer(Err(refusal)),
    };
    let body = body(&before, &typed);
    let saved = comment::update(&visit.call, &mut visit.call.site.write(), &key, &id, &body);
    match saved {
        Ok(_) => visit.redirect(&format!("/browse/{key}#comment-{id}")),
        Err(refusal) => render(&visit, key, id, typed.one("comment").to_owned(), &Wrongs::from(refusal)),
    }
}

pub async fn delete(visit: Visit, Path((_, key, id)): OnComment) -> Response {
    let deleted = comment::delete(&visit.call, &mut visit.call.site.write(), &key, &id);
    browse::after(&visit, &key, &Typed::default(), deleted.map(|()| format!("{key}#comments")))
}
