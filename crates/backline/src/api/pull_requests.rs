//! Pull requests that fix something, with their tickets.

use super::item::{PullRequestItem, RemediationItem, TicketItem};
use super::page::{self, Paging};
use super::problem::{Document, Problem};
use super::remediations;
use crate::app::App;
use axum::Json;
use axum::extract::{Path, Query, State};
use backline_core::ids::PullRequestId;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub struct PullRequests {
    pub pull_requests: Vec<Listed>,
    /// For `after`; null on the last page.
    pub next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Listed {
    #[serde(flatten)]
    pub pull_request: PullRequestItem,
    /// Status of its remediation.
    pub remediation: &'static str,
    /// Ids of the vulnerabilities that it fixes.
    pub vulnerabilities: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Shown {
    #[serde(flatten)]
    pub pull_request: PullRequestItem,
    pub remediation: Option<RemediationItem>,
    pub tickets: Vec<TicketItem>,
}

/// Those that fix something, the newest first.
#[utoipa::path(
    get, path = "/pull-requests", tag = "pull-requests", params(remediations::Params, Paging),
    responses((status = 200, body = PullRequests))
)]
pub async fn list(
    State(app): State<App>,
    Query(params): Query<remediations::Params>,
    Query(paging): Query<Paging>,
) -> Result<Json<PullRequests>, Problem> {
    let filter = remediations::filter(params)?;
    let page = app.store.list_remediations(&filter, paging.after(), paging.limit()).await?;
    let listed = page.rows.into_iter().map(|row| Listed {
        remediation: row.remediation.status.word(),
        vulnerabilities: row.remediation.fixes.iter().map(|fix| fix.vulnerability.to_string()).collect(),
        pull_request: PullRequestItem::of(row.pull_request),
    });
    Ok(Json(PullRequests { pull_requests: listed.collect(), next: page.next }))
}

/// One pull request with its remediation and the tickets that it moves.
#[utoipa::path(
    get, path = "/pull-requests/{id}", tag = "pull-requests", params(("id" = String, Path)),
    responses(
        (status = 200, body = Shown),
        (status = 404, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Shown>, Problem> {
    let id: PullRequestId = page::id(&id, "pull request")?;
    let tracked = app.store.load_pull_request(id).await?.ok_or_else(|| Problem::missing("pull request"))?;
    let remediation = app.store.load_remediation_of(id).await?.map(RemediationItem::of);
    let tickets = app.store.tickets_of_pull_request(id).await?.into_iter().map(TicketItem::of).collect();
    Ok(Json(Shown { pull_request: PullRequestItem::of(tracked), remediation, tickets }))
}
