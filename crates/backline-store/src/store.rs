//! The handle that every other room of this crate adds its methods to.

use crate::crypto::KeyRing;
use crate::error::StoreError;
use crate::ids_source::{Ids, Sequence};
use crate::migration::migrate;
use crate::postgres::{self, Server};
use crate::sqlite::{self, Connections};
use crate::writer::{Boxed, Turn, Tx, Writer};
use jiff::Timestamp;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    TransactionTrait,
};
use secrecy::SecretString;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// The database. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
    writer: Writer,
}

struct Inner {
    reader: DatabaseConnection,
    keys: KeyRing,
    ids: Arc<dyn Ids>,
    instance: OnceLock<String>,
    task: Mutex<Option<JoinHandle<()>>>,
    /// Whose time leases are measured by.
    time: Time,
    /// Rung when rows were added to the audit, which are then to be sealed.
    audited: Arc<Notify>,
    /// Says to other processes that the file is taken, for as long as this one lives.
    _claim: Option<File>,
}

/// By whose clock a lease ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Time {
    /// That of whoever asks: one process, one clock.
    OfTheCaller,
    /// The database's own, for several processes whose clocks differ.
    OfTheDatabase,
}

impl Store {
    /// Opens the file, made if absent, and brings its schema up to date.
    ///
    /// Leases of an earlier process are left as they are: call [`Store::break_all_leases`] once at start.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] when a newer Backline wrote the file, [`StoreError::WrongKey`] when `keys`
    /// does not open its secrets, [`StoreError::InUse`] when another process has the file; in all cases nothing
    /// is changed.
    pub async fn open(path: &Path, keys: KeyRing, ids: Arc<dyn Ids>) -> Result<Self, StoreError> {
        let claim = sqlite::claim(path)?;
        Self::start(sqlite::open_file(path).await?, Time::OfTheCaller, Some(claim), keys, ids).await
    }

    /// Opens a PostgreSQL database by its address, and brings its schema up to date. Any number of processes may have it
    /// open at once; leases of one that is gone run out by themselves.
    ///
    /// # Errors
    /// [`StoreError::Unopened`] says in the words of an operator what is wrong with the address, the server or the
    /// database. [`StoreError::NewerSchema`] and [`StoreError::WrongKey`] as with a file.
    pub async fn connect(url: &SecretString, keys: KeyRing, ids: Arc<dyn Ids>) -> Result<Self, StoreError> {
        let server = Server::find(url).await?;
        Self::start(server.connections(), Time::OfTheDatabase, None, keys, ids).await
    }

    /// An empty store that is gone when dropped, with a fixed key and ids that count; for tests.
    pub async fn in_memory() -> Result<Self, StoreError> {
        let keys = KeyRing::from_hex(&"07".repeat(32)).expect("64 hex digits are a key");
        let ids = Arc::new(Sequence::default());
        Self::start(sqlite::open_memory().await?, Time::OfTheCaller, None, keys, ids).await
    }

    pub(crate) async fn start(
        connections: Connections,
        time: Time,
        claim: Option<File>,
        keys: KeyRing,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, StoreError> {
        let first = connections.writer.clone();
        let preparing = async {
            migrate(&first).await?;
            let (writer, task) = Writer::start(connections.writer);
            let inner = Inner {
                reader: connections.reader,
                keys,
                ids,
                instance: OnceLock::new(),
                task: Mutex::new(Some(task)),
                time,
                audited: Arc::default(),
                _claim: claim,
            };
            let store = Self { inner: Arc::new(inner), writer };
            store.check_key().await?;
            let instance = store.make_instance().await?;
            store.inner.instance.get_or_init(|| instance);
            Ok(store)
        };
        // Of several processes that start on an empty database one makes its tables, its check of the key and its id.
        if first.get_database_backend() == DbBackend::Postgres {
            postgres::one_at_a_time(&first, preparing).await
        } else {
            preparing.await
        }
    }

    /// Whether the database answers and can be written: takes its turn to write, and writes nothing.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.write_beside(|tx| {
            Box::pin(async move {
                tx.execute_unprepared("SELECT 1").await?;
                Ok(())
            })
        })
        .await
    }

    /// Waits until everything that was accepted is on disk. Other clones must be gone, or it waits for them.
    pub async fn close(self) {
        let task = self.inner.task.lock().ok().and_then(|mut task| task.take());
        drop(self);
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::warn!(%error, "the writer did not end cleanly");
        }
    }

    /// This installation's own id, the same for as long as its database lives.
    pub fn instance(&self) -> String {
        self.inner.instance.get().cloned().unwrap_or_default()
    }

    pub fn ids(&self) -> &dyn Ids {
        self.inner.ids.as_ref()
    }

    pub(crate) fn shared_ids(&self) -> Arc<dyn Ids> {
        self.inner.ids.clone()
    }

    pub(crate) fn uuid(&self, now: Timestamp) -> Uuid {
        self.inner.ids.uuid(now)
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.inner.keys
    }

    pub(crate) fn bell(&self) -> Arc<Notify> {
        self.inner.audited.clone()
    }

    /// For a single query.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.inner.reader
    }

    /// Whether other processes may work on the same database.
    pub fn is_shared(&self) -> bool {
        self.inner.reader.get_database_backend() == DbBackend::Postgres
    }

    pub(crate) fn time(&self) -> Time {
        self.inner.time
    }

    /// For several queries that must agree: one state of the database for all of them.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, StoreError> {
        if !self.is_shared() {
            return Ok(self.inner.reader.begin().await?);
        }
        let isolation = Some(IsolationLevel::RepeatableRead);
        Ok(self.inner.reader.begin_with_config(isolation, Some(AccessMode::ReadOnly)).await?)
    }

    /// Runs `change` in one transaction, and no other change beside it on any process; answers after its commit.
    ///
    /// It may be run more than once, of which only the last counts: whatever it does besides writing is harmless twice.
    pub(crate) async fn write<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Tx) -> Boxed<'t, Result<T, StoreError>> + Clone + Send + 'static,
    {
        self.write_in(Turn::Alone, change).await
    }

    /// The same for a change that stays right beside others of its kind: each row that it decides from is locked when it
    /// is read, or belongs to the holder of a lease that is locked, or is guarded by a constraint.
    pub(crate) async fn write_beside<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Tx) -> Boxed<'t, Result<T, StoreError>> + Clone + Send + 'static,
    {
        self.write_in(Turn::Beside, change).await
    }

    pub(crate) async fn write_in<T, F>(&self, turn: Turn, change: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Tx) -> Boxed<'t, Result<T, StoreError>> + Clone + Send + 'static,
    {
        self.writer.write(turn, change).await
    }
}

#[cfg(test)]
mod tests;
