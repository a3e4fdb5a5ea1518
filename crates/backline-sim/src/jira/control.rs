//! What people and administrators do to a site beside its API: `/_sim/jira/…`.
//!
//! What a person can do by the API (edit, comment, transition, delete, a property) is done there, with a person's
//! token; here is what the API of Jira Cloud does not offer, or what we do not simulate of it.

mod archive;
mod configuration;
mod issue;
mod limit;
mod people;
mod project;
mod size;
mod webhook;

use super::Jira;
use super::admin::make;
use super::call::Call;
use super::config::Id;
use super::refusal::Refusal;
use super::site::Site;
use super::state::State as SiteState;
use crate::history::Actor;
use crate::people::{self as persons, ADA};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;
use std::sync::Arc;

type Done = Result<Response, Refusal>;

pub fn router(jira: &Arc<Jira>) -> Router {
    Router::new()
        .route("/_sim/jira/move", post(issue::change_project))
        .route("/_sim/jira/clone", post(issue::duplicate))
        .route("/_sim/jira/archive", post(issue::archive))
        .route("/_sim/jira/archived", post(archive::show_or_hide))
        .route("/_sim/jira/project", post(project::change))
        .route("/_sim/jira/screen", post(configuration::change_screen))
        .route("/_sim/jira/option", post(configuration::change_option))
        .route("/_sim/jira/transition", post(configuration::change_transition))
        .route("/_sim/jira/permission", post(people::change_permission))
        .route("/_sim/jira/user", post(people::change_user))
        .route("/_sim/jira/crowd", post(people::let_in))
        .route("/_sim/jira/seed", get(size::show).post(size::seed))
        .route("/_sim/jira/webhooks", get(webhook::show).post(webhook::plan).delete(webhook::heal))
        .route("/_sim/jira/webhooks/{id}/again", post(webhook::again))
        .route("/_sim/limits", get(limit::show).post(limit::change))
        .with_state(jira.clone())
}

fn main_site() -> String {
    persons::MAIN_SITE.into()
}

fn site(jira: &Jira, slug: &str) -> Result<Arc<Site>, Refusal> {
    jira.site_by_slug(slug).ok_or_else(|| Refusal::bad("No such site."))
}

/// Ada's call on a site, as her browser makes it.
fn call(site: &Arc<Site>) -> Call {
    Call { site: site.clone(), person: ADA, client_id: None, scopes: None, version: 3 }
}

fn done() -> Done {
    Ok(by_ada(StatusCode::NO_CONTENT.into_response()))
}

fn answered(body: Value) -> Done {
    Ok(by_ada(Json(body).into_response()))
}

fn by_ada(mut response: Response) -> Response {
    response.extensions_mut().insert(Actor(format!("person:{}", ADA.account_id)));
    response
}

/// A project by id or key, in the trash or not.
fn project_id(state: &SiteState, id_or_key: &str) -> Result<Id, Refusal> {
    let project = state.config.find_any_project(id_or_key);
    project.map(|project| project.id).ok_or_else(|| Refusal::no_project(id_or_key))
}
