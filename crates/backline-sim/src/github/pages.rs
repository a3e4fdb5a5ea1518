//! GitHub's pages for people: look at repositories and pull requests, and act on them by hand.
//!
//! Whoever opens them acts as one fixed person. Everything is done through `change`, as by the API.

mod bump;
mod markdown;
mod pull;
mod pull_act;
mod raw;
mod repo;

use super::error::Refusal;
use super::model::User;
use super::request::Cx;
use super::{Github, seed};
use crate::history::Actor;
use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use std::sync::Arc;

pub fn router(github: &Arc<Github>) -> Router<Arc<Github>> {
    Router::new()
        .route("/github", get(|| async { Redirect::permanent("/github/") }))
        .route("/github/", get(repo::list))
        .route("/github/style.css", get(style))
        .route("/github/avatars/{file}", get(raw::avatar))
        .route("/github/{owner}/{repo}", get(repo::show))
        .route("/github/{owner}/{repo}/pulls", get(repo::show).post(repo::open_pull))
        .route("/github/{owner}/{repo}/raw/{*rest}", get(raw::file))
        .route("/github/{owner}/{repo}/blob/{*rest}", get(raw::file))
        .route("/github/{owner}/{repo}/pull/{number}", get(pull::show))
        .route("/github/{owner}/{repo}/pull/{number}/{act}", post(pull_act::act))
        .layer(from_fn_with_state(Arc::clone(github), as_person))
}

/// Pages ask for no login.
async fn as_person(State(github): State<Arc<Github>>, mut request: Request, next: Next) -> Response {
    let person: Option<User> = github.state().user_by_login(seed::PERSON).cloned();
    let login = person.as_ref().map_or_else(|| "anonymous".to_owned(), |person| person.login.clone());
    if let Some(person) = person {
        request.extensions_mut().insert(person);
    }
    let mut response = next.run(request).await;
    response.extensions_mut().insert(Actor(login));
    response
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css")], include_str!("pages/style.css")).into_response()
}

type Page = Result<Response, PageRefusal>;

fn html(page: &impl Template) -> Page {
    match page.render() {
        Ok(text) => Ok(Html(text).into_response()),
        Err(error) => {
            tracing::error!(%error, "a page of the GitHub simulator could not be written");
            Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "The page could not be written").into())
        }
    }
}

/// A refusal as a page, with the words of each rule that was broken.
struct PageRefusal(Refusal);

impl From<Refusal> for PageRefusal {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

#[derive(Template)]
#[template(path = "github/refusal.html")]
struct RefusalPage {
    person: &'static str,
    message: String,
    details: Vec<String>,
}

impl IntoResponse for PageRefusal {
    fn into_response(self) -> Response {
        let Self(refusal) = self;
        let words = |error: &serde_json::Value| {
            let message = error["message"].as_str().map(str::to_owned);
            let field = || Some(format!("{} is {}", error["field"].as_str()?, error["code"].as_str()?));
            message.or_else(field)
        };
        let details = refusal.errors.iter().filter_map(words).collect();
        let page = RefusalPage { person: seed::PERSON, message: refusal.message, details };
        (refusal.status, Html(page.render().unwrap_or_default())).into_response()
    }
}
