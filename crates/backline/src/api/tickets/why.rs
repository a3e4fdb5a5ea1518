//! Why a ticket is as it is, as JSON.

use crate::api::audit::AuditItem;
use backline_store::ticket::TicketRow;
use backline_store::why;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub struct Why {
    /// Null where nothing is to be done.
    pub next: Option<NextLook>,
    /// What keeps it from going on, in words; empty when nothing does.
    pub held_up_by: Vec<String>,
    /// What was written to its issue and its pull requests, with the rule, the request and the answer of each; the
    /// newest first.
    pub writes: Vec<AuditItem>,
}

/// When it is looked at, and for what.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextLook {
    #[schema(value_type = String)]
    pub at: Timestamp,
    pub reasons: Vec<String>,
    /// How often it was tried since it last went through.
    pub tries: u32,
    /// Somebody is at it now.
    pub is_under_way: bool,
}

impl Why {
    pub fn of(why: why::Why, row: &TicketRow) -> Self {
        Self {
            next: why.next.map(|next| NextLook {
                at: next.at,
                reasons: next.reasons,
                tries: next.tries,
                is_under_way: next.is_under_way,
            }),
            held_up_by: held_up_by(row, &why.doubts),
            writes: why.writes.into_iter().map(AuditItem::of).collect(),
        }
    }
}

/// What keeps a ticket from going on: a failure, its project, an answer that was lost.
pub fn held_up_by(row: &TicketRow, doubts: &[why::Doubt]) -> Vec<String> {
    let blocked = row.blocked.iter().map(|blocked| format!("{}: {}", blocked.what, blocked.why));
    let doubts = doubts.iter().map(|doubt| {
        let what = doubt.operation.replace('_', " ");
        format!(
            "The answer to a {what} of {} is not recorded: what became of it is looked for",
            doubt.begun_at
        )
    });
    blocked.chain(row.reason.clone()).chain(doubts).collect()
}
