//! What was shown to a person is known by numbers, leave is counted by Jira project, and a batch is carried out and
//! taken back in slices.

use super::add_columns;
use super::m0001_first::{Index, index, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            ("subject", ColumnDef::new("held_no").big_integer().null().take()),
            ("batch", ColumnDef::new("undo_at").big_integer().null().take()),
            ("batch", ColumnDef::new("undo_by").text().null().take()),
        ];
        add_columns(manager, columns).await?;
        let first = Query::update()
            .table("subject")
            .value("held_no", 0)
            .and_where(Expr::col("held_at").is_not_null())
            .take();
        manager.execute(first).await?;
        let taken_back = Query::update()
            .table("batch")
            .value("undo_at", Expr::col("undone_at"))
            .and_where(Expr::col("undone_at").is_not_null())
            .take();
        manager.execute(taken_back).await?;
        manager.create_table(table("counter", "name", "name:text value:long")).await?;
        let held = Query::insert()
            .into_table("counter")
            .columns(["name", "value"])
            .values_panic(["held".into(), 0.into()])
            .take();
        manager.execute(held).await?;
        let leave =
            index("subject_leave", "subject", &["cloud_id", "jira_project", "admitted_at"], Index::Plain);
        manager.create_index(leave).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
