//! New tickets that wait for a person: what waits, the approval, and taking it back.

use super::caller::Caller;
use super::problem::{Document, Problem};
use crate::app::App;
use axum::Json;
use axum::extract::{Path, State};
use backline_core::ids::ConnectedProjectId;
use backline_core::mapping::ConnectedProject;
use backline_store::StoreError;
use backline_store::admission;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const BATCHES: u64 = 50;

#[derive(Debug, Serialize, ToSchema)]
pub struct Approvals {
    /// Projects with tickets that wait for approval.
    pub waiting: Vec<Waiting>,
    /// What was approved, the newest first.
    pub batches: Vec<Batch>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Waiting {
    /// The connected project's id.
    pub project: String,
    /// "SEC / Bug"
    pub place: String,
    pub tickets: u64,
    #[schema(value_type = String)]
    pub since: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Batch {
    pub id: String,
    pub project: String,
    pub place: String,
    pub tickets: u64,
    #[schema(value_type = String)]
    pub approved_at: Timestamp,
    pub approved_by: String,
    #[schema(value_type = Option<String>)]
    pub undone_at: Option<Timestamp>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// A connected project's id, or a Jira project's key for all that are connected to it; everything if left out.
    #[serde(default)]
    pub project: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Approved {
    pub batches: Vec<Batch>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Undone {
    /// Tickets that were let go of; in Jira they stay as they are.
    pub unlinked: usize,
    /// Tickets that were not made yet and wait again.
    pub held: usize,
}

/// What waits for approval, and what was approved.
#[utoipa::path(get, path = "/approvals", tag = "plan", responses((status = 200, body = Approvals)))]
pub async fn list(State(app): State<App>) -> Result<Json<Approvals>, Problem> {
    let projects = app.store.list_projects().await?;
    let waiting = app.store.held_creates().await?.into_iter().map(|held| Waiting {
        project: held.project.to_string(),
        place: place_of(&projects, held.project),
        tickets: held.tickets,
        since: held.since,
    });
    let batches = app.store.list_batches(BATCHES).await?.into_iter().map(told).collect();
    Ok(Json(Approvals { waiting: waiting.collect(), batches }))
}

/// Make the tickets that wait for approval.
#[utoipa::path(
    post, path = "/approvals", tag = "plan", request_body = Wish,
    responses(
        (status = 200, body = Approved),
        (status = 404, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn approve(
    State(app): State<App>,
    caller: Caller,
    Json(wish): Json<Wish>,
) -> Result<Json<Approved>, Problem> {
    let projects: Option<Vec<ConnectedProjectId>> = match &wish.project {
        Some(name) => {
            let all = app.store.list_projects().await?;
            let named =
                |known: &&ConnectedProject| known.id.to_string() == *name || known.project.key == *name;
            Some(all.iter().filter(named).map(|known| known.id).collect())
        }
        None => None,
    };
    if projects.as_ref().is_some_and(Vec::is_empty) {
        return Err(StoreError::Missing("the project").into());
    }
    let batches = app.store.approve_creates(projects.as_deref(), &caller.actor(), app.now()).await?;
    app.engine.wake.notify_one();
    Ok(Json(Approved { batches: batches.into_iter().map(told).collect() }))
}

/// Take an approval back: its tickets are let go of and stay in Jira, what is not made yet waits again.
#[utoipa::path(
    post, path = "/approvals/{id}/undo", tag = "plan", params(("id" = String, Path)),
    responses(
        (status = 200, body = Undone),
        (status = 404, body = Document, content_type = "application/problem+json"),
        (status = 409, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn undo(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Undone>, Problem> {
    let id = id.parse().map_err(|_| StoreError::Missing("the batch"))?;
    let undone = app.store.undo_batch(id, &caller.actor(), app.now()).await?;
    app.engine.wake.notify_one();
    Ok(Json(Undone { unlinked: undone.unlinked, held: undone.held }))
}

pub fn place_of(projects: &[ConnectedProject], id: ConnectedProjectId) -> String {
    let known = projects.iter().find(|known| known.id == id);
    known.map(|known| format!("{} / {}", known.project.key, known.issue_type.name)).unwrap_or_default()
}

fn told(batch: admission::Batch) -> Batch {
    Batch {
        id: batch.id.to_string(),
        project: batch.project.to_string(),
        place: batch.place,
        tickets: batch.tickets,
        approved_at: batch.approved_at,
        approved_by: batch.approved_by,
        undone_at: batch.undone_at,
    }
}
