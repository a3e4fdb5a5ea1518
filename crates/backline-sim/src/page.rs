//! What all people's pages share: the stylesheet, who acts, how a page is sent, and escaping.
//!
//! Pages work without scripts, and their headers forbid them: much of what is shown was written by a scanner.

pub mod person;
pub mod time;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// Where the stylesheet is served.
pub const STYLE: &str = "/people.css";

/// Nothing but the stylesheet and icons of this server is loaded. Where forms lead is left open: the consent page
/// redirects to the app.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

pub async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css")], include_str!("page/people.css")).into_response()
}

/// A page with this status.
pub fn html(status: StatusCode, page: &impl Template) -> Response {
    let text = match page.render() {
        Ok(text) => text,
        Err(error) => {
            tracing::error!(%error, "a page of the simulators could not be written");
            return (StatusCode::INTERNAL_SERVER_ERROR, "The page could not be written").into_response();
        }
    };
    let mut response = (status, Html(text)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// One of several values to choose from.
#[derive(Debug, Clone)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub is_chosen: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>, is_chosen: bool) -> Self {
        Self { value: value.into(), label: label.into(), is_chosen }
    }
}

/// A page outside the sites with nothing but words and links on it.
#[derive(Template)]
#[template(path = "people/note.html")]
pub struct Note<'a> {
    pub title: &'a str,
    pub texts: &'a [String],
    /// Words and address.
    pub links: &'a [(String, String)],
}

/// Text made safe for element content and quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
