//! How many tickets may be made in an hour, what waits for a person's approval, and what was approved together.

use super::add_columns;
use super::m0001_first::{Index, index, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            ("subject", ColumnDef::new("admitted_at").big_integer().null().take()),
            ("subject", ColumnDef::new("held_at").big_integer().null().take()),
            ("subject", ColumnDef::new("batch").uuid().null().take()),
        ];
        add_columns(manager, columns).await?;
        let admitted =
            index("subject_admitted", "subject", &["connected_project", "admitted_at"], Index::Plain);
        manager.create_index(admitted).await?;
        manager.create_index(index("subject_held", "subject", &["held_at"], Index::Plain)).await?;
        manager.create_index(index("subject_batch", "subject", &["batch"], Index::Plain)).await?;
        let batch = table(
            "batch",
            "id",
            "id:uuid project:uuid approved_at:long approved_by:text tickets:long undone_at:long?",
        );
        manager.create_table(batch).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
