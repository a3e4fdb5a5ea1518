//! The versions of a connected project: what each changed, and going back to one.

use super::change::Params as Reached;
use super::{Listed, answer, load};
use crate::api::caller::Caller;
use crate::api::problem::{Document, Problem};
use crate::api::tag::{IfMatch, Tag, Tagged};
use crate::app::App;
use axum::Json;
use axum::extract::{Path, Query, State};
use backline_core::mapping::ConnectedProject;
use backline_core::mapping::changes::{Change, changes};
use backline_engine::projects::{self, Back};
use backline_store::project::ProjectVersion;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Versions of one page.
const PAGE: u64 = 50;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// Only versions older than this one: the `next` of the page before.
    pub before: Option<u32>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RestoreParams {
    /// Save even if some of the newest vulnerabilities would get no ticket.
    #[serde(default)]
    pub accept_blocked: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Versions {
    /// The newest first.
    pub versions: Vec<VersionItem>,
    /// For `before`; null on the last page.
    pub next: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct VersionItem {
    pub version: u32,
    /// New tickets are written by it.
    pub is_live: bool,
    #[schema(value_type = String)]
    pub saved_at: Timestamp,
    pub saved_by: String,
    /// What it says otherwise than the version before it; null for the first.
    #[schema(value_type = Option<Vec<Object>>)]
    pub changes: Option<Vec<Change>>,
    /// Tickets that stay on it although it is not the newest.
    pub tickets_kept: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Shown {
    #[serde(flatten)]
    pub version: VersionItem,
    /// As it was saved.
    #[schema(value_type = Object)]
    pub project: ConnectedProject,
    /// What the version that is live now says otherwise than this one.
    #[schema(value_type = Vec<Object>)]
    pub since: Vec<Change>,
}

/// What each save changed.
#[utoipa::path(
    get, path = "/projects/{id}/versions", tag = "projects", params(("id" = String, Path), Params),
    responses(
        (status = 200, body = Versions),
        (status = 404, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(params): Query<Params>,
) -> Result<Json<Versions>, Problem> {
    let project = load(&app, &id).await?;
    // One more than is shown: what the last one changed is told against it.
    let found = app.store.project_history(project.id, params.before, PAGE + 1).await?;
    let kept = app.store.tickets_on_older_versions(project.id).await?;
    let is_more = found.len() as u64 > PAGE;
    let shown = found.len() - usize::from(is_more);
    let item = |(at, version): (usize, &ProjectVersion)| {
        let kept = kept.get(&version.version).copied().unwrap_or(0);
        VersionItem::of(version, found.get(at + 1), &project, kept)
    };
    let versions: Vec<VersionItem> = found.iter().take(shown).enumerate().map(item).collect();
    let next = versions.last().filter(|_| is_more).map(|last| last.version);
    Ok(Json(Versions { versions, next }))
}

/// One version as it was saved.
#[utoipa::path(
    get, path = "/projects/{id}/versions/{version}", tag = "projects",
    params(("id" = String, Path), ("version" = u32, Path)),
    responses(
        (status = 200, body = Shown),
        (status = 404, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    State(app): State<App>,
    Path((id, version)): Path<(String, String)>,
) -> Result<Json<Shown>, Problem> {
    let project = load(&app, &id).await?;
    let number = number(&version)?;
    let mut found = app.store.project_history(project.id, number.checked_add(1), 2).await?.into_iter();
    let version = found.next().filter(|found| found.version == number).ok_or_else(missing)?;
    let kept = app.store.tickets_on_older_versions(project.id).await?;
    let kept = kept.get(&number).copied().unwrap_or(0);
    Ok(Json(Shown {
        version: VersionItem::of(&version, found.next().as_ref(), &project, kept),
        since: changes(&version.project, &project),
        project: version.project,
    }))
}

/// Save what an older version said as the next one, after the usual checks.
#[utoipa::path(
    post, path = "/projects/{id}/versions/{version}/restore", tag = "projects",
    params(("id" = String, Path), ("version" = u32, Path), Reached, RestoreParams),
    responses(
        (status = 200, body = Listed),
        (status = 404, body = Document, content_type = "application/problem+json"),
        (status = 409, body = Document, content_type = "application/problem+json"),
        (status = 412, body = Document, content_type = "application/problem+json"),
        (status = 422, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn restore(
    State(app): State<App>,
    caller: Caller,
    wished: IfMatch,
    Path((id, version)): Path<(String, String)>,
    Query(reached): Query<Reached>,
    Query(params): Query<RestoreParams>,
) -> Result<Tagged<Json<Listed>>, Problem> {
    let project = load(&app, &id).await?;
    wished.check(&Tag::of(&project))?;
    let back = Back {
        id: project.id,
        version: number(&version)?,
        accepts_blocked: params.accept_blocked,
        author: caller.actor(),
    };
    let saved = projects::restore(&app.engine, back, reached.reach()?).await?;
    answer(&app, saved).await
}

fn number(text: &str) -> Result<u32, Problem> {
    text.parse().map_err(|_| missing())
}

fn missing() -> Problem {
    Problem::missing("version")
}

impl VersionItem {
    fn of(
        version: &ProjectVersion,
        before: Option<&ProjectVersion>,
        live: &ConnectedProject,
        kept: u64,
    ) -> Self {
        Self {
            version: version.version,
            is_live: version.version == live.mapping.version,
            saved_at: version.saved_at,
            saved_by: version.saved_by.clone(),
            changes: before.map(|before| changes(&before.project, &version.project)),
            tickets_kept: kept,
        }
    }
}
