//! Who did what: one row for each write to Jira or GitHub and for each act of a person or a token, in a chain that shows
//! whether anybody changed it.
//!
//! A row is written in the transaction of what it tells of, with a proof over its content. Within a second it is sealed
//! ([`seal`]): it gets the next number, and a proof over that number, the row and the seal before it. Both are made under
//! the installation's key, which is not in the database. [`verify`] reads the whole chain again. What a ticket went
//! through, told for people, is the timeline's.
//!
//! Invariants: a row is never changed or deleted, and sealed once (the database refuses more); an intent has one row;
//! nothing secret stands in a row.

mod action;
mod call;
mod chain;
mod list;
mod remote;
mod seal;
mod verify;

pub use action::Action;
pub use call::{Answer, Called, Request};
pub(crate) use call::{Fate, Passed, passed, unanswered};
pub(crate) use list::row;
pub use list::{AuditFilter, AuditRow};
pub use verify::{Checkpoint, Fault, Verified};

use crate::column::{ROWS_MAX, ms};
use crate::crypto::KeyRing;
use crate::entity::audit;
use crate::error::StoreError;
use crate::ids_source::Ids;
use crate::store::Store;
use crate::writer::Tx;
use backline_core::ids::{IntentId, PullRequestId, SubjectId};
use jiff::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel};
use std::sync::Arc;
use tokio::sync::Notify;
use uuid::Uuid;

/// What a row says, to be told more of with the `with_…` and `about_…` methods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub at: Timestamp,
    /// `Backline`, a user's e-mail address, or who made a token and its name.
    pub actor: String,
    pub action: Action,
    /// What it was done to, as people name it: "SEC-142", "SEC / Bug", "nightly scan".
    pub object: String,
    pub subject: Option<SubjectId>,
    pub pull_request: Option<PullRequestId>,
    pub intent: Option<IntentId>,
    /// The same in all rows of what one request carried.
    pub call: Option<Uuid>,
    /// What had made it due.
    pub cause: Option<String>,
    /// The rule of the plan, by its name.
    pub rule: Option<String>,
    pub reason: Option<String>,
    pub request: Option<Request>,
    pub answer: Option<Answer>,
}

impl AuditEntry {
    /// An act that sends nothing.
    pub fn new(at: Timestamp, actor: impl Into<String>, action: Action, object: impl Into<String>) -> Self {
        Self {
            at,
            actor: actor.into(),
            action,
            object: object.into(),
            subject: None,
            pull_request: None,
            intent: None,
            call: None,
            cause: None,
            rule: None,
            reason: None,
            request: None,
            answer: None,
        }
    }

    pub fn with_reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    pub fn about_subject(mut self, subject: SubjectId) -> Self {
        self.subject = Some(subject);
        self
    }

    pub fn about_pull_request(mut self, pull_request: PullRequestId) -> Self {
        self.pull_request = Some(pull_request);
        self
    }

    pub fn with_call(mut self, call: Uuid, request: Request, answer: Answer) -> Self {
        (self.call, self.request, self.answer) = (Some(call), Some(request), Some(answer));
        self
    }
}

/// Adds rows: the key that proves them, their ids, and the bell that has them sealed.
#[derive(Clone)]
pub(crate) struct Auditor {
    keys: KeyRing,
    ids: Arc<dyn Ids>,
    added: Arc<Notify>,
}

impl Auditor {
    /// Adds rows inside the transaction of what they tell of.
    pub async fn add(
        &self,
        tx: &Tx,
        entries: impl IntoIterator<Item = AuditEntry>,
    ) -> Result<(), StoreError> {
        let rows: Vec<_> = entries
            .into_iter()
            .map(|entry| {
                let mut row = row_of(entry, self.ids.as_ref());
                row.mac = self.keys.prove(chain::content(&row).values());
                sea_orm::ActiveModelTrait::reset_all(row.into_active_model())
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        // An intent has one row, whoever comes to tell of it again.
        let over = OnConflict::column(audit::Column::Intent).do_nothing_on([audit::Column::Id]).to_owned();
        for part in rows.chunks(ROWS_MAX) {
            let rows = audit::Entity::insert_many(part.to_vec()).on_conflict(over.clone());
            rows.exec_without_returning(tx).await?;
        }
        self.added.notify_one();
        Ok(())
    }
}

impl Store {
    pub(crate) fn auditor(&self) -> Auditor {
        Auditor { keys: self.keys().clone(), ids: self.shared_ids(), added: self.audit_bell() }
    }

    /// Records an act that changes nothing in the database itself.
    pub async fn audit(&self, entry: AuditEntry) -> Result<(), StoreError> {
        let audit = self.auditor();
        self.write_beside(move |tx| Box::pin(async move { audit.add(tx, [entry]).await })).await
    }

    /// Rings when this process added rows, which are then to be sealed.
    pub fn audit_bell(&self) -> Arc<Notify> {
        self.bell()
    }
}

fn row_of(entry: AuditEntry, ids: &dyn Ids) -> audit::Model {
    let (method, path, body) = match entry.request {
        Some(request) => (Some(request.method), Some(request.path), Some(request.body)),
        None => (None, None, None),
    };
    audit::Model {
        id: ids.uuid(entry.at),
        at: ms(entry.at),
        actor: entry.actor,
        action: entry.action.word().to_owned(),
        object: entry.object,
        subject: entry.subject.map(|id| id.0),
        pull_request: entry.pull_request.map(|id| id.0),
        intent: entry.intent.map(|id| id.0),
        call: entry.call,
        cause: entry.cause,
        rule: entry.rule,
        reason: entry.reason,
        method,
        path,
        body,
        status: entry.answer.as_ref().and_then(|answer| answer.status).map(i64::from),
        answer: entry.answer.map(|answer| answer.words),
        mac: String::new(),
        seq: None,
        seal: None,
    }
}

#[cfg(test)]
mod tests;
