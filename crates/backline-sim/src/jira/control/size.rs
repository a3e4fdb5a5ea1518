//! How many issues a site holds.

use super::{main_site, site};
use crate::jira::Jira;
use crate::jira::refusal::Refusal;
use crate::jira::site::{PROJECT, Site};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, Deserialize)]
pub struct Seed {
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
pub async fn seed(State(jira): State<Arc<Jira>>, Json(body): Json<Seed>) -> Result<Json<Value>, Refusal> {
    let site = site(&jira, &body.site)?;
    if !(1..=SEEDED_MAX).contains(&body.issues) {
        return Err(Refusal::bad(format!("'issues' must be between 1 and {SEEDED_MAX}.")));
    }
    let project = site.read().config.find_project(&body.project).map(|project| project.id);
    let project = project.ok_or_else(|| Refusal::no_project(&body.project))?;
    let seeding = site.clone();
    let made = tokio::task::spawn_blocking(move || seeding.seed(project, body.issues)).await;
    made.map_err(|_| Refusal::empty(StatusCode::INTERNAL_SERVER_ERROR))?;
    Ok(Json(of(&site)))
}

#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default = "main_site")]
    site: String,
}

/// How many issues a site has, and how many rows its searches have looked at since the start.
pub async fn show(State(jira): State<Arc<Jira>>, Query(asked): Query<Asked>) -> Result<Json<Value>, Refusal> {
    Ok(Json(of(&*site(&jira, &asked.site)?)))
}

fn of(site: &Site) -> Value {
    json!({"issues": site.read().issue_count(), "rows_examined": site.examined()})
}
