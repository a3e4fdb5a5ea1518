//! Leave to make tickets: so many an hour for each connected project, and more once a person has approved them.
//!
//! What is held waits until it is approved, however much room a later hour has: a report that floods, or a rule that
//! takes too much, makes one hour's worth and then stops until somebody has looked.
//!
//! Invariant: of the subjects of a project that no person approved, no more than the limit got leave within any hour.

mod batch;

pub use batch::{Batch, Held, Undone};

use crate::column::ms;
use crate::entity::{subject, ticket};
use crate::error::StoreError;
use crate::store::Store;
use crate::work::{Lease, check_lease};
use crate::writer::Tx;
use backline_core::ids::SubjectId;
use jiff::{SignedDuration, Timestamp};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

impl Store {
    /// Asks, under a lease, for leave to make a subject's ticket now. `false` holds it until a person approves it.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease has passed on.
    pub async fn admit_create(
        &self,
        lease: &Lease,
        id: SubjectId,
        per_hour: u32,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let lease = lease.clone();
        self.write(move |tx| {
            Box::pin(async move {
                check_lease(tx, &lease).await?;
                let Some(row) = subject::Entity::find_by_id(id.0).one(tx).await? else { return Ok(false) };
                if row.batch.is_some() {
                    return Ok(true);
                }
                if row.held_at.is_some() {
                    return Ok(false);
                }
                let others = subject::Entity::find()
                    .filter(subject::Column::ConnectedProject.eq(row.connected_project))
                    .filter(subject::Column::AdmittedAt.gt(ms(now - HOUR)))
                    .filter(subject::Column::Batch.is_null())
                    .filter(subject::Column::Id.ne(id.0))
                    .count(tx)
                    .await?;
                let is_admitted = others < u64::from(per_hour);
                let column = if is_admitted { subject::Column::AdmittedAt } else { subject::Column::HeldAt };
                subject::Entity::update_many()
                    .col_expr(column, Expr::value(ms(now)))
                    .filter(subject::Column::Id.eq(id.0))
                    .exec(tx)
                    .await?;
                Ok(is_admitted)
            })
        })
        .await
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
