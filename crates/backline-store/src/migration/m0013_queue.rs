//! Which keys come back only to look whether something landed late; and whose turn it is, without a look at all that is
//! due; and what asked to be left alone.

use super::add_columns;
use super::m0001_first::table;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_watch = ColumnDef::new("is_watch").boolean().not_null().default(false).take();
        add_columns(manager, [("work", is_watch)]).await?;
        manager.drop_index(Index::drop().name("work_site").table("work").to_owned()).await?;
        // Rows whose work is done stay, and are the most: they are not in it.
        let db = manager.get_connection();
        db.execute_unprepared(
            "CREATE INDEX work_turn ON work (site, priority, due_at, \"key\") WHERE due_at IS NOT NULL",
        )
        .await?;
        manager.create_table(table("pause", "scope", "scope:text until:long")).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
