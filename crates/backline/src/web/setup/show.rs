//! The first-run form.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::jira::scope::{self, Scope};
use crate::web::session::Visit;
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Redirect, Response};

#[derive(Template)]
#[template(path = "setup/show.html")]
pub struct Page<'p> {
    pub csrf: String,
    pub public_url: &'p str,
    pub callback_url: String,
    /// Client id and secret stand in the configuration, so they are not asked for.
    pub is_app_configured: bool,
    pub scopes: &'p [Scope],
    pub typed: Typed<'p>,
    pub problems: Vec<Problem>,
}

/// What was typed; passwords and secrets are asked for again.
#[derive(Default)]
pub struct Typed<'p> {
    pub name: &'p str,
    pub email: &'p str,
    pub client_id: &'p str,
}

pub struct Problem {
    pub field: &'static str,
    pub text: &'static str,
}

impl<'p> Page<'p> {
    pub fn new(app: &'p App, csrf: String) -> Self {
        Self {
            csrf,
            public_url: &app.config.public_url,
            callback_url: app.config.callback_url(),
            is_app_configured: app.config.atlassian.client_id.is_some(),
            scopes: scope::ALL,
            typed: Typed::default(),
            problems: Vec::new(),
        }
    }

    fn problem(&self, field: &str) -> Option<&'static str> {
        self.problems.iter().find(|problem| problem.field == field).map(|problem| problem.text)
    }
}

pub async fn show(State(app): State<App>, headers: HeaderMap) -> Result<Response, PageError> {
    if app.store.has_users().await? {
        return Ok(Redirect::to("/login").into_response());
    }
    let visit = Visit::of(&headers, &app.config);
    let page = Page::new(&app, visit.csrf()).render()?;
    Ok((visit.cookie(&app.config), Html(page)).into_response())
}
