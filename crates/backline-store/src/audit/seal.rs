//! Sealing: the rows that were added since are numbered and chained, by one process at a time.
//!
//! The row of the head is locked meanwhile, so that the chain has no forks. Whoever adds rows waits for none of this.
//!
//! Invariant: what does not end where the head says is not built on, or the next seal would hide that the end was cut.

use super::chain::{end, is_pristine, link};
use crate::column::ms;
use crate::entity::{audit, audit_head};
use crate::error::StoreError;
use crate::store::Store;
use crate::writer::Tx;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::sync::Arc;

/// Rows of one step; the next one follows at once.
const ROWS: u64 = 500;
/// The head's own number: there is one.
pub(super) const HEAD: i64 = 1;

impl Store {
    /// Seals what was added; answers how many rows. Costs one query where there is nothing to seal.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the chain does not end where its head says: nothing is sealed until a person has
    /// looked, and [`Store::verify_audit`] says what is wrong.
    pub async fn seal_audit(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut sealed = 0;
        loop {
            if unsealed(self.reader(), 1).await?.is_empty() {
                return Ok(sealed);
            }
            let keys = Arc::new(self.keys().clone());
            let step =
                self.write_beside(move |tx| Box::pin(async move { seal(tx, &keys, now).await })).await?;
            sealed += step;
            if step < ROWS {
                return Ok(sealed);
            }
        }
    }
}

async fn seal(tx: &Tx, keys: &crate::crypto::KeyRing, now: Timestamp) -> Result<u64, StoreError> {
    let head = audit_head::Entity::find_by_id(HEAD).lock(LockType::Update).one(tx).await?;
    let mut head = head.ok_or_else(|| broken("its head is gone"))?;
    let newest = audit::Entity::find()
        .filter(audit::Column::Seq.is_not_null())
        .order_by_desc(audit::Column::Seq)
        .one(tx)
        .await?;
    let is_whole = match newest {
        None => is_pristine(&head),
        Some(newest) => {
            keys.check(&head.mac, end(&head).values()).is_ok()
                && newest.seq == Some(head.rows)
                && newest.seal.as_deref() == Some(head.seal.as_str())
        }
    };
    if !is_whole {
        return Err(broken("it does not end where its head says"));
    }
    let rows = unsealed(tx, ROWS).await?;
    if rows.is_empty() {
        return Ok(0);
    }
    for (id, mac) in &rows {
        head.rows += 1;
        head.seal = keys.prove(link(head.rows, mac, &head.seal).values());
        audit::Entity::update_many()
            .col_expr(audit::Column::Seq, Expr::value(head.rows))
            .col_expr(audit::Column::Seal, Expr::value(head.seal.as_str()))
            .filter(audit::Column::Id.eq(*id))
            .exec(tx)
            .await?;
    }
    head.at = ms(now);
    let mac = keys.prove(end(&head).values());
    audit_head::Entity::update_many()
        .col_expr(audit_head::Column::Rows, Expr::value(head.rows))
        .col_expr(audit_head::Column::Seal, Expr::value(head.seal))
        .col_expr(audit_head::Column::At, Expr::value(head.at))
        .col_expr(audit_head::Column::Mac, Expr::value(mac))
        .filter(audit_head::Column::Id.eq(HEAD))
        .exec(tx)
        .await?;
    Ok(rows.len() as u64)
}

/// The ids and proofs of rows without a number, the oldest first.
async fn unsealed<C: ConnectionTrait>(db: &C, limit: u64) -> Result<Vec<(uuid::Uuid, String)>, StoreError> {
    let rows = audit::Entity::find()
        .select_only()
        .columns([audit::Column::Id, audit::Column::Mac])
        .filter(audit::Column::Seq.is_null())
        .order_by_asc(audit::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows)
}

fn broken(how: &str) -> StoreError {
    StoreError::Corrupt(format!("the audit's chain: {how}"))
}
