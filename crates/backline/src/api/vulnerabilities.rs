//! Vulnerabilities: lists of them, one with everything beside it, and what people say of it.

use super::caller::Caller;
use super::item::{EventItem, PullRequestItem, RemediationItem, TicketItem};
use super::page::{self, Paging};
use super::problem::{Document, Problem};
use crate::app::App;
use axum::Json;
use axum::extract::{Path, Query, State};
use backline_core::ids::{RepositoryName, VulnerabilityId};
use backline_core::severity::Severity;
use backline_core::vulnerability::{self, DISMISSAL_DAYS_MAX, DismissalKind, Status, Vulnerability};
use backline_store::timeline::TimelineFilter;
use backline_store::vulnerability::{VulnerabilityFilter, VulnerabilityRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Newest events that are shown with one vulnerability.
const EVENTS: u64 = 100;
const REASON_CHARS_MAX: usize = 2_000;
const SEVERITIES: &str = "critical, high, medium, low, info, unknown";
const STATUSES: &str = "open, in_progress, pending_action, resolved, dismissed";

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// With commas: `critical,high`.
    pub severity: Option<String>,
    /// With commas: `open,in_progress`; every status if left out.
    pub status: Option<String>,
    /// `owner/name`.
    pub repository: Option<String>,
    /// A scanner's family: `trivy`.
    pub scanner: Option<String>,
    /// Words that must all occur in title, ids, package, path, image or rule.
    pub q: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Vulnerabilities {
    pub vulnerabilities: Vec<Listed>,
    /// For `after`; null on the last page.
    pub next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Listed {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub vulnerability: Vulnerability,
    pub ticket: Option<TicketItem>,
    pub pull_request: Option<PullRequestItem>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Shown {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub vulnerability: Vulnerability,
    pub tickets: Vec<TicketItem>,
    pub remediations: Vec<RemediationItem>,
    pub timeline: Vec<EventItem>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Dismissal {
    /// Why it will not be fixed, for whoever looks at it next.
    #[serde(default)]
    pub reason: String,
    /// `accepted_risk`, `false_positive`, `wont_fix` or `other`.
    #[serde(default)]
    #[schema(value_type = String)]
    pub kind: DismissalKind,
    /// After how many days it is open again by itself; for ever without.
    #[serde(default)]
    pub expires_days: Option<u16>,
}

/// The worst first, and of one severity the newest first.
#[utoipa::path(
    get, path = "/vulnerabilities", tag = "vulnerabilities", params(Params, Paging),
    responses((status = 200, body = Vulnerabilities))
)]
pub async fn list(
    State(app): State<App>,
    Query(params): Query<Params>,
    Query(paging): Query<Paging>,
) -> Result<Json<Vulnerabilities>, Problem> {
    let filter = filter(params)?;
    let page = app.store.list_vulnerabilities(&filter, paging.after(), paging.limit()).await?;
    let vulnerabilities = page.rows.into_iter().map(Listed::of).collect();
    Ok(Json(Vulnerabilities { vulnerabilities, next: page.next }))
}

/// One vulnerability with its tickets, remediations and timeline.
#[utoipa::path(
    get, path = "/vulnerabilities/{id}", tag = "vulnerabilities", params(("id" = String, Path)),
    responses(
        (status = 200, body = Shown),
        (status = 404, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Shown>, Problem> {
    let id = parsed(&id)?;
    let vulnerability = app.store.load_vulnerability(id).await?;
    shown(&app, vulnerability.ok_or_else(|| Problem::missing("vulnerability"))?).await
}

/// Say that it will not be fixed; its ticket follows.
#[utoipa::path(
    post, path = "/vulnerabilities/{id}/dismiss", tag = "vulnerabilities", params(("id" = String, Path)),
    request_body = Dismissal,
    responses(
        (status = 200, body = Shown),
        (status = 422, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn dismiss(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(dismissal): Json<Dismissal>,
) -> Result<Json<Shown>, Problem> {
    let reason: String = dismissal.reason.trim().chars().take(REASON_CHARS_MAX).collect();
    if reason.is_empty() {
        return Err(Problem::invalid(
            "A reason is needed; the vulnerability was not dismissed.",
            "Send {\"reason\": \"…\"}: why will it not be fixed?",
        ));
    }
    let until = match dismissal.expires_days {
        None => None,
        Some(days) => Some(vulnerability::Dismissal::end(app.now(), days).ok_or_else(|| {
            Problem::invalid(
                format!("A dismissal lasts 1 to {DISMISSAL_DAYS_MAX} days; {days} are none."),
                "Send a number of days, or leave `expires_days` out for ever.",
            )
        })?),
    };
    let said = vulnerability::Dismissal {
        kind: dismissal.kind,
        until,
        ..vulnerability::Dismissal::said(app.now(), caller.actor(), reason)
    };
    let dismissed = app.store.dismiss(parsed(&id)?, said).await?;
    app.engine.wake.notify_one();
    shown(&app, dismissed).await
}

/// Take a dismissal or a resolution back.
#[utoipa::path(
    post, path = "/vulnerabilities/{id}/reopen", tag = "vulnerabilities", params(("id" = String, Path)),
    responses(
        (status = 200, body = Shown),
        (status = 404, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn reopen(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Shown>, Problem> {
    let reopened = app.store.reopen(parsed(&id)?, &caller.actor(), app.now()).await?;
    app.engine.wake.notify_one();
    shown(&app, reopened).await
}

async fn shown(app: &App, vulnerability: Vulnerability) -> Result<Json<Shown>, Problem> {
    let id = vulnerability.id;
    let filter = TimelineFilter { vulnerability: Some(id), ..TimelineFilter::default() };
    let tickets = app.store.tickets_of_vulnerability(id).await?;
    let remediations = app.store.remediations_of_vulnerability(id).await?;
    let timeline = app.store.list_timeline(&filter, None, EVENTS).await?;
    Ok(Json(Shown {
        vulnerability,
        tickets: tickets.into_iter().map(TicketItem::of).collect(),
        remediations: remediations.into_iter().map(RemediationItem::of).collect(),
        timeline: timeline.rows.into_iter().map(EventItem::of).collect(),
    }))
}

impl Listed {
    fn of(row: VulnerabilityRow) -> Self {
        Self {
            vulnerability: row.vulnerability,
            ticket: row.ticket.map(TicketItem::of),
            pull_request: row.pull_request.map(PullRequestItem::of),
        }
    }
}

fn filter(params: Params) -> Result<VulnerabilityFilter, Problem> {
    let repository = page::text(params.repository).map(|name| RepositoryName::new(name.to_lowercase()));
    Ok(VulnerabilityFilter {
        severities: page::words::<Severity>(params.severity.as_deref(), "severity", SEVERITIES)?,
        statuses: page::words::<Status>(params.status.as_deref(), "status", STATUSES)?,
        repositories: repository.into_iter().collect(),
        scanners: page::text(params.scanner).into_iter().collect(),
        text: page::text(params.q),
        has_ticket: None,
        overdue_at: None,
    })
}

fn parsed(id: &str) -> Result<VulnerabilityId, Problem> {
    page::id(id, "vulnerability")
}
