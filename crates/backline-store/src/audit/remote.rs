//! Writes to a pull request: no lease's fence stands behind them, and still each is announced before it is sent.
//!
//! They may be sent twice without harm, so that nothing is looked for when an answer is lost. What was announced by a
//! process that ended is told when its pull request is looked at again.

use super::{AuditEntry, Fate, unanswered};
use crate::column::ms;
use crate::entity::intent;
use crate::error::StoreError;
use crate::intent::settle;
use crate::store::Store;
use backline_core::ids::{IntentId, PullRequestId};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

impl Store {
    /// Announces a write, durably; answers its intent, which [`Store::end_write`] ends.
    pub async fn begin_write(&self, entry: &AuditEntry) -> Result<IntentId, StoreError> {
        let id = self.uuid(entry.at);
        let row = intent::ActiveModel {
            id: Set(id),
            subject: Set(entry.pull_request.map_or(id, |pull_request| pull_request.0)),
            kind: Set(entry.action.word().to_owned()),
            nonce: Set(id.to_string()),
            lease_epoch: Set(0),
            begun_at: Set(ms(entry.at)),
            deadline_at: Set(ms(entry.at)),
            state: Set("open".to_owned()),
            settled_at: Set(None),
            failure: Set(None),
            operation: Set(serde_json::json!({ "object": entry.object, "reason": entry.reason })),
            sent: Set(None),
        };
        self.write_beside(move |tx| {
            Box::pin(async move {
                intent::Entity::insert(row).exec_without_returning(tx).await?;
                Ok(IntentId(id))
            })
        })
        .await
    }

    /// Records how a write was answered, or that it was not, and ends its intent.
    pub async fn end_write(&self, entry: AuditEntry, now: Timestamp) -> Result<(), StoreError> {
        let audit = self.auditor();
        let ended: Vec<IntentId> = entry.intent.into_iter().collect();
        self.write_beside(move |tx| {
            Box::pin(async move {
                audit.add(tx, [entry]).await?;
                settle(tx, &ended, "confirmed", now).await
            })
        })
        .await
    }

    /// Tells of the writes to a pull request that were announced by a process that ended. Asked under its lease.
    pub async fn end_left_writes(&self, id: PullRequestId, now: Timestamp) -> Result<(), StoreError> {
        let open = intent::Entity::find()
            .filter(intent::Column::Subject.eq(id.0))
            .filter(intent::Column::State.eq("open"))
            .all(self.reader())
            .await?;
        if open.is_empty() {
            return Ok(());
        }
        let left: Vec<IntentId> = open.into_iter().map(|row| IntentId(row.id)).collect();
        let audit = self.auditor();
        self.write_beside(move |tx| {
            Box::pin(async move {
                unanswered(tx, &audit, &left, Fate::Left, now).await?;
                settle(tx, &left, "failed", now).await
            })
        })
        .await
    }
}
