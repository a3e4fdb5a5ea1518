//! What Jira says of a project's fields otherwise than when its mapping was saved.

use super::m0001_first::table;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table("drift", "project", "project:uuid changes:json read_at:long")).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
