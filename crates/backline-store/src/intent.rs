//! Intents: what is about to be done at Jira, durable before it is sent.

use crate::column::{ms, time};
use crate::entity::intent;
use crate::error::StoreError;
use crate::store::Store;
use crate::work::{Lease, check_lease};
use crate::writer::Tx;
use backline_core::ids::{IntentId, SubjectId};
use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, JsonValue, QueryFilter, QueryOrder};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq)]
pub struct Intent {
    pub id: IntentId,
    pub subject: SubjectId,
    /// The operation's word.
    pub kind: String,
    /// Stands in the marker of the call itself, and is used once.
    pub nonce: Uuid,
    /// What is needed to settle it when its answer is lost.
    pub operation: JsonValue,
    pub begun_at: Timestamp,
    /// When the call is given up.
    pub deadline_at: Timestamp,
}

impl Store {
    /// Keeps an intent under a lease; on disk when this returns. `failed` names earlier ones that are known to
    /// have come to nothing: a lost create must end before the next may begin.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease has passed on, [`StoreError::Conflict`] when a create of the same
    /// subject is open: nothing is sent then.
    pub async fn begin_intent(
        &self,
        lease: &Lease,
        begun: &Intent,
        failed: &[IntentId],
    ) -> Result<(), StoreError> {
        let (lease, failed, now) = (lease.clone(), failed.to_vec(), begun.begun_at);
        let row = intent::Model {
            id: begun.id.0,
            subject: begun.subject.0,
            kind: begun.kind.clone(),
            nonce: begun.nonce.to_string(),
            lease_epoch: lease.epoch,
            begun_at: ms(begun.begun_at),
            deadline_at: ms(begun.deadline_at),
            state: "open".to_owned(),
            settled_at: None,
            failure: None,
            operation: begun.operation.clone(),
        };
        self.write(move |tx| {
            Box::pin(async move {
                check_lease(tx, &lease).await?;
                settle(tx, &failed, "failed", now).await?;
                let row = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
                intent::Entity::insert(row).exec_without_returning(tx).await?;
                Ok(())
            })
        })
        .await
    }

    /// Intents whose outcome is not recorded, the oldest first.
    pub async fn open_intents(&self, subject: SubjectId) -> Result<Vec<Intent>, StoreError> {
        let rows = intent::Entity::find()
            .filter(intent::Column::Subject.eq(subject.0))
            .filter(intent::Column::State.eq("open"))
            .order_by_asc(intent::Column::BegunAt)
            .order_by_asc(intent::Column::Id)
            .all(self.reader())
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(Intent {
                    id: IntentId(row.id),
                    subject: SubjectId(row.subject),
                    kind: row.kind,
                    nonce: row.nonce.parse().map_err(|_| StoreError::Corrupt("a nonce".to_owned()))?,
                    operation: row.operation,
                    begun_at: time(row.begun_at)?,
                    deadline_at: time(row.deadline_at)?,
                })
            })
            .collect()
    }
}

/// Settles intents inside the transaction that records their outcome.
pub(crate) async fn settle(
    tx: &Tx,
    settled: &[IntentId],
    state: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if settled.is_empty() {
        return Ok(());
    }
    intent::Entity::update_many()
        .col_expr(intent::Column::State, Expr::value(state))
        .col_expr(intent::Column::SettledAt, Expr::value(ms(now)))
        .filter(intent::Column::Id.is_in(settled.iter().map(|id| id.0)))
        .exec(tx)
        .await?;
    Ok(())
}
