//! The outcome of one pass over a subject, recorded in one transaction.

use crate::admission;
use crate::audit::{self, Called, Passed};
use crate::column::{ms, to_json};
use crate::decision;
use crate::entity::{connected_project, former_key, notice_subject, subject, ticket};
use crate::error::StoreError;
use crate::facts;
use crate::intent;
use crate::notice;
use crate::stale;
use crate::store::Store;
use crate::timeline::{self, TimelineEntry};
use crate::work::{Due, Lease, Next, give_back, mark};
use crate::workflow;
use crate::writer::{Turn, Tx};
use backline_core::ids::{IntentId, IssueTypeId, SubjectId};
use backline_core::notice::{Blocked, End};
use backline_core::ticket::{Learned, Ticket};
use backline_core::vulnerability::Dismissal;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

/// What a pass says about being blocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It says nothing: whatever held the subject up before, holds it up still.
    Unchanged,
    /// Nothing holds it up, or nothing is wanted of it any more: why tells which.
    Clear(End),
    Blocked {
        blocked: Blocked,
        /// When the cause is looked at again by itself, unless it is to be sooner.
        look_at: Timestamp,
    },
}

/// A look at an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// What had made the ticket stale when the pass began.
    pub stale: u64,
    /// The issue's newest change, as it was read before anything was written.
    pub changed_at: Option<Timestamp>,
}

/// Said in Jira, about everything that a ticket is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// As it is to stand in Backline.
    Dismissed(Dismissal),
    /// It is no longer dismissed.
    TakenBack { by: String },
}

/// Everything that came of a pass.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub subject: SubjectId,
    /// Set when the ticket is new or changed.
    pub ticket: Option<Ticket>,
    /// Set when the issue was read.
    pub looked: Option<Looked>,
    /// What a person decided by closing the ticket, or by opening it again.
    pub decided: Option<Decided>,
    pub confirmed: Vec<IntentId>,
    pub failed: Vec<IntentId>,
    /// The calls of its intents, answered or not.
    pub calls: Vec<Called>,
    pub timeline: Vec<TimelineEntry>,
    pub learned: Vec<Learned>,
    pub verdict: Verdict,
    pub due: Vec<Due>,
    pub next: Next,
}

impl Outcome {
    /// A pass that found nothing to say.
    pub fn new(subject: SubjectId) -> Self {
        Self {
            subject,
            ticket: None,
            looked: None,
            decided: None,
            confirmed: Vec::new(),
            failed: Vec::new(),
            calls: Vec::new(),
            timeline: Vec::new(),
            learned: Vec::new(),
            verdict: Verdict::Unchanged,
            due: Vec::new(),
            next: Next::Done,
        }
    }
}

impl Store {
    /// Records a pass and gives the lease back.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease has passed on: nothing is written.
    pub async fn finish_reconcile(
        &self,
        lease: &Lease,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (ids, audit) = (self.shared_ids(), self.auditor());
        let (turn, lease) = (self.turn_of(&outcome).await?, lease.clone());
        self.write_in(turn, move |tx| {
            Box::pin(async move {
                give_back(tx, &lease, outcome.next).await?;
                let id = outcome.subject;
                let Some(row) = subject::Entity::find_by_id(id.0).one(tx).await? else { return Ok(()) };
                if let Some(ticket) = &outcome.ticket {
                    put_ticket(tx, &row, ticket).await?;
                }
                if let Some(looked) = outcome.looked {
                    stale::looked(tx, id, Some(looked.stale), looked.changed_at).await?;
                }
                if outcome.ticket.is_some() || matches!(outcome.verdict, Verdict::Clear(_)) {
                    admission::release(tx, id).await?;
                }
                if outcome.ticket.is_none() && !outcome.failed.is_empty() {
                    admission::give_back(tx, id).await?;
                }
                let pass = Passed {
                    subject: id,
                    reasons: &lease.reasons,
                    calls: &outcome.calls,
                    confirmed: &outcome.confirmed,
                    failed: &outcome.failed,
                };
                audit::passed(tx, &audit, pass, now).await?;
                intent::settle(tx, &outcome.confirmed, "confirmed", now).await?;
                intent::settle(tx, &outcome.failed, "failed", now).await?;
                learn(tx, &row, &outcome.learned, now).await?;
                judge(tx, &ids, id, &outcome.verdict, now).await?;
                timeline::add(tx, ids.as_ref(), outcome.timeline).await?;
                if let Some(decided) = outcome.decided {
                    decision::record(tx, ids.as_ref(), &audit, id, decided, now).await?;
                }
                mark(tx, outcome.due).await?;
                match row.batch {
                    Some(batch) => admission::settled(tx, batch, now).await,
                    None => Ok(()),
                }
            })
        })
        .await
    }

    /// A pass that changes only what belongs to its subject, and so to whoever has the lease, is recorded beside others.
    /// A failure's notice belongs to all that wait for it: how many these are is decided from.
    ///
    /// Asked before the transaction, where it is right for as long as the lease is: nobody else has a subject wait.
    async fn turn_of(&self, outcome: &Outcome) -> Result<Turn, StoreError> {
        match outcome.verdict {
            // What a person decided is about vulnerabilities that other tickets are about, too.
            _ if outcome.decided.is_some() => Ok(Turn::Alone),
            Verdict::Blocked { .. } => Ok(Turn::Alone),
            Verdict::Unchanged => Ok(Turn::Beside),
            Verdict::Clear(_) => {
                let waits = notice_subject::Entity::find()
                    .filter(notice_subject::Column::Subject.eq(outcome.subject.0))
                    .one(self.reader())
                    .await?;
                Ok(if waits.is_none() { Turn::Beside } else { Turn::Alone })
            }
        }
    }
}

async fn judge(
    tx: &Tx,
    ids: &std::sync::Arc<dyn crate::ids_source::Ids>,
    id: SubjectId,
    verdict: &Verdict,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut update = subject::Entity::update_many()
        .col_expr(subject::Column::ReconciledAt, Expr::value(ms(now)))
        .filter(subject::Column::Id.eq(id.0));
    match verdict {
        Verdict::Unchanged => {}
        Verdict::Clear(end) => {
            notice::leave(tx, &[id], *end, now).await?;
            update = update.col_expr(subject::Column::Blocked, Expr::null());
        }
        Verdict::Blocked { blocked, look_at } => {
            notice::hold(tx, ids, id, blocked, *look_at, now).await?;
            update = update.col_expr(subject::Column::Blocked, Expr::value(to_json(blocked)));
        }
    }
    update.exec(tx).await?;
    Ok(())
}

/// Keeps a ticket as a pass saw it; a key that it had before is kept beside, since pull requests may name it.
async fn put_ticket(tx: &Tx, subject: &subject::Model, kept: &Ticket) -> Result<(), StoreError> {
    let before = ticket::Entity::find_by_id(subject.id).one(tx).await?;
    if let Some(before) = before.filter(|before| before.issue == kept.issue.0 && before.key != kept.key.0) {
        let row = former_key::ActiveModel { subject: Set(subject.id), key: Set(before.key) };
        let columns = [former_key::Column::Subject, former_key::Column::Key];
        let over = OnConflict::columns(columns).do_nothing_on(columns).to_owned();
        former_key::Entity::insert_many([row]).on_conflict(over).exec_without_returning(tx).await?;
    }
    let row = ticket::Model {
        subject: subject.id,
        cloud_id: subject.cloud_id.clone(),
        issue: kept.issue.0.clone(),
        key: kept.key.0.clone(),
        is_gone: kept.is_gone,
        created_at: ms(kept.created_at),
        document: to_json(kept),
        changed_at: None,
        stale: 0,
    };
    use ticket::Column::{CreatedAt, Document, IsGone, Issue, Key};
    let over = OnConflict::column(ticket::Column::Subject)
        .update_columns([Issue, Key, IsGone, CreatedAt, Document])
        .to_owned();
    let row = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
    ticket::Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
    Ok(())
}

/// Keeps what was seen of a workflow, for paths over several hops. Workflows differ by issue type; nothing is kept
/// of a project that is gone.
async fn learn(
    tx: &Tx,
    subject: &subject::Model,
    learned: &[Learned],
    now: Timestamp,
) -> Result<(), StoreError> {
    let (Some(project), false) = (subject.connected_project, learned.is_empty()) else { return Ok(()) };
    let Some(project) = connected_project::Entity::find_by_id(project).one(tx).await? else { return Ok(()) };
    workflow::learn(tx, &facts::of(subject, &IssueTypeId(project.issue_type)), learned, now).await
}

#[cfg(test)]
mod tests;
