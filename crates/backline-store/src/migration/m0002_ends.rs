//! Why a failure is over, what was let go when it was mended, and tickets that a person unlinked.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column a statement: SQLite adds no two at once.
        let mut columns = [
            ("notice", ColumnDef::new("ended_as").text().null().take()),
            ("notice", ColumnDef::new("released_at").big_integer().null().take()),
            ("subject", ColumnDef::new("unlinked_at").big_integer().null().take()),
        ];
        for (table, column) in &mut columns {
            manager.alter_table(Table::alter().table(*table).add_column(column).take()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
