//! The block of a pull request's description, as it was last written, and how often it had to be given back.

use crate::column::ms;
use crate::entity::{body_rewrite, written_block};
use crate::error::StoreError;
use crate::store::Store;
use backline_core::ids::PullRequestId;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, EntityTrait};
use sha2::{Digest, Sha256};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What was written so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Of the block that the description last had as it was wanted; empty where that was none.
    hash: String,
    /// A comment of ours carries the block, or is about to.
    pub has_comment: bool,
    /// How often the block was given back today.
    pub restored_today: u32,
}

impl Written {
    /// Whether the description was last as it is wanted with exactly this, so that writing it is giving it back.
    pub fn was(&self, block: Option<&str>) -> bool {
        self.hash == hash(block)
    }
}

/// That no block was wanted is remembered too: who puts the old one back is not answered without end.
fn hash(block: Option<&str>) -> String {
    block.map(|block| hex::encode(Sha256::digest(block))).unwrap_or_default()
}

impl Store {
    pub async fn load_written_block(&self, id: PullRequestId, now: Timestamp) -> Result<Written, StoreError> {
        let row = written_block::Entity::find_by_id(id.0).one(self.reader()).await?;
        let day = ms(now).div_euclid(DAY_MS);
        let restored = body_rewrite::Entity::find_by_id((id.0, day)).one(self.reader()).await?;
        Ok(Written {
            has_comment: row.as_ref().is_some_and(|row| row.has_comment),
            hash: row.map(|row| row.block).unwrap_or_default(),
            restored_today: restored.and_then(|row| u32::try_from(row.count).ok()).unwrap_or(0),
        })
    }

    /// Records the block that a description has now; `None` where it has none, because none is wanted.
    pub async fn wrote_block(&self, id: PullRequestId, block: Option<&str>) -> Result<(), StoreError> {
        let row = written_block::ActiveModel {
            pull_request: Set(id.0),
            block: Set(hash(block)),
            has_comment: Set(false),
        };
        self.put_written(row, written_block::Column::Block).await
    }

    /// Records that a comment carries the block, before it is written, or that none does, after it is gone.
    pub async fn set_block_comment(&self, id: PullRequestId, has_comment: bool) -> Result<(), StoreError> {
        let row = written_block::ActiveModel {
            pull_request: Set(id.0),
            block: Set(String::new()),
            has_comment: Set(has_comment),
        };
        self.put_written(row, written_block::Column::HasComment).await
    }

    async fn put_written(
        &self,
        row: written_block::ActiveModel,
        changed: written_block::Column,
    ) -> Result<(), StoreError> {
        self.write_beside(move |tx| {
            Box::pin(async move {
                let over =
                    OnConflict::column(written_block::Column::PullRequest).update_column(changed).to_owned();
                written_block::Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
                Ok(())
            })
        })
        .await
    }

    /// Counts that a description got its block back.
    pub async fn count_restored_block(&self, id: PullRequestId, now: Timestamp) -> Result<(), StoreError> {
        let day = ms(now).div_euclid(DAY_MS);
        self.write_beside(move |tx| {
            Box::pin(async move {
                let row = body_rewrite::ActiveModel { pull_request: Set(id.0), day: Set(day), count: Set(1) };
                let over =
                    OnConflict::columns([body_rewrite::Column::PullRequest, body_rewrite::Column::Day])
                        .value(body_rewrite::Column::Count, Expr::cust("\"body_rewrite\".\"count\" + 1"))
                        .to_owned();
                body_rewrite::Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
                Ok(())
            })
        })
        .await
    }
}
