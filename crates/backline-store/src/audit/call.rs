//! Calls that carried out intents, and the one row of each.
//!
//! A row is written when the outcome of its intent is recorded. What was sent without an answer waits beside its open
//! intent; what a process sent that ended before it recorded anything is told from the intent alone.

use super::{Action, AuditEntry, Auditor};
use crate::column::{from_json, to_json};
use crate::entity::{intent, ticket};
use crate::error::StoreError;
use crate::writer::Tx;
use backline_core::ids::{IntentId, PullRequestId, SubjectId};
use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What was sent, fit to be read by people: no host, nothing secret, long texts cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub body: String,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// `None` without an answer.
    pub status: Option<u16>,
    /// Why it failed, in the words of whoever refused; empty for a success.
    pub words: String,
}

/// A call that carried out an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    pub intent: IntentId,
    /// The same for all intents that one request carried.
    pub call: Uuid,
    pub action: Action,
    /// The ticket, as people name it.
    pub object: String,
    pub rule: String,
    pub reason: String,
    pub request: Request,
    pub answer: Answer,
}

/// What stands beside an intent whose answer was lost.
#[derive(Debug, Serialize, Deserialize)]
struct Sent {
    call: Uuid,
    object: String,
    cause: Option<String>,
    rule: String,
    reason: String,
    request: Request,
    answer: Answer,
}

/// What a pass leaves for the audit.
pub(crate) struct Passed<'p> {
    pub subject: SubjectId,
    /// What had made it due.
    pub reasons: &'p [String],
    pub calls: &'p [Called],
    pub confirmed: &'p [IntentId],
    pub failed: &'p [IntentId],
}

/// What became of an intent of which no answer was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It was looked for, and is there.
    Landed,
    NotFound,
    /// Nobody looks any more.
    Unlinked,
    /// It may be sent again without harm, and so is not looked for.
    Left,
}

/// Adds a row for each intent whose outcome a pass knows, before they are settled; keeps what was sent with the others.
pub(crate) async fn passed(
    tx: &Tx,
    audit: &Auditor,
    pass: Passed<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let cause = (!pass.reasons.is_empty()).then(|| pass.reasons.join("; "));
    let is_called = |id: &&IntentId| pass.calls.iter().any(|called| called.intent == **id);
    let settled =
        |called: &&Called| pass.confirmed.contains(&called.intent) || pass.failed.contains(&called.intent);
    let entries = pass.calls.iter().filter(settled).map(|called| AuditEntry {
        cause: cause.clone(),
        rule: Some(called.rule.clone()),
        intent: Some(called.intent),
        ..AuditEntry::new(now, "Backline", called.action, called.object.as_str())
            .about_subject(pass.subject)
            .with_reason(called.reason.as_str())
            .with_call(called.call, called.request.clone(), called.answer.clone())
    });
    audit.add(tx, entries).await?;
    for (known, fate) in [(pass.confirmed, Fate::Landed), (pass.failed, Fate::NotFound)] {
        // What is there has not come to nothing, whoever said both.
        let is_known = |id: &&IntentId| fate == Fate::NotFound && pass.confirmed.contains(id);
        let earlier: Vec<IntentId> =
            known.iter().filter(|id| !is_called(id) && !is_known(id)).copied().collect();
        unanswered(tx, audit, &earlier, fate, now).await?;
    }
    for called in pass.calls.iter().filter(|called| !settled(called)) {
        keep(tx, called, cause.clone()).await?;
    }
    Ok(())
}

/// Adds rows for intents of which no answer was recorded and which are settled now; passes over those that were settled
/// before.
pub(crate) async fn unanswered(
    tx: &Tx,
    audit: &Auditor,
    settled: &[IntentId],
    fate: Fate,
    now: Timestamp,
) -> Result<(), StoreError> {
    if settled.is_empty() {
        return Ok(());
    }
    let rows = intent::Entity::find()
        .filter(intent::Column::Id.is_in(settled.iter().map(|id| id.0)))
        .filter(intent::Column::State.eq("open"))
        .all(tx)
        .await?;
    let subjects = rows.iter().map(|row| row.subject);
    let tickets = ticket::Entity::find().filter(ticket::Column::Subject.is_in(subjects)).all(tx).await?;
    let keys: BTreeMap<Uuid, String> = tickets.into_iter().map(|row| (row.subject, row.key)).collect();
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let object = keys.get(&row.subject).cloned();
        entries.push(entry(row, object, fate, now)?);
    }
    audit.add(tx, entries).await
}

async fn keep(tx: &Tx, called: &Called, cause: Option<String>) -> Result<(), StoreError> {
    let sent = Sent {
        call: called.call,
        object: called.object.clone(),
        cause,
        rule: called.rule.clone(),
        reason: called.reason.clone(),
        request: called.request.clone(),
        answer: called.answer.clone(),
    };
    intent::Entity::update_many()
        .col_expr(intent::Column::Sent, Expr::value(to_json(&sent)))
        .filter(intent::Column::Id.eq(called.intent.0))
        .exec(tx)
        .await?;
    Ok(())
}

fn entry(
    row: intent::Model,
    key: Option<String>,
    fate: Fate,
    now: Timestamp,
) -> Result<AuditEntry, StoreError> {
    let action = Action::of_operation(&row.kind).or_else(|| row.kind.parse().ok());
    let action = action.ok_or_else(|| StoreError::Corrupt(format!("an intent to {}", row.kind)))?;
    let found = match fate {
        Fate::Landed => "it was found in Jira afterwards",
        Fate::NotFound => "nothing of it was found in Jira afterwards",
        Fate::Left => "the process that announced it ended",
        Fate::Unlinked => "its ticket was unlinked, and nobody looked for it afterwards",
    };
    let of = |object: &str| {
        let entry =
            AuditEntry { intent: Some(IntentId(row.id)), ..AuditEntry::new(now, "Backline", action, object) };
        match fate {
            Fate::Left => entry.about_pull_request(PullRequestId(row.subject)),
            _ => entry.about_subject(SubjectId(row.subject)),
        }
    };
    let Some(sent) = row.sent else {
        let words = format!("No answer was recorded: {found}");
        // How it went out is not known; what it was to change is.
        let request = Request { method: String::new(), path: String::new(), body: row.operation.to_string() };
        let named = key.as_deref().or_else(|| row.operation["object"].as_str());
        let entry = of(named.unwrap_or("a ticket"));
        return Ok(entry.with_call(row.id, request, Answer { status: None, words }));
    };
    let sent: Sent = from_json(sent)?;
    let words = format!("{}; {found}", sent.answer.words);
    Ok(AuditEntry {
        cause: sent.cause,
        rule: Some(sent.rule),
        ..of(key.as_deref().unwrap_or(&sent.object)).with_reason(sent.reason).with_call(
            sent.call,
            sent.request,
            Answer { words, ..sent.answer },
        )
    })
}
