//! What Backline would do in Jira now, and why. Jira is read for it; nothing is written anywhere.

use super::page::Paging;
use super::problem::Problem;
use crate::app::App;
use crate::web::tickets::plan::words;
use axum::Json;
use axum::extract::{Query, State};
use backline_core::notice::Blocked;
use backline_core::ticket::Facts;
use backline_core::ticket::plan::Plan;
use backline_engine::failure::Failure;
use backline_engine::reconcile::preview;
use backline_store::ticket::{TicketFilter, TicketRow, TicketState};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Tickets that are looked at together.
const AT_ONCE: usize = 8;
/// Separates the two lists that a cursor can be in.
const BLOCKED_MARK: &str = "b.";

#[derive(Debug, Serialize, ToSchema)]
pub struct Answer {
    pub subjects: Vec<Subject>,
    /// For `after`; null on the last page.
    pub next: Option<String>,
}

/// One ticket, or the wait for one, and what would be done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subject {
    pub subject: String,
    /// Null until Jira has it.
    pub ticket: Option<String>,
    pub title: String,
    /// `in_sync`, `waiting`, `blocked`, `dormant` or `unlinked`.
    pub state: &'static str,
    /// Why nothing of it is done now: "Jira is disconnected".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub operations: Vec<Operation>,
    /// What stays as it is although it might have been changed.
    pub kept: Vec<Kept>,
    #[schema(value_type = Option<Object>)]
    pub blocked: Option<Blocked>,
    /// Why there is no plan, where Jira could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Operation {
    /// `create`, `transition`, `edit`, `comment` or `remote_link`.
    pub operation: &'static str,
    /// In words: "Move to In Review by “Start review”".
    pub what: String,
    pub rule: &'static str,
    pub reason: String,
    /// What would be written, by the names that people know.
    pub fields: BTreeMap<String, String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Kept {
    pub what: String,
    pub rule: &'static str,
}

/// What would be done now for every ticket that waits or is blocked.
#[utoipa::path(get, path = "/plan", tag = "plan", params(Paging), responses((status = 200, body = Answer)))]
pub async fn list(State(app): State<App>, Query(paging): Query<Paging>) -> Result<Json<Answer>, Problem> {
    let (rows, next) = unsettled(&app, &paging).await?;
    let planned = stream::iter(rows).map(|row| {
        let app = app.clone();
        async move { of_subject(&app, &row, None).await }
    });
    let subjects = planned.buffered(AT_ONCE).try_collect().await?;
    Ok(Json(Answer { subjects, next }))
}

/// What waits, then what is blocked.
async fn unsettled(app: &App, paging: &Paging) -> Result<(Vec<TicketRow>, Option<String>), Problem> {
    let limit = paging.limit();
    let of = |state| TicketFilter { state: Some(state), text: None };
    let cursor = paging.after();
    let in_blocked = cursor.and_then(|cursor| cursor.strip_prefix(BLOCKED_MARK));
    let mut rows = Vec::new();
    if in_blocked.is_none() {
        let page = app.store.list_tickets(&of(TicketState::Waiting), cursor, limit).await?;
        rows = page.rows;
        if page.next.is_some() {
            return Ok((rows, page.next));
        }
    }
    let left = limit.saturating_sub(rows.len() as u64);
    if left == 0 {
        return Ok((rows, Some(BLOCKED_MARK.to_owned())));
    }
    let page = app.store.list_tickets(&of(TicketState::Blocked), in_blocked, left).await?;
    rows.extend(page.rows);
    Ok((rows, page.next.map(|next| format!("{BLOCKED_MARK}{next}"))))
}

/// The plan for one row; `facts` where they were read already.
pub async fn of_subject(app: &App, row: &TicketRow, facts: Option<Facts>) -> Result<Subject, Problem> {
    let facts = match facts {
        Some(facts) => Some(facts),
        None => app.store.load_facts(row.subject.id).await?,
    };
    Ok(match facts {
        Some(facts) => told(row, preview(&app.engine, facts).await),
        None => told(row, Ok(None)),
    })
}

/// A row with what was planned for it.
pub fn told(row: &TicketRow, planned: Result<Option<(Facts, Plan)>, Failure>) -> Subject {
    let mut subject = Subject {
        subject: row.subject.id.to_string(),
        ticket: row.ticket.as_ref().map(|ticket| ticket.key.to_string()),
        title: row.title.clone(),
        state: row.state.word(),
        reason: row.reason.clone(),
        operations: Vec::new(),
        kept: Vec::new(),
        blocked: row.blocked.clone(),
        unread: None,
    };
    match planned {
        Ok(Some((facts, plan))) => subject.tell(&facts, plan),
        Ok(None) => {}
        Err(failure) => subject.unread = Some(Problem::from(failure).0.detail),
    }
    subject
}

impl Subject {
    fn tell(&mut self, facts: &Facts, plan: Plan) {
        let operation = |planned: backline_core::ticket::plan::Planned| Operation {
            operation: planned.operation.word(),
            what: words::operation(&planned.operation),
            rule: planned.rule,
            fields: words::values(facts, &planned.operation).into_iter().collect(),
            reason: planned.reason,
        };
        self.operations = plan.operations.into_iter().map(operation).collect();
        self.kept = plan.kept.into_iter().map(|kept| Kept { what: kept.what, rule: kept.rule }).collect();
        // What Jira said when it was tried is worth more than what is foreseen.
        if self.blocked.is_none() {
            self.blocked = plan.blocked;
        }
    }
}
