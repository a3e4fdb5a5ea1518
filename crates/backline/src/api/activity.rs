//! What happened: open failures by cause, and the timeline of everything.

use super::item::EventItem;
use super::page::{self, Paging};
use super::problem::Problem;
use crate::app::App;
use axum::Json;
use axum::extract::{Query, State};
use backline_core::ids::{PullRequestId, SubjectId, VulnerabilityId};
use backline_core::notice::Blocked;
use backline_store::timeline::TimelineFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const KINDS: &str = "done, failed, noted, received";
const AN_ID: &str = "an id as the lists answer it";

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// `done`, `failed`, `noted` or `received`.
    pub kind: Option<String>,
    /// The id of a ticket.
    pub ticket: Option<String>,
    pub vulnerability: Option<String>,
    pub pull_request: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Activity {
    /// Failures that wait for a person.
    pub failures: Vec<Failure>,
    /// The newest first.
    pub events: Vec<EventItem>,
    /// For `after`; null on the last page.
    pub next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Failure {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub blocked: Blocked,
    /// Tickets that wait for it.
    pub tickets: u64,
    pub is_told: bool,
}

/// The newest first, with the failures that are open now.
#[utoipa::path(
    get, path = "/activity", tag = "activity", params(Params, Paging),
    responses((status = 200, body = Activity))
)]
pub async fn list(
    State(app): State<App>,
    Query(params): Query<Params>,
    Query(paging): Query<Paging>,
) -> Result<Json<Activity>, Problem> {
    let filter = TimelineFilter {
        subject: page::word::<SubjectId>(params.ticket.as_deref(), "ticket", AN_ID)?,
        vulnerability: page::word::<VulnerabilityId>(
            params.vulnerability.as_deref(),
            "vulnerability",
            AN_ID,
        )?,
        pull_request: page::word::<PullRequestId>(params.pull_request.as_deref(), "pull request", AN_ID)?,
        kind: page::word(params.kind.as_deref(), "kind of event", KINDS)?,
    };
    let page = app.store.list_timeline(&filter, paging.after(), paging.limit()).await?;
    let failures = app.store.list_notices(0).await?.into_iter().map(|notice| Failure {
        tickets: notice.subjects,
        is_told: notice.told_at.is_some(),
        blocked: notice.blocked,
    });
    Ok(Json(Activity {
        failures: failures.collect(),
        events: page.rows.into_iter().map(EventItem::of).collect(),
        next: page.next,
    }))
}
