//! What a pull request is followed by: former keys of moved tickets, suggestions, the block that was last written, and
//! when a repository last told its default branch.

use super::m0001_first::{Index, index, table};
use sea_orm_migration::prelude::{
    ColumnDef, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, Table,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &[(&str, &str, &str)] = &[
    ("former_key", "subject key", "subject:uuid key:text"),
    ("suggested_fix", "pull_request vulnerability", "pull_request:uuid vulnerability:uuid reason:text"),
    ("written_block", "pull_request", "pull_request:uuid block:text has_comment:bool"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, key, columns) in TABLES {
            manager.create_table(table(name, key, columns)).await?;
        }
        manager.create_index(index("former_key_key", "former_key", &["key"], Index::Plain)).await?;
        let of_vulnerability = index("suggested_fix_of", "suggested_fix", &["vulnerability"], Index::Plain);
        manager.create_index(of_vulnerability).await?;
        let column = ColumnDef::new("branch_read_at").big_integer().null().take();
        manager.alter_table(Table::alter().table("repository").add_column(column).take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
