//! Why a failure is over, what was let go when it was mended, and tickets that a person unlinked.

use super::add_columns;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            ("notice", ColumnDef::new("ended_as").text().null().take()),
            ("notice", ColumnDef::new("released_at").big_integer().null().take()),
            ("subject", ColumnDef::new("unlinked_at").big_integer().null().take()),
        ];
        add_columns(manager, columns).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
