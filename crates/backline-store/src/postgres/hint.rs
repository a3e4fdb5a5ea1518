//! Telling other processes that something became due, so that they look at once instead of at their next look.
//!
//! Only a hint: it is lost while a listener connects again, and nothing hangs on it. It leaves with the commit of
//! what it tells of, so whoever hears it finds that.

use crate::store::Store;
use sea_orm::sqlx::postgres::{PgListener, PgPool};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use std::time::Duration;

const DUE: &str = "backline_due";
const SETTINGS: &str = "backline_settings";
const PAUSES: &str = "backline_pauses";
/// Until a listener that failed connects again.
const AGAIN: Duration = Duration::from_secs(5);

/// What was changed by some process, this one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// Something may be due.
    Due,
    /// Settings were saved or removed.
    Settings,
    /// A site asked to be left alone.
    Pauses,
}

impl Hint {
    /// Has it told when the transaction is committed; costs nothing on SQLite, where one process has the file.
    pub(crate) async fn tell<C: ConnectionTrait>(self, tx: &C) -> Result<(), DbErr> {
        if tx.get_database_backend() == DbBackend::Postgres {
            let channel = match self {
                Self::Due => DUE,
                Self::Settings => SETTINGS,
                Self::Pauses => PAUSES,
            };
            let query = format!("SELECT pg_notify('{channel}', current_schema())");
            tx.execute_raw(Statement::from_string(DbBackend::Postgres, query)).await?;
        }
        Ok(())
    }
}

impl Store {
    /// Calls `heard` with every hint that arrives, until it is dropped. On SQLite there is nobody to hear from.
    pub async fn listen(&self, heard: impl Fn(Hint) + Send) {
        let reader = self.reader();
        if reader.get_database_backend() != DbBackend::Postgres {
            return std::future::pending().await;
        }
        let pool = reader.get_postgres_connection_pool();
        loop {
            if let Err(error) = hear(pool, &heard).await {
                tracing::warn!(%error, "hints of other processes are not heard; due work waits for the next look");
            }
            tokio::time::sleep(AGAIN).await;
        }
    }
}

async fn hear(pool: &PgPool, heard: &(impl Fn(Hint) + Send)) -> Result<(), sea_orm::sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen_all([DUE, SETTINGS, PAUSES]).await?;
    loop {
        match listener.try_recv().await? {
            Some(told) if told.channel() == SETTINGS => heard(Hint::Settings),
            Some(told) if told.channel() == PAUSES => heard(Hint::Pauses),
            Some(_) => heard(Hint::Due),
            // The connection was lost and made anew: anything may have been told meanwhile.
            None => {
                heard(Hint::Settings);
                heard(Hint::Pauses);
                heard(Hint::Due);
            }
        }
    }
}
