//! Pages for people: projects, boards, lists, issues; and what they do there by hand.
//!
//! Whoever opens them acts as the person in the cookie. Every change goes the same way as one by REST, so a page
//! allows and refuses what the API does, in the same words.

mod act;
mod board;
mod browse;
mod comment;
mod control;
mod create;
mod edit;
mod form;
mod link;
mod list;
mod projects;
mod relocate;
mod transition;
mod visit;
mod webhook;

use crate::World;
use crate::history::Actor;
use crate::page::person;
use axum::Router;
use axum::extract::{Path, Request};
use axum::http::{Method, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use std::sync::Arc;
use visit::Visit;

/// The site and the issue in an address.
type On = Path<(String, String)>;

pub fn router(world: &Arc<World>) -> Router {
    let of = world.clone();
    let unknown = move |visit: Visit, method: Method, uri: Uri| {
        of.coverage.count_unsupported(method.as_str(), uri.path());
        std::future::ready(visit.unknown())
    };
    Router::new()
        .route("/sites", get(projects::sites))
        .route("/sites/{site}", get(projects::home))
        .route("/sites/{site}/jira/projects", get(projects::show))
        .route("/sites/{site}/jira/projects/{project}", get(projects::home_of))
        .route("/sites/{site}/jira/projects/{project}/board", get(board::show))
        .route("/sites/{site}/jira/projects/{project}/issues", get(list::show))
        .route("/sites/{site}/jira/projects/{project}/create", get(create::show).post(create::save))
        .route("/sites/{site}/jira/webhooks", get(webhook::show))
        .route("/sites/{site}/jira/webhooks/{id}/again", post(webhook::again))
        .route("/sites/{site}/browse/{issue}", get(browse::show))
        .route("/sites/{site}/browse/{issue}/edit", get(edit::show).post(edit::save))
        .route("/sites/{site}/browse/{issue}/transition", get(transition::show).post(transition::run))
        .route("/sites/{site}/browse/{issue}/comment", post(comment::add))
        .route("/sites/{site}/browse/{issue}/comment/{id}", get(comment::show).post(comment::save))
        .route("/sites/{site}/browse/{issue}/comment/{id}/delete", post(comment::delete))
        .route("/sites/{site}/browse/{issue}/link", post(link::add))
        .route("/sites/{site}/browse/{issue}/unlink", post(link::remove))
        .route("/sites/{site}/browse/{issue}/move", get(relocate::show).post(relocate::run))
        .route("/sites/{site}/browse/{issue}/clone", post(act::clone))
        .route("/sites/{site}/browse/{issue}/delete", get(act::ask_delete).post(act::delete))
        .route("/sites/{site}/avatar.svg", get(icon))
        .route("/sites/{site}/images/{*path}", get(icon))
        .route("/sites/{site}/{*path}", any(unknown))
        .layer(from_fn(as_person))
        .with_state(world.jira.clone())
}

async fn as_person(request: Request, next: Next) -> Response {
    let actor = format!("person:{}", person::acting(request.headers()).account_id);
    let mut response = next.run(request).await;
    response.extensions_mut().insert(Actor(actor));
    response
}

async fn icon() -> Response {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"16\" height=\"16\">\
        <rect width=\"16\" height=\"16\" rx=\"3\" fill=\"#0b6b66\"/></svg>";
    ([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response()
}
