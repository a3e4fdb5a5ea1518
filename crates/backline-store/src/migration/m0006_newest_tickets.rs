//! The newest tickets of a site are found without reading the others.

use super::m0001_first::{Index, index};
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let newest = index("ticket_newest", "ticket", &["cloud_id", "created_at"], Index::Plain);
        manager.create_index(newest).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
