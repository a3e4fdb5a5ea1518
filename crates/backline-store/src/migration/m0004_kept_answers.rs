//! Answers to requests that came with an `Idempotency-Key`.

use super::m0001_first::{Index, index, table};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns =
            "token:uuid key_hash:text request:text body_hash:text? status:long answer:text kept_at:long";
        manager.create_table(table("kept_answer", "token key_hash", columns)).await?;
        manager.create_index(index("kept_answer_at", "kept_answer", &["kept_at"], Index::Plain)).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
