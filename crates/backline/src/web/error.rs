//! What a page says when it cannot be shown: four sentences, never a status code alone.
//!
//! A handler answers a [`PageError`]; [`show`] makes the page of it, or the fragment where htmx asked, and adds
//! the request's id. Answers of machines' addresses (`/api`, `/hooks`) are left as they are.

use crate::web::headers::RequestId;
use askama::Template;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use backline_store::StoreError;
use std::any::Any;
use std::borrow::Cow;

type Text = Cow<'static, str>;

/// What happened, why, what to do, what was not lost; and the button that does it.
#[derive(Debug, Clone)]
pub struct Four {
    pub title: Text,
    pub what: Text,
    pub why: Text,
    pub remedy: Text,
    pub kept: Text,
    /// Address and words of the button.
    pub button: (Text, Text),
}

/// A page that cannot be shown.
#[derive(Debug, Clone)]
pub struct PageError {
    status: StatusCode,
    four: Box<Four>,
}

impl PageError {
    pub fn new(status: StatusCode, four: Four) -> Self {
        Self { status, four: Box::new(four) }
    }

    /// `thing` as in "this vulnerability".
    pub fn missing(thing: &'static str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            Four {
                title: "Not found".into(),
                what: format!("There is no {thing} at this address.").into(),
                why: "The link is mistyped or old, or it was deleted.".into(),
                remedy: "Go to the overview and look for it from there.".into(),
                kept: "Nothing was changed.".into(),
                button: ("/".into(), "Go to the overview".into()),
            },
        )
    }

    /// The form's proof does not belong to this browser's session.
    pub fn forged() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            Four {
                title: "This form is out of date".into(),
                what: "Backline did not accept the form.".into(),
                why: "It was opened before you signed in or out, or it was sent from another site.".into(),
                remedy: "Go back, reload the page and send it again.".into(),
                kept: "Nothing was changed.".into(),
                button: ("/".into(), "Go to the overview".into()),
            },
        )
    }

    /// The request itself cannot be read.
    pub fn unreadable(why: impl Into<Text>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Four {
                title: "The form cannot be read".into(),
                what: "Backline could not read what was sent.".into(),
                why: why.into(),
                remedy: "Go back, reload the page and send it again.".into(),
                kept: "Nothing was changed.".into(),
                button: ("/".into(), "Go to the overview".into()),
            },
        )
    }

    /// A fault of ours; the log has it, the page does not.
    pub fn fault(error: &anyhow::Error) -> Self {
        tracing::error!("a page failed: {error:#}");
        Self::internal()
    }

    fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            Four {
                title: "Backline made a mistake".into(),
                what: "Backline failed while it made this page.".into(),
                why: "A fault in Backline itself; the log names it under the request id below.".into(),
                remedy: "Try again. If it comes back, report the request id.".into(),
                kept: "Work that goes on in the background is not affected.".into(),
                button: ("/".into(), "Go to the overview".into()),
            },
        )
    }

    fn store_away() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            Four {
                title: "The database is not available".into(),
                what: "Backline could not read or write its database.".into(),
                why: "The disk is full, the file is locked, or Backline is stopping.".into(),
                remedy: "Try again in a moment.".into(),
                kept: "What was saved before is safe; what you just sent was not saved.".into(),
                button: ("/".into(), "Go to the overview".into()),
            },
        )
    }

    fn conflict(thing: &str) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            Four {
                title: "Changed meanwhile".into(),
                what: format!("{thing} was changed by someone else since you opened it.").into(),
                why: "Two people saved the same thing.".into(),
                remedy: "Open it again, look at what is new, and repeat your change.".into(),
                kept: "Their change is kept; yours was not saved.".into(),
                button: ("/".into(), "Go to the overview".into()),
            },
        )
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing(_) => Self::missing("page"),
            StoreError::Conflict(thing) => Self::conflict(thing),
            StoreError::Cursor => {
                Self::unreadable("The place in the list that the address names is not one of this list.")
            }
            StoreError::Unavailable { .. } | StoreError::Closed | StoreError::Unknown => {
                tracing::warn!(%error, "a page could not use the database");
                Self::store_away()
            }
            _ => {
                tracing::error!(%error, "a page failed");
                Self::internal()
            }
        }
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        tracing::error!(%error, "a template failed");
        Self::internal()
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "error/page.html")]
struct Page<'p> {
    four: &'p Four,
    request_id: &'p str,
}

#[derive(Template)]
#[template(path = "error/part.html")]
struct Part<'p> {
    four: &'p Four,
    request_id: &'p str,
}

/// Fills in the page of an error that came without one.
pub async fn show(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_machine = path.starts_with("/api") || path.starts_with("/hooks");
    let is_fragment = request.headers().contains_key("hx-request");
    let id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let response = next.run(request).await;
    if is_machine {
        return response;
    }
    let error = match response.extensions().get::<PageError>() {
        Some(error) => error.clone(),
        None if is_page(&response) => return response,
        None => match response.status() {
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => PageError::missing("page"),
            StatusCode::FORBIDDEN => PageError::forged(),
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => {
                PageError::unreadable("A part of the address or the form has another shape than expected.")
            }
            StatusCode::INTERNAL_SERVER_ERROR => PageError::internal(),
            _ => return response,
        },
    };
    let made = if is_fragment {
        Part { four: &error.four, request_id: &id.0 }.render()
    } else {
        Page { four: &error.four, request_id: &id.0 }.render()
    };
    match made {
        Ok(html) => {
            let mut page = (error.status, Html(html)).into_response();
            if error.status == StatusCode::SERVICE_UNAVAILABLE {
                page.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
            }
            page
        }
        Err(error) => {
            tracing::error!(%error, "the error page failed");
            response
        }
    }
}

/// A handler's own page that refuses something is HTML; axum's rejections are plain text.
fn is_page(response: &Response) -> bool {
    response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

pub async fn nothing_here() -> PageError {
    PageError::missing("page")
}

/// What a panicking handler answers; `CatchPanicLayer` has logged it.
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    PageError::internal().into_response()
}
