//! The schema and its history. Forward only: expand first, contract in a later release.
//!
//! Invariant: a file that a newer Backline wrote is refused before anything is changed.

mod m0001_first;
mod m0002_ends;
mod m0003_pull_requests;
mod m0004_kept_answers;
mod m0005_kept_versions;
mod m0006_newest_tickets;
mod m0007_drift;
mod m0008_approvals;
mod m0009_batches;
mod m0010_feed;
mod m0011_doubles;
mod m0012_audit;
mod m0013_queue;

use crate::error::StoreError;
use crate::postgres::COMPARE_BYTES;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, FromQueryResult, Statement};
use sea_orm_migration::prelude::*;

struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_first::Migration),
            Box::new(m0002_ends::Migration),
            Box::new(m0003_pull_requests::Migration),
            Box::new(m0004_kept_answers::Migration),
            Box::new(m0005_kept_versions::Migration),
            Box::new(m0006_newest_tickets::Migration),
            Box::new(m0007_drift::Migration),
            Box::new(m0008_approvals::Migration),
            Box::new(m0009_batches::Migration),
            Box::new(m0010_feed::Migration),
            Box::new(m0011_doubles::Migration),
            Box::new(m0012_audit::Migration),
            Box::new(m0013_queue::Migration),
        ]
    }
}

/// Adds columns to tables, one a statement: SQLite adds no two at once.
async fn add_columns<const N: usize>(
    manager: &SchemaManager<'_>,
    columns: [(&'static str, ColumnDef); N],
) -> Result<(), DbErr> {
    for (table, mut column) in columns {
        manager.alter_table(Table::alter().table(table).add_column(&mut column).take()).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Applied {
    version: String,
}

/// Brings the schema up to date.
pub(crate) async fn migrate(db: &DatabaseConnection) -> Result<(), StoreError> {
    refuse_newer(db).await?;
    Migrator::up(db, None).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared(COMPARE_BYTES).await?;
    }
    Ok(())
}

async fn refuse_newer(db: &DatabaseConnection) -> Result<(), StoreError> {
    if !SchemaManager::new(db).has_table("seaql_migrations").await? {
        return Ok(());
    }
    let query = Statement::from_string(db.get_database_backend(), "SELECT version FROM seaql_migrations");
    let known: Vec<String> =
        Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    match Applied::find_by_statement(query)
        .all(db)
        .await?
        .into_iter()
        .find(|row| !known.contains(&row.version))
    {
        Some(row) => Err(StoreError::NewerSchema(row.version)),
        None => Ok(()),
    }
}
