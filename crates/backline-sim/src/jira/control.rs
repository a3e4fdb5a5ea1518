//! What a test does to a site beside its API: `/_sim/jira/…`.

use super::Jira;
use super::call::Call;
use super::config::Id;
use super::field::no_of;
use super::refusal::Refusal;
use super::screen_change::{Place, ScreenChange};
use super::site::Site;
use super::write::moving;
use crate::people;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

pub fn router(jira: &Arc<Jira>) -> Router {
    Router::new()
        .route("/_sim/jira/move", post(move_issue))
        .route("/_sim/jira/screen", post(change_screen))
        .route("/_sim/jira/crowd", post(let_in))
        .with_state(jira.clone())
}

fn main_site() -> String {
    "acme".into()
}

fn site(jira: &Jira, slug: &str) -> Result<Arc<Site>, Refusal> {
    jira.site_by_slug(slug).ok_or_else(|| Refusal::bad("No such site."))
}

#[derive(Debug, Deserialize)]
struct Move {
    #[serde(default = "main_site")]
    site: String,
    issue: String,
    project: String,
}

/// Moves an issue to another project; answers its new key.
async fn move_issue(State(jira): State<Arc<Jira>>, Json(body): Json<Move>) -> Result<Response, Refusal> {
    let site = site(&jira, &body.site)?;
    let call = Call { site: site.clone(), person: people::ADA, client_id: None, scopes: None, version: 3 };
    let key = moving::run(&call, &mut site.write(), &body.issue, &body.project)?;
    Ok(Json(json!({"key": key})).into_response())
}

#[derive(Debug, Deserialize)]
struct Crowd {
    #[serde(default = "main_site")]
    site: String,
    size: usize,
}

/// Gives a site as many further users, for searches that see a part of them.
async fn let_in(State(jira): State<Arc<Jira>>, Json(body): Json<Crowd>) -> Result<StatusCode, Refusal> {
    site(&jira, &body.site)?.let_in(body.size);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize)]
struct ChangeScreen {
    #[serde(default = "main_site")]
    site: String,
    project: String,
    /// Name or id.
    issue_type: String,
    /// Field id.
    field: String,
    to: Place,
}

/// Makes a field required or optional on a create screen, or takes it off.
async fn change_screen(
    State(jira): State<Arc<Jira>>,
    Json(body): Json<ChangeScreen>,
) -> Result<StatusCode, Refusal> {
    let site = site(&jira, &body.site)?;
    let mut state = site.write();
    let config = &state.config;
    let project = config.find_project(&body.project).ok_or_else(|| Refusal::no_project(&body.project))?;
    let is_named = |id: Id| {
        id.to_string() == body.issue_type
            || config.issue_types.get(&id).is_some_and(|issue_type| issue_type.name == body.issue_type)
    };
    let row = project.types.iter().find(|row| is_named(row.issue_type));
    let row = row.ok_or_else(|| Refusal::bad("The project has no such issue type."))?;
    let field = no_of(&body.field).filter(|no| config.fields.contains_key(no));
    let field = field.ok_or_else(|| Refusal::bad("There is no such field."))?;
    let change = ScreenChange { project: project.id, issue_type: row.issue_type, field, to: body.to };
    state.change_screen(&change);
    Ok(StatusCode::NO_CONTENT)
}
