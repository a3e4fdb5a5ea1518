//! Leave to make tickets: so many an hour for each Jira project, and more once a person has approved them.
//!
//! What is held waits until it is approved, however much room a later hour has: a report that floods, or a rule that
//! takes too much, makes one hour's worth and then stops until somebody has looked.
//!
//! Invariants: of the subjects of a Jira project that no person approved, no more than the limit got leave within any
//! hour, whatever became of them since; and nothing of a batch that is being taken back gets leave.

mod batch;
mod held;
mod undo;

pub use batch::{Approval, Batch};
pub use held::{Held, HeldTicket, Shown, UnknownShown};
pub use undo::Undone;

pub(crate) use undo::settled;

use crate::column::{KEYS_MAX, ms};
use crate::entity::{batch as batch_entity, subject, ticket};
use crate::error::StoreError;
use crate::store::Store;
use crate::work::{Lease, check_leases};
use crate::writer::Tx;
use backline_core::ids::SubjectId;
use jiff::{SignedDuration, Timestamp};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What came of each of several, in their order.
pub type Each<T> = Vec<Result<T, StoreError>>;

impl Store {
    /// Asks, each under its lease, for leave to make subjects' tickets now. `false` holds one until a person approves it.
    ///
    /// # Errors
    /// Of one of them: [`StoreError::Fenced`] when its lease has passed on.
    pub async fn admit_creates(
        &self,
        asked: &[(Lease, SubjectId)],
        per_hour: u32,
        now: Timestamp,
    ) -> Result<Each<bool>, StoreError> {
        let asked = asked.to_vec();
        self.write(move |tx| Box::pin(async move { admit(tx, &asked, per_hour, now).await })).await
    }
}

async fn admit(
    tx: &Tx,
    asked: &[(Lease, SubjectId)],
    per_hour: u32,
    now: Timestamp,
) -> Result<Each<bool>, StoreError> {
    let leases: Vec<Lease> = asked.iter().map(|(lease, _)| lease.clone()).collect();
    let is_ours = check_leases(tx, &leases).await?;
    let standing = Standing::load(tx, asked.iter().map(|(_, id)| id.0)).await?;
    let is_recent =
        |row: &subject::Model| row.batch.is_none() && row.admitted_at.is_some_and(|at| at > ms(now - HOUR));
    let mut recent: BTreeMap<(String, String), u64> = BTreeMap::new();
    let (mut admitted, mut held) = (Vec::new(), Vec::new());
    let mut answers: Each<bool> = Vec::with_capacity(asked.len());
    for ((_, id), is_ours) in asked.iter().zip(is_ours) {
        if !is_ours {
            answers.push(Err(StoreError::Fenced));
            continue;
        }
        let Some(row) = standing.rows.get(&id.0) else {
            answers.push(Ok(false));
            continue;
        };
        if let Some(known) = standing.known(row) {
            answers.push(Ok(known));
            continue;
        }
        let place = (row.cloud_id.clone(), row.jira_project.clone());
        let count = match recent.get(&place) {
            Some(count) => *count,
            None => admitted_since(tx, row, now - HOUR).await?,
        };
        let others = count - u64::from(is_recent(row)).min(count);
        let is_admitted = others < u64::from(per_hour);
        recent.insert(place, if is_admitted { others + 1 } else { count });
        if is_admitted { &mut admitted } else { &mut held }.push(row.id);
        answers.push(Ok(is_admitted));
    }
    for part in admitted.chunks(KEYS_MAX) {
        subject::Entity::update_many()
            .col_expr(subject::Column::AdmittedAt, Expr::value(ms(now)))
            .filter(subject::Column::Id.is_in(part.to_vec()))
            .exec(tx)
            .await?;
    }
    held::hold(tx, &held, now).await?;
    Ok(answers)
}

/// Those of a Jira project that got leave of themselves. Counted by the subject's own place: it stays the same when a
/// person unlinks the ticket, or the connected project is deleted.
async fn admitted_since(tx: &Tx, of: &subject::Model, since: Timestamp) -> Result<u64, StoreError> {
    Ok(subject::Entity::find()
        .filter(subject::Column::CloudId.eq(of.cloud_id.as_str()))
        .filter(subject::Column::JiraProject.eq(of.jira_project.as_str()))
        .filter(subject::Column::AdmittedAt.gt(ms(since)))
        .filter(subject::Column::Batch.is_null())
        .count(tx)
        .await?)
}

/// How several subjects stand with a person's approval.
pub(crate) struct Standing {
    pub rows: BTreeMap<Uuid, subject::Model>,
    /// Batches that are being taken back.
    undone: BTreeSet<Uuid>,
}

impl Standing {
    pub async fn load(tx: &Tx, ids: impl Iterator<Item = Uuid>) -> Result<Self, StoreError> {
        let ids: Vec<Uuid> = ids.collect();
        let mut rows = BTreeMap::new();
        for part in ids.chunks(KEYS_MAX) {
            for row in
                subject::Entity::find().filter(subject::Column::Id.is_in(part.to_vec())).all(tx).await?
            {
                rows.insert(row.id, row);
            }
        }
        let batches: BTreeSet<Uuid> = rows.values().filter_map(|row: &subject::Model| row.batch).collect();
        let mut undone = BTreeSet::new();
        if !batches.is_empty() {
            let undoing = batch_entity::Entity::find()
                .filter(batch_entity::Column::Id.is_in(batches))
                .filter(batch_entity::Column::UndoAt.is_not_null());
            undone.extend(undoing.all(tx).await?.into_iter().map(|row| row.id));
        }
        Ok(Self { rows, undone })
    }

    /// Approved, or held; `None` where neither was decided.
    pub fn known(&self, row: &subject::Model) -> Option<bool> {
        match row.batch {
            Some(batch) => Some(!self.undone.contains(&batch)),
            None => row.held_at.map(|_| false),
        }
    }
}

/// Nothing of a subject waits for approval any more: it has its ticket, or is to have none.
pub(crate) async fn release(tx: &Tx, id: SubjectId) -> Result<(), StoreError> {
    subject::Entity::update_many()
        .col_expr(subject::Column::HeldAt, Expr::value(Option::<i64>::None))
        .filter(subject::Column::Id.eq(id.0))
        .filter(subject::Column::HeldAt.is_not_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// A subject whose ticket Jira refused takes no room of the hour.
pub(crate) async fn give_back(tx: &Tx, id: SubjectId) -> Result<(), StoreError> {
    let ticketed = Query::select().column(ticket::Column::Subject).from(ticket::Entity).take();
    subject::Entity::update_many()
        .col_expr(subject::Column::AdmittedAt, Expr::value(Option::<i64>::None))
        .filter(subject::Column::Id.eq(id.0))
        .filter(subject::Column::Id.not_in_subquery(ticketed))
        .exec(tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
