//! Remediations: what pull requests are believed to fix, and how far each has come.

use super::item::RemediationItem;
use super::page::{self, Paging};
use super::problem::{Document, Problem};
use crate::app::App;
use axum::Json;
use axum::extract::{Path, Query, State};
use backline_core::ids::RemediationId;
use backline_core::remediation::Status;
use backline_store::remediation::RemediationFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const STATUSES: [Status; 5] =
    [Status::InProgress, Status::PendingApproval, Status::Resolved, Status::Cancelled, Status::Failed];

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// `in_progress`, `pending_approval`, `resolved`, `cancelled` or `failed`.
    pub status: Option<String>,
    /// A part of the pull request's title, branch or repository.
    pub q: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Remediations {
    pub remediations: Vec<RemediationItem>,
    /// For `after`; null on the last page.
    pub next: Option<String>,
}

/// The newest first.
#[utoipa::path(
    get, path = "/remediations", tag = "remediations", params(Params, Paging),
    responses((status = 200, body = Remediations))
)]
pub async fn list(
    State(app): State<App>,
    Query(params): Query<Params>,
    Query(paging): Query<Paging>,
) -> Result<Json<Remediations>, Problem> {
    let filter = filter(params)?;
    let page = app.store.list_remediations(&filter, paging.after(), paging.limit()).await?;
    let remediations = page.rows.into_iter().map(RemediationItem::of).collect();
    Ok(Json(Remediations { remediations, next: page.next }))
}

/// One remediation with its pull request and what it fixes.
#[utoipa::path(
    get, path = "/remediations/{id}", tag = "remediations", params(("id" = String, Path)),
    responses(
        (status = 200, body = RemediationItem),
        (status = 404, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(app): State<App>, Path(id): Path<String>) -> Result<Json<RemediationItem>, Problem> {
    let id: RemediationId = page::id(&id, "remediation")?;
    let row = app.store.load_remediation(id).await?.ok_or_else(|| Problem::missing("remediation"))?;
    Ok(Json(RemediationItem::of(row)))
}

/// Also of the list of pull requests, which are known by what they fix.
pub fn filter(params: Params) -> Result<RemediationFilter, Problem> {
    let word = page::text(params.status);
    let found = word.as_deref().map(|word| STATUSES.into_iter().find(|status| status.word() == word));
    if found == Some(None) {
        let known = STATUSES.map(Status::word).join(", ");
        return Err(Problem::invalid("That is no status of a remediation.", format!("Use one of: {known}.")));
    }
    Ok(RemediationFilter { status: found.flatten(), text: page::text(params.q) })
}
