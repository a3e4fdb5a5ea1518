//! A copy of the SQLite database in one sealed file, and a database out of such a file.
//!
//! What was restored knows nothing of the tickets that were made after the backup. So it is marked before it takes the
//! database's place: no ticket is made until those were looked for ([`crate::feed::Feed::sweep_from`]).
//!
//! Invariant: a file is in its place only when it is whole and was checked.

mod sealed;

use crate::audit::{Action, AuditEntry};
use crate::crypto::KeyRing;
use crate::entity::{connection, feed};
use crate::error::StoreError;
use crate::feed::put;
use crate::ids_source::RandomIds;
use crate::sqlite;
use crate::store::Store;
use backline_core::ids::ConnectionId;
use jiff::Timestamp;
use sea_orm::EntityTrait;
use sea_orm::sqlx::{Connection, Row, SqliteConnection, query};
pub use sealed::Header;
use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why there is no backup, or why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("there is already a file {}", .0.display())]
    Exists(PathBuf),
    #[error("there is no database {}", .0.display())]
    NoDatabase(PathBuf),
    /// SQLite's own check found something.
    #[error("the database is damaged: {0}")]
    DamagedDatabase(String),
    #[error("this is no backup of Backline")]
    NoBackup,
    #[error("the backup is cut off: its end is missing")]
    Cut,
    /// It may be another key as well: the cipher does not tell the two apart.
    #[error("the backup does not open from its piece {piece} on: it was changed, or it is another key's")]
    Damaged { piece: u64 },
    #[error("the backup was made under another key ({0})")]
    OtherKey(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Sqlite(#[from] sea_orm::sqlx::Error),
}

/// Writes a backup of a database, which may be in use, to a file that is not there yet.
///
/// # Errors
/// [`BackupError`]; `to` is not there then.
pub async fn back_up(
    database: &Path,
    keys: &KeyRing,
    to: &Path,
    version: &str,
    now: Timestamp,
) -> Result<Header, BackupError> {
    if !database.exists() {
        return Err(BackupError::NoDatabase(database.to_owned()));
    }
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let (copy, sealed) = (Temporary(beside(to, "copy")), Temporary(beside(to, "part")));
    // Nobody but its owner may read it, from its first byte on; SQLite takes an empty file for a new database.
    create(&copy.0)?;
    let mut sqlite = SqliteConnection::connect_with(&sqlite::reading(database)).await?;
    query("VACUUM INTO ?").bind(copy.0.display().to_string()).execute(&mut sqlite).await?;
    sqlite.close().await?;
    check(&copy.0).await?;
    let header = Header { made_at: now, version: version.to_owned(), key: keys.id().to_owned() };
    let mut out = BufWriter::new(create(&sealed.0)?);
    sealed::seal(&header, keys, open(&copy.0)?, &mut out)?;
    out.into_inner().map_err(|error| BackupError::Io(error.into_error()))?.sync_all()?;
    // As it would be restored.
    sealed::open(keys, open(&sealed.0)?, std::io::sink())?;
    fs::rename(&sealed.0, to).map_err(|source| BackupError::File { path: to.to_owned(), source })?;
    Ok(header)
}

/// Puts the database of a backup in its place, marked as restored. A database that is there is moved aside; where it
/// went is answered.
///
/// # Errors
/// [`BackupError`]; what was there is there still.
pub async fn restore(
    from: &Path,
    keys: &KeyRing,
    database: &Path,
    may_replace: bool,
    now: Timestamp,
) -> Result<(Header, Option<PathBuf>), BackupError> {
    let (_, header) = sealed::header(&mut BufReader::new(open(from)?))?;
    if !keys.opens(&header.key) {
        return Err(BackupError::OtherKey(header.key));
    }
    if database.exists() && !may_replace {
        return Err(BackupError::Exists(database.to_owned()));
    }
    // Held until the end: nobody may work with what is being replaced.
    let _claim = sqlite::claim(database)?;
    let fresh = Temporary(database.with_extension("restored.db"));
    fs::remove_file(&fresh.0).ok();
    let mut out = BufWriter::new(create(&fresh.0)?);
    sealed::open(keys, open(from)?, &mut out)?;
    out.into_inner().map_err(|error| BackupError::Io(error.into_error()))?.sync_all()?;
    check(&fresh.0).await?;
    let store = Store::open(&fresh.0, keys.clone(), Arc::new(RandomIds)).await?;
    store.mark_restored(header.made_at, now).await?;
    store.close().await;
    fs::remove_file(fresh.0.with_extension("lock")).ok();
    gather(&fresh.0).await?;
    let aside = move_aside(database)?;
    fs::rename(&fresh.0, database)
        .map_err(|source| BackupError::File { path: database.to_owned(), source })?;
    Ok((header, aside))
}

impl Store {
    /// Says that this database was restored from a copy of `made_at`: tickets that were made since are looked for
    /// before any is made.
    pub async fn mark_restored(&self, made_at: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        let audit = self.auditor();
        self.write(move |tx| {
            Box::pin(async move {
                let object = format!("the database as of {made_at}");
                audit.add(tx, [AuditEntry::new(now, "Backline", Action::Restored, object)]).await?;
                for row in connection::Entity::find().all(tx).await? {
                    let known = feed::Entity::find_by_id(row.id).one(tx).await?;
                    let mut feed = known.map(crate::feed::model).transpose()?.unwrap_or_default();
                    feed.sweep_from = Some(feed.sweep_from.map_or(made_at, |from| from.min(made_at)));
                    put(tx, ConnectionId(row.id), &feed).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// SQLite's own check of a file's pages and indexes.
async fn check(file: &Path) -> Result<(), BackupError> {
    let mut sqlite = SqliteConnection::connect_with(&sqlite::reading(file)).await?;
    let found: String = query("PRAGMA integrity_check(1)").fetch_one(&mut sqlite).await?.get(0);
    sqlite.close().await?;
    if found == "ok" { Ok(()) } else { Err(BackupError::DamagedDatabase(found)) }
}

/// Brings everything into the one file, which is moved without the log beside it.
async fn gather(file: &Path) -> Result<(), BackupError> {
    let mut sqlite = SqliteConnection::connect_with(&sqlite::reading(file)).await?;
    let busy: i64 = query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut sqlite).await?.get(0);
    sqlite.close().await?;
    if busy == 0 { Ok(()) } else { Err(BackupError::DamagedDatabase("its log is in use".to_owned())) }
}

fn move_aside(database: &Path) -> Result<Option<PathBuf>, BackupError> {
    if !database.exists() {
        return Ok(None);
    }
    let failed = |source| BackupError::File { path: database.to_owned(), source };
    let aside = (1..)
        .map(|number| database.with_extension(format!("before-{number}.db")))
        .find(|path| !path.exists())
        .expect("one of so many is free");
    for end in ["-wal", "-shm"] {
        let (beside, moved) = (with_end(database, end), with_end(&aside, end));
        if beside.exists() {
            fs::rename(beside, moved).map_err(failed)?;
        }
    }
    fs::rename(database, &aside).map_err(failed)?;
    Ok(Some(aside))
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn beside(path: &Path, what: &str) -> PathBuf {
    with_end(path, &format!(".{}.{what}", std::process::id()))
}

fn open(path: &Path) -> Result<File, BackupError> {
    File::open(path).map_err(|source| BackupError::File { path: path.to_owned(), source })
}

fn create(path: &Path) -> Result<File, BackupError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|source| BackupError::File { path: path.to_owned(), source })
}

/// A file that is gone when it is no longer needed, whatever happened.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm", "-journal"] {
            fs::remove_file(with_end(&self.0, end)).ok();
        }
    }
}

#[cfg(test)]
mod tests;
