//! What a test does to a site beside its API: `/_sim/jira/…`.

use super::Jira;
use super::call::Call;
use super::refusal::Refusal;
use super::write::moving;
use crate::people;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

pub fn router(jira: &Arc<Jira>) -> Router {
    Router::new().route("/_sim/jira/move", post(move_issue)).with_state(jira.clone())
}

#[derive(Debug, Deserialize)]
struct Move {
    #[serde(default = "main_site")]
    site: String,
    issue: String,
    project: String,
}

fn main_site() -> String {
    "acme".into()
}

/// Moves an issue to another project; answers its new key.
async fn move_issue(State(jira): State<Arc<Jira>>, Json(body): Json<Move>) -> Result<Response, Refusal> {
    let site = jira.site_by_slug(&body.site).ok_or_else(|| Refusal::bad("No such site."))?;
    let call = Call { site: site.clone(), person: people::ADA, client_id: None, scopes: None, version: 3 };
    let key = moving::run(&call, &mut site.write(), &body.issue, &body.project)?;
    Ok(Json(json!({"key": key})).into_response())
}
