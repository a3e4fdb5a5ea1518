//! The queue: how much waits, and the wish that everything is looked at now.

use super::caller::Caller;
use super::problem::Problem;
use crate::app::App;
use axum::Json;
use axum::extract::State;
use backline_core::ids::RepositoryName;
use backline_engine::feed;
use backline_store::ticket::{TicketFilter, TicketState};
use backline_store::work::{Due, Priority, WorkKey};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// Tickets that are marked in one transaction.
const BATCH: u64 = 500;

#[derive(Debug, Serialize, ToSchema)]
pub struct Depth {
    /// Waits to be taken up.
    pub due: u64,
    /// Is being worked on.
    pub leased: u64,
    /// Has its time later.
    pub later: u64,
    /// Of those, tickets and pull requests that have to wait, for Jira's limits or after a failure.
    pub waiting: u64,
    #[schema(value_type = Option<String>)]
    pub oldest_due_at: Option<Timestamp>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Marked {
    /// Tickets and repositories that are due now.
    pub due: usize,
}

/// How much waits.
#[utoipa::path(get, path = "/queue", tag = "queue", responses((status = 200, body = Depth)))]
pub async fn show(State(app): State<App>) -> Result<Json<Depth>, Problem> {
    let depth = app.store.queue_depth(app.now()).await?;
    Ok(Json(Depth {
        due: depth.due,
        leased: depth.leased,
        later: depth.later,
        waiting: depth.waiting,
        oldest_due_at: depth.oldest_due_at,
    }))
}

/// Look at every ticket and every repository now. Twice is harmless: what is due is due once.
#[utoipa::path(post, path = "/sync", tag = "queue", responses((status = 202, body = Marked)))]
pub async fn sync(
    State(app): State<App>,
    caller: Caller,
) -> Result<(axum::http::StatusCode, Json<Marked>), Problem> {
    let reason = format!("{} asked for it", caller.actor());
    let settings = app.engine.settings();
    let repositories = settings.github.iter().flat_map(|github| &github.repositories);
    let polls: Vec<Due> = repositories
        .map(|name| Due {
            key: WorkKey::PollGithub(RepositoryName::new(name.to_lowercase())),
            site: None,
            at: app.now(),
            priority: Priority::Check,
            reason: reason.clone(),
        })
        .collect();
    let mut due = polls.len();
    app.store.mark_due(polls).await?;
    if let Some(connection) = app.store.active_connection().await? {
        app.store.audit_again(connection.id).await?;
        let site = connection.site.map(|site| site.cloud_id);
        app.store.mark_due(vec![feed::due(connection.id, site, app.now())]).await?;
    }
    let mut after = None;
    loop {
        let page = app.store.list_tickets(&TicketFilter::default(), after.as_deref(), BATCH).await?;
        let marked: Vec<Due> = page
            .rows
            .into_iter()
            .filter(|row| row.state != TicketState::Unlinked)
            .map(|row| Due {
                key: WorkKey::Subject(row.subject.id),
                site: Some(row.subject.cloud_id),
                at: app.now(),
                priority: Priority::Check,
                reason: reason.clone(),
            })
            .collect();
        due += marked.len();
        app.store.mark_due(marked).await?;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    app.engine.wake.notify_one();
    Ok((axum::http::StatusCode::ACCEPTED, Json(Marked { due })))
}
