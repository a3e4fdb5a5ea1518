//! Something that one process at a time does, for as long as it lives and no longer.

use crate::error::StoreError;
use crate::store::Store;
use sea_orm::sqlx::{self, Connection, PgConnection};
use sea_orm::{DbBackend, DbErr, RuntimeErr};
use std::sync::Arc;

/// Let go of when dropped, and when its process ends, however it ends.
#[derive(Debug)]
pub struct Claim {
    /// The session that holds it; a process that has its file alone needs none.
    _session: Option<PgConnection>,
}

impl Store {
    /// Claims a name; `None` while another process has it. Within a process names are the caller's to keep apart.
    pub async fn claim(&self, name: &str) -> Result<Option<Claim>, StoreError> {
        let reader = self.reader();
        if reader.get_database_backend() != DbBackend::Postgres {
            return Ok(Some(Claim { _session: None }));
        }
        let options = reader.get_postgres_connection_pool().connect_options();
        claim(&options, name)
            .await
            .map_err(|error| StoreError::from(DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error)))))
    }
}

async fn claim(options: &sqlx::postgres::PgConnectOptions, name: &str) -> Result<Option<Claim>, sqlx::Error> {
    let mut session = PgConnection::connect_with(options).await?;
    let claimed =
        sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtextextended(current_schema() || ':' || $1, 0))")
            .bind(name)
            .fetch_one(&mut session)
            .await?;
    Ok(if claimed { Some(Claim { _session: Some(session) }) } else { None })
}
