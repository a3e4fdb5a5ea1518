//! Second tickets that came about, and how far back a restored store looks for tickets that it does not know.

use super::add_columns;
use super::m0001_first::{Index, index, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, [("feed", ColumnDef::new("sweep_from").big_integer().null().take())]).await?;
        let double = table(
            "double_ticket",
            "id",
            "id:text cloud_id:text issue:text key:text subject:uuid found_at:long over_at:long?",
        );
        manager.create_table(double).await?;
        manager
            .create_index(index(
                "double_ticket_open",
                "double_ticket",
                &["cloud_id", "over_at"],
                Index::Plain,
            ))
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
