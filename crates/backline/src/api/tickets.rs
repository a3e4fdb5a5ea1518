//! Tickets: how each stands, and one with what Backline would do to it now and why it is as it is.

pub mod why;

use super::caller::Caller;
use super::item::{EventItem, PullRequestItem, TicketItem};
use super::page::{self, Paging};
use super::plan::{self, Subject};
use super::problem::{Document, Problem};
use crate::app::App;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use backline_core::ids::SubjectId;
use backline_store::StoreError;
use backline_store::ticket::TicketFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use why::Why;

/// Newest events that are shown with one ticket.
const EVENTS: u64 = 100;
const STATES: &str = "in_sync, waiting, blocked, dormant, unlinked";

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// `in_sync`, `waiting`, `blocked`, `dormant` or `unlinked`.
    pub state: Option<String>,
    /// A part of the key.
    pub q: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Tickets {
    pub tickets: Vec<TicketItem>,
    /// For `after`; null on the last page.
    pub next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Shown {
    #[serde(flatten)]
    pub ticket: TicketItem,
    /// Ids of what it is about.
    pub vulnerabilities: Vec<String>,
    pub pull_requests: Vec<PullRequestItem>,
    pub plan: Subject,
    pub why: Why,
    /// Of it, of what it is about and of its pull requests; the newest first.
    pub timeline: Vec<EventItem>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Unlinked {
    pub unlinked: TicketItem,
    /// What takes its place and gets a new ticket; null where nothing of it is open or no rule takes it.
    pub next: Option<TicketItem>,
}

/// The newest first; those that wait for their ticket too.
#[utoipa::path(
    get, path = "/tickets", tag = "tickets", params(Params, Paging),
    responses((status = 200, body = Tickets))
)]
pub async fn list(
    State(app): State<App>,
    Query(params): Query<Params>,
    Query(paging): Query<Paging>,
) -> Result<Json<Tickets>, Problem> {
    let filter = TicketFilter {
        state: page::word(params.state.as_deref(), "state", STATES)?,
        text: page::text(params.q),
    };
    let page = app.store.list_tickets(&filter, paging.after(), paging.limit()).await?;
    Ok(Json(Tickets { tickets: page.rows.into_iter().map(TicketItem::of).collect(), next: page.next }))
}

/// One ticket with its plan, for which Jira is read; nothing is written.
#[utoipa::path(
    get, path = "/tickets/{id}", tag = "tickets", params(("id" = String, Path)),
    responses(
        (status = 200, body = Shown),
        (status = 404, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Shown>, Problem> {
    let id: SubjectId = page::id(&id, "ticket")?;
    let row = app.store.load_ticket_row(id).await?.ok_or_else(|| Problem::missing("ticket"))?;
    let facts = app.store.load_facts(id).await?.ok_or_else(|| Problem::missing("ticket"))?;
    let mut why = app.store.load_why(&facts, EVENTS, app.now()).await?;
    let timeline = std::mem::take(&mut why.events);
    let vulnerabilities = facts.vulnerabilities.iter().map(|one| one.id.to_string()).collect();
    let pull_requests = facts.pull_requests.iter().cloned().map(PullRequestItem::of).collect();
    Ok(Json(Shown {
        vulnerabilities,
        pull_requests,
        plan: plan::of_subject(&app, &row, Some(facts)).await?,
        why: Why::of(why, &row),
        ticket: TicketItem::of(row),
        timeline: timeline.into_iter().map(EventItem::of).collect(),
    }))
}

/// End the link between a ticket and its issue for good; the issue stays in Jira as it is.
///
/// What is still open and matches a rule gets a new ticket.
#[utoipa::path(
    post, path = "/tickets/{id}/unlink", tag = "tickets", params(("id" = String, Path)),
    responses(
        (status = 200, body = Unlinked),
        (status = 404, body = Document, content_type = "application/problem+json"),
        (status = 409, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn unlink(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Unlinked>, Problem> {
    let id: SubjectId = page::id(&id, "ticket")?;
    let ended = app.store.unlink(id, &caller.actor(), app.now()).await.map_err(unlinkable)?;
    app.engine.wake.notify_one();
    let row = app.store.load_ticket_row(id).await?.ok_or_else(|| Problem::missing("ticket"))?;
    let next = match ended.next {
        Some(next) => app.store.load_ticket_row(next).await?.map(TicketItem::of),
        None => None,
    };
    Ok(Json(Unlinked { unlinked: TicketItem::of(row), next }))
}

fn unlinkable(error: StoreError) -> Problem {
    match error {
        StoreError::Conflict(_) => Problem::new(
            StatusCode::CONFLICT,
            "not_linked",
            "It has no issue in Jira yet, or was unlinked before; nothing was changed.",
            "Read the ticket again: `key` and `state` tell how it stands.",
        ),
        error => error.into(),
    }
}

#[cfg(test)]
mod tests;
