//! All that is true of SQLite only: how a file is opened.
//!
//! Invariant: a commit that was answered survives power loss (`synchronous=FULL`), and a deleted secret is
//! zeroed in the file (`secure_delete`).

use crate::error::StoreError;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr};
use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const READERS_MAX: u32 = 4;

/// One connection that writes and a few that read. In WAL mode readers never wait for the writer.
pub(crate) struct Connections {
    pub writer: DatabaseConnection,
    pub reader: DatabaseConnection,
}

/// Takes the database for this process. Two that worked off one queue on one file would break each other's leases at
/// their start.
pub(crate) fn claim(path: &Path) -> Result<File, StoreError> {
    let unavailable =
        |error: std::io::Error| StoreError::Unavailable { source: DbErr::Custom(error.to_string()) };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(unavailable)?;
    }
    let lock = path.with_extension("lock");
    let file = File::create(&lock).map_err(unavailable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(path.display().to_string())),
        Err(TryLockError::Error(error)) => Err(unavailable(error)),
    }
}

/// Opens the file, made if absent, with its folder.
pub(crate) async fn open_file(path: &Path) -> Result<Connections, StoreError> {
    make_private(path)?;
    let file = path.to_owned();
    let options = move |connections| {
        let file = file.clone();
        connect_options("sqlite:".to_owned(), connections, move |options| {
            options
                .filename(&file)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
        })
    };
    let writer = Database::connect(options(1)).await?;
    let reader = Database::connect(options(READERS_MAX)).await?;
    Ok(Connections { writer, reader })
}

/// Findings are nobody else's business. What SQLite writes beside the file takes its mode.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(path);
    opened.map(drop).map_err(|error| StoreError::Unavailable { source: DbErr::Custom(error.to_string()) })
}

/// Of one connection that reads a file which is there.
pub(crate) fn reading(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).create_if_missing(false).busy_timeout(BUSY_TIMEOUT)
}

/// A database that lives as long as its one connection: reads and writes take turns.
pub(crate) async fn open_memory() -> Result<Connections, StoreError> {
    let writer =
        Database::connect(connect_options("sqlite::memory:".to_owned(), 1, |options| options)).await?;
    Ok(Connections { reader: writer.clone(), writer })
}

fn connect_options(
    url: String,
    connections: u32,
    more: impl Fn(SqliteConnectOptions) -> SqliteConnectOptions + Send + Sync + 'static,
) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(BUSY_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            more(options)
                .foreign_keys(true)
                .busy_timeout(BUSY_TIMEOUT)
                .pragma("secure_delete", "ON")
                .statement_cache_capacity(200)
        });
    options
}
