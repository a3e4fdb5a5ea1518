//! Connected projects: the Jira projects that Backline writes to, each with its rule and its mapping.
//!
//! A project is answered as the document that is kept; the same document is what [`change`] and [`examine`]
//! take, and its `mapping.version` is the version that was edited.

pub mod change;
pub mod copy;
pub mod examine;
pub mod foresee;
pub mod versions;
mod wanted;

pub use wanted::in_use;

use super::page;
use super::problem::{Document, Problem};
use super::tag::{Tag, Tagged};
use crate::app::App;
use axum::Json;
use axum::extract::{Path, State};
use backline_core::ids::ConnectedProjectId;
use backline_core::mapping::ConnectedProject;
use backline_core::mapping::drift::Change;
use backline_store::ticket::SubjectCounts;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub struct Projects {
    pub projects: Vec<Listed>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Listed {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub project: ConnectedProject,
    pub tickets: Tickets,
    /// Why it cannot be worked on now: "Jira is disconnected"; null where it can.
    pub held_up: Option<String>,
    /// What Jira says of its fields otherwise than when the mapping was saved.
    #[schema(value_type = Vec<Object>)]
    pub drift: Vec<Change>,
}

/// How the tickets of a project stand.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tickets {
    /// With and without an issue in Jira.
    pub all: u64,
    pub in_jira: u64,
    pub in_sync: u64,
    pub waiting: u64,
    pub blocked: u64,
}

/// In the order in which their rules are asked.
#[utoipa::path(get, path = "/projects", tag = "projects", responses((status = 200, body = Projects)))]
pub async fn list(State(app): State<App>) -> Result<Json<Projects>, Problem> {
    let counts = app.store.subject_counts().await?;
    let held_up = app.store.held_up_projects().await?;
    let mut drifts = app.store.drifts().await?;
    let listed = app.store.list_projects().await?.into_iter().map(|project| {
        let counts = counts.get(&project.id).copied().unwrap_or_default();
        let drift = drifts.remove(&project.id).map(|drift| drift.changes).unwrap_or_default();
        Listed { tickets: Tickets::of(counts), held_up: held_up.get(&project.id).cloned(), drift, project }
    });
    Ok(Json(Projects { projects: listed.collect() }))
}

/// One project as it is kept.
#[utoipa::path(
    get, path = "/projects/{id}", tag = "projects", params(("id" = String, Path)),
    responses(
        (status = 200, body = Listed),
        (status = 404, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(app): State<App>, Path(id): Path<String>) -> Result<Tagged<Json<Listed>>, Problem> {
    let project = load(&app, &id).await?;
    answer(&app, project).await
}

async fn load(app: &App, id: &str) -> Result<ConnectedProject, Problem> {
    let id: ConnectedProjectId = page::id(id, "project")?;
    app.store.load_project(id).await?.ok_or_else(|| Problem::missing("project"))
}

async fn answer(app: &App, project: ConnectedProject) -> Result<Tagged<Json<Listed>>, Problem> {
    let tag = Tag::of(&project);
    let counts = app.store.subject_counts().await?;
    let counts = counts.get(&project.id).copied().unwrap_or_default();
    let held_up = app.store.held_up_projects().await?.remove(&project.id);
    let drift = app.store.load_drift(project.id).await?.map(|drift| drift.changes).unwrap_or_default();
    Ok(Tagged(tag, Json(Listed { tickets: Tickets::of(counts), held_up, drift, project })))
}

impl Tickets {
    fn of(counts: SubjectCounts) -> Self {
        Self {
            all: counts.subjects,
            in_jira: counts.tickets,
            in_sync: counts.in_sync,
            waiting: counts.waiting,
            blocked: counts.blocked,
        }
    }
}
