//! Pages for people: projects, board, issue; and what they do there by hand.
//!
//! The pages act as Ada, the site's administrator. Every change goes the same way as one by REST.

mod act;
mod board;
mod browse;
mod form;
mod projects;

use super::Jira;
use super::call::Call;
use super::refusal::Refusal;
use crate::people;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::sync::Arc;

pub fn router(jira: &Arc<Jira>) -> Router {
    Router::new()
        .route("/sites/{name}", get(projects::home))
        .route("/sites/{name}/jira/projects", get(projects::show))
        .route("/sites/{name}/jira/projects/{project}/board", get(board::show))
        .route("/sites/{name}/browse/{issue}", get(browse::show))
        .route("/sites/{name}/browse/{issue}/edit", post(act::edit))
        .route("/sites/{name}/browse/{issue}/describe", post(act::describe))
        .route("/sites/{name}/browse/{issue}/comment", post(act::comment))
        .route("/sites/{name}/browse/{issue}/transition", post(act::transition))
        .route("/sites/{name}/browse/{issue}/move", post(act::move_issue))
        .route("/sites/{name}/browse/{issue}/delete", post(act::delete))
        .route("/sites/{name}/avatar.svg", get(icon))
        .route("/sites/{name}/images/{*path}", get(icon))
        .with_state(jira.clone())
}

/// Ada's call on the site with this name, in version 2 of the API: what people type is plain text.
fn call(jira: &Jira, site: &str) -> Result<Call, Refusal> {
    let site = jira.site_by_slug(site).ok_or_else(|| Refusal::empty(StatusCode::NOT_FOUND))?;
    Ok(Call { site, person: people::ADA, client_id: None, scopes: None, version: 2 })
}

async fn icon(State(_): State<Arc<Jira>>) -> Response {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"16\" height=\"16\">\
        <rect width=\"16\" height=\"16\" rx=\"3\" fill=\"#0c66e4\"/></svg>";
    ([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response()
}
