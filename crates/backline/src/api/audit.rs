//! The audit: who did what, in a chain, and whether the chain is whole.

use super::page::{self, Paging};
use super::problem::Problem;
use crate::app::App;
use axum::Json;
use axum::extract::{Query, State};
use backline_core::ids::SubjectId;
use backline_store::audit::{Action, AuditFilter, AuditRow, Checkpoint, Verified};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const ACTIONS: &str = "the words of docs/reference/audit.md, such as jira.create or mapping.saved";
const AN_ID: &str = "an id as the lists answer it";

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// Who did it, as an entry says it.
    pub actor: Option<String>,
    /// What was done: `jira.create`, `mapping.saved`, …
    pub action: Option<String>,
    /// The id of a ticket.
    pub ticket: Option<String>,
    /// The oldest first, from behind this number on, instead of the newest first. For exports.
    pub after_seq: Option<u64>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct VerifyParams {
    /// Only so many of the newest entries; all if left out.
    pub newest: Option<u64>,
    /// One that the log told: `ENTRIES:SEAL`.
    pub checkpoint: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Entries {
    pub entries: Vec<AuditItem>,
    /// For `after`; null on the last page, and with `after_seq`, where the last entry's number goes on.
    pub next: Option<String>,
}

/// One entry. What is not known, or does not apply, is null.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditItem {
    /// From 1, without gaps.
    pub seq: u64,
    #[schema(value_type = String)]
    pub at: Timestamp,
    pub actor: String,
    pub action: &'static str,
    /// What it was done to, as people name it.
    pub object: String,
    pub ticket: Option<String>,
    pub pull_request: Option<String>,
    /// The same in all entries of what one request carried.
    pub call: Option<String>,
    /// What had made the ticket due.
    pub cause: Option<String>,
    /// The rule of the plan.
    pub rule: Option<String>,
    pub reason: Option<String>,
    pub request: Option<RequestItem>,
    pub answer: Option<AnswerItem>,
    /// Over this entry and the seal before it.
    pub seal: String,
}

/// What was sent: without host and secrets, long texts cut.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestItem {
    pub method: String,
    pub path: String,
    pub body: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerItem {
    /// Null without an answer.
    pub status: Option<u16>,
    /// Why it failed; empty for a success.
    pub words: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Verification {
    pub is_intact: bool,
    /// Entries that were read.
    pub entries: u64,
    /// Entries that wait for their number.
    pub unsealed: u64,
    /// Where the chain ends: keep it elsewhere, and hand it in as `checkpoint` later. Null while there is no entry.
    pub checkpoint: Option<String>,
    #[schema(value_type = Option<String>)]
    pub sealed_at: Option<Timestamp>,
    /// The first twenty.
    pub faults: Vec<FaultItem>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FaultItem {
    /// The entry that shows it.
    pub seq: Option<u64>,
    pub what: String,
}

/// Who did what, the newest first.
#[utoipa::path(
    get, path = "/audit", tag = "audit", params(Params, Paging),
    responses((status = 200, body = Entries))
)]
pub async fn list(
    State(app): State<App>,
    Query(params): Query<Params>,
    Query(paging): Query<Paging>,
) -> Result<Json<Entries>, Problem> {
    let filter = AuditFilter {
        actor: page::text(params.actor),
        action: page::word::<Action>(params.action.as_deref(), "action", ACTIONS)?,
        subject: page::word::<SubjectId>(params.ticket.as_deref(), "ticket", AN_ID)?,
    };
    let (rows, next) = match params.after_seq {
        Some(after) => (app.store.export_audit(&filter, after, paging.limit(), app.now()).await?, None),
        None => {
            let page = app.store.list_audit(&filter, paging.after(), paging.limit(), app.now()).await?;
            (page.rows, page.next)
        }
    };
    Ok(Json(Entries { entries: rows.into_iter().map(AuditItem::of).collect(), next }))
}

/// Read the chain again and say what does not fit.
#[utoipa::path(
    get, path = "/audit/verify", tag = "audit", params(VerifyParams),
    responses((status = 200, body = Verification))
)]
pub async fn verify(
    State(app): State<App>,
    Query(params): Query<VerifyParams>,
) -> Result<Json<Verification>, Problem> {
    let known = params.checkpoint.as_deref().map(checkpoint).transpose()?;
    app.store.seal_for_a_look(app.now()).await;
    Ok(Json(Verification::of(app.store.verify_audit(params.newest, known.as_ref()).await?)))
}

fn checkpoint(text: &str) -> Result<Checkpoint, Problem> {
    let read = text.trim().split_once(':').and_then(|(rows, seal)| {
        let rows = rows.parse().ok()?;
        (!seal.is_empty()).then(|| Checkpoint { rows, seal: seal.to_owned() })
    });
    read.ok_or_else(|| {
        Problem::invalid(
            "This is no checkpoint.",
            "Copy what stands behind “audit checkpoint” in the log: a number, a colon and the seal.",
        )
    })
}

impl AuditItem {
    pub fn of(row: AuditRow) -> Self {
        let entry = row.entry;
        Self {
            seq: row.seq,
            at: entry.at,
            actor: entry.actor,
            action: entry.action.word(),
            object: entry.object,
            ticket: entry.subject.map(|id| id.to_string()),
            pull_request: entry.pull_request.map(|id| id.to_string()),
            call: entry.call.map(|call| call.to_string()),
            cause: entry.cause,
            rule: entry.rule,
            reason: entry.reason,
            request: entry.request.map(|request| RequestItem {
                method: request.method,
                path: request.path,
                body: request.body,
            }),
            answer: entry.answer.map(|answer| AnswerItem { status: answer.status, words: answer.words }),
            seal: row.seal,
        }
    }
}

impl Verification {
    fn of(verified: Verified) -> Self {
        Self {
            is_intact: verified.is_intact(),
            entries: verified.rows,
            unsealed: verified.unsealed,
            checkpoint: verified.head.map(|head| format!("{}:{}", head.rows, head.seal)),
            sealed_at: verified.head_at,
            faults: verified
                .faults
                .into_iter()
                .map(|fault| FaultItem { seq: fault.seq, what: fault.what })
                .collect(),
        }
    }
}
