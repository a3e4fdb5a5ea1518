//! The sign-in form.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::session::{Session, Visit};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "login/show.html")]
pub struct Page<'p> {
    pub organization: &'p str,
    pub host: &'p str,
    pub csrf: String,
    pub email: &'p str,
    pub next: &'p str,
    /// Why somebody who wanted another page is asked to sign in.
    pub notice: Option<&'static str>,
    /// Why the last try did not pass.
    pub refusal: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Params {
    #[serde(default)]
    next: String,
    /// Present where a form came without a session.
    unsent: Option<String>,
}

impl Params {
    fn notice(&self) -> Option<&'static str> {
        if self.unsent.is_some() {
            Some(
                "What you sent was not taken: you were signed out before it arrived. Sign in and send it again.",
            )
        } else if self.next.is_empty() {
            None
        } else {
            Some("Sign in to see that page. A session ends after 30 minutes without use.")
        }
    }
}

pub async fn show(
    State(app): State<App>,
    session: Option<Session>,
    headers: HeaderMap,
    Query(params): Query<Params>,
) -> Result<Response, PageError> {
    let next = super::next_path(&params.next);
    if session.is_some() {
        return Ok(Redirect::to(next).into_response());
    }
    if !app.store.has_users().await? {
        return Ok(Redirect::to("/setup").into_response());
    }
    let visit = Visit::of(&headers, &app.config);
    let page = Page {
        organization: &app.config.organization,
        host: app.config.host(),
        csrf: visit.csrf(),
        email: "",
        next,
        notice: params.notice(),
        refusal: None,
    };
    Ok((visit.cookie(&app.config), Html(page.render()?)).into_response())
}
