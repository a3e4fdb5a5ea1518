//! The version of a mapping that a ticket stays on, where a newer one was saved for new tickets only.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = ColumnDef::new("kept_version").big_integer().null().take();
        manager.alter_table(Table::alter().table("subject").add_column(column).take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
