//! What is known of changes at Jira: how far they were read, which tickets are to be looked at for one, and the
//! webhook that tells of them.

use super::add_columns;
use super::m0001_first::{Index, index, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            ("ticket", ColumnDef::new("changed_at").big_integer().null().take()),
            ("ticket", ColumnDef::new("stale").big_integer().not_null().default(0).take()),
        ];
        add_columns(manager, columns).await?;
        manager.create_index(index("ticket_stale", "ticket", &["cloud_id", "stale"], Index::Plain)).await?;
        let feed = table(
            "feed",
            "connection",
            "connection:uuid read_to:long? audited_at:long? audit_after:uuid? \
             hook:long? hook_url:text? hook_filter:text? hook_until:long?",
        );
        manager.create_table(feed).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
