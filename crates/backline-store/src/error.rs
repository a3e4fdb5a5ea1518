//! What can go wrong in the store, cut by what the caller does next.

use crate::postgres::Unopened;
use sea_orm::sqlx;
use sea_orm::sqlx::postgres::PgDatabaseError;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Nothing was written: the same call may be made again.
    #[error("the database is not available")]
    Unavailable {
        #[source]
        source: DbErr,
    },
    /// The store is shutting down; nothing was written.
    #[error("the store is closed")]
    Closed,
    /// The commit's own answer was lost: read again before acting.
    #[error("it is not known whether the change was written")]
    Unknown,
    /// The lease or the connection's epoch has passed to another: drop the work. Nothing was written.
    #[error("the work was taken over by another worker")]
    Fenced,
    /// Somebody else saved first: read again, show both.
    #[error("{0} was changed by someone else meanwhile")]
    Conflict(&'static str),
    /// The row is not there, or no longer.
    #[error("{0} does not exist")]
    Missing(&'static str),
    /// A list was asked to go on from a place that it never named.
    #[error("this is no place in the list")]
    Cursor,
    /// A row cannot be read: quarantine what depends on it and tell an operator.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(String),
    /// The file was written by a newer Backline: start that one.
    #[error("the database was written by a newer version of Backline ({0})")]
    NewerSchema(String),
    /// Another process works with this database: stop it first.
    #[error("another Backline works with {0}")]
    InUse(String),
    /// The PostgreSQL database that was named is not there, not ours or not fit.
    #[error(transparent)]
    Unopened(#[from] Unopened),
    /// The key file does not belong to this database: nothing is written over.
    #[error("the key does not open the secrets of this database")]
    WrongKey,
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => return Self::Conflict("a unique row"),
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => {
                return Self::Missing("a row that is referred to");
            }
            Some(_) | None => {}
        }
        match &error {
            DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } | DbErr::ConvertFromU64(_) => {
                Self::Corrupt(error.to_string())
            }
            _ if is_damage(&error) => Self::Corrupt(error.to_string()),
            _ => Self::Unavailable { source: error },
        }
    }
}

/// SQLITE_CORRUPT and SQLITE_NOTADB with their extended codes; of PostgreSQL, damaged files and indexes, and texts that
/// it cannot keep.
///
/// Sources: <https://www.sqlite.org/rescode.html>, <https://www.postgresql.org/docs/15/errcodes-appendix.html>
fn is_damage(error: &DbErr) -> bool {
    let Some(sqlx::Error::Database(database)) = cause(error) else { return false };
    let code = database.code().unwrap_or_default();
    if database.try_downcast_ref::<PgDatabaseError>().is_some() {
        return matches!(&*code, "XX001" | "XX002" | "22021" | "22P05");
    }
    matches!(code.parse::<u32>().unwrap_or_default() & 0xff, 11 | 26)
}

/// Whether a transaction that ended with this has certainly written nothing and may do better when it is run again: it
/// lost a race to another one, or its connection.
pub(crate) fn is_passing(error: &DbErr) -> bool {
    match cause(error) {
        Some(sqlx::Error::Database(database)) => {
            database.try_downcast_ref::<PgDatabaseError>().is_some()
                && is_lost_race(&database.code().unwrap_or_default())
        }
        Some(sqlx::Error::Io(_) | sqlx::Error::Protocol(_)) => true,
        _ => false,
    }
}

/// Whether an error that a COMMIT was answered with says that nothing was written. A lost connection does not.
pub(crate) fn is_rolled_back(error: &DbErr) -> bool {
    match cause(error) {
        Some(sqlx::Error::Database(database)) => {
            database.try_downcast_ref::<PgDatabaseError>().is_some()
                && matches!(&*database.code().unwrap_or_default(), "40001" | "40P01" | "25P02" | "25P03")
        }
        _ => false,
    }
}

/// Serialisation failure, deadlock, lock not got; idle for too long within a transaction; the server stops or starts.
fn is_lost_race(code: &str) -> bool {
    matches!(code, "40001" | "40P01" | "55P03" | "25P03" | "57P01" | "57P02" | "57P03")
}

fn cause(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => Some(cause.as_ref()),
        _ => None,
    }
}
