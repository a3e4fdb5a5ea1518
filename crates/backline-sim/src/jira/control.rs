//! What a test does to a site beside its API: `/_sim/jira/…` and `/_sim/limits`.

use super::Jira;
use super::call::Call;
use super::config::Id;
use super::field::no_of;
use super::refusal::Refusal;
use super::screen_change::{Place, ScreenChange};
use super::site::{PROJECT, Site};
use super::write::moving;
use crate::people;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub fn router(jira: &Arc<Jira>) -> Router {
    Router::new()
        .route("/_sim/jira/move", post(move_issue))
        .route("/_sim/jira/screen", post(change_screen))
        .route("/_sim/jira/seed", get(show_size).post(seed))
        .route("/_sim/limits", get(show_limits).post(change_limits))
        .with_state(jira.clone())
}

fn main_site() -> String {
    people::MAIN_SITE.into()
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

/// The limits of all sites, and the points that apps have spent in their hour.
async fn show_limits(State(jira): State<Arc<Jira>>) -> Json<Value> {
    Json(jira.limits.report(jira.clock.now_ms()))
}

/// Lays what is sent over the setting; counting begins anew.
async fn change_limits(
    State(jira): State<Arc<Jira>>,
    Json(change): Json<Value>,
) -> Result<Json<Value>, Refusal> {
    jira.limits.change(change).map_err(Refusal::bad)?;
    Ok(Json(jira.limits.report(jira.clock.now_ms())))
}

#[derive(Debug, Deserialize)]
struct Seed {
    #[serde(default = "main_site")]
    site: String,
    #[serde(default = "main_project")]
    project: String,
    issues: u64,
}

fn main_project() -> String {
    PROJECT.into()
}

/// One call makes at most so many.
const SEEDED_MAX: u64 = 1_000_000;

/// Makes issues in bulk, the same ones for the same seed; nothing else is answered meanwhile.
async fn seed(State(jira): State<Arc<Jira>>, Json(body): Json<Seed>) -> Result<Json<Value>, Refusal> {
    let site = site(&jira, &body.site)?;
    if !(1..=SEEDED_MAX).contains(&body.issues) {
        return Err(Refusal::bad(format!("'issues' must be between 1 and {SEEDED_MAX}.")));
    }
    let project = site.read().config.find_project(&body.project).map(|project| project.id);
    let project = project.ok_or_else(|| Refusal::no_project(&body.project))?;
    let seeding = site.clone();
    let made = tokio::task::spawn_blocking(move || seeding.seed(project, body.issues)).await;
    made.map_err(|_| Refusal::empty(StatusCode::INTERNAL_SERVER_ERROR))?;
    Ok(Json(size(&site)))
}

#[derive(Debug, Deserialize)]
struct Size {
    #[serde(default = "main_site")]
    site: String,
}

/// How many issues a site has, and how many rows its searches have looked at since the start.
async fn show_size(State(jira): State<Arc<Jira>>, Query(query): Query<Size>) -> Result<Json<Value>, Refusal> {
    Ok(Json(size(&*site(&jira, &query.site)?)))
}

fn size(site: &Site) -> Value {
    json!({"issues": site.read().issue_count(), "rows_examined": site.examined()})
}
