//! Whether a part of a page is asked for, or the whole of it.

use crate::web::error::PageError;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::header::VARY;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use std::convert::Infallible;

/// As an argument of a handler: what htmx said of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Page,
    Fragment,
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let has = |name| parts.headers.contains_key(name);
        // Going back in history, and a target that is the whole body, need the page.
        let is_full = parts.headers.get("hx-request-type").is_some_and(|kind| kind.as_bytes() == b"full");
        let is_fragment = has("hx-request") && !has("hx-history-restore-request") && !is_full;
        Ok(if is_fragment { Self::Fragment } else { Self::Page })
    }
}

/// Renders either; caches are told that the same address has two answers.
pub fn answer(html: Result<String, askama::Error>) -> Result<Response, PageError> {
    Ok(([(VARY, "HX-Request")], Html(html?)).into_response())
}

/// Renders a page that has no fragment.
pub fn page(template: &impl Template) -> Result<Response, PageError> {
    answer(template.render())
}
