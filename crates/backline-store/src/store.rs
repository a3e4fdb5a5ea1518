//! The handle that every other room of this crate adds its methods to.

use crate::crypto::KeyRing;
use crate::error::StoreError;
use crate::ids_source::{Ids, Sequence};
use crate::migration::migrate;
use crate::sqlite::{self, Connections};
use crate::writer::{Boxed, Tx, Writer};
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, TransactionTrait};
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
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
    /// Says to other processes that the file is taken, for as long as this one lives.
    _claim: Option<File>,
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
        Self::start(sqlite::open_file(path).await?, Some(claim), keys, ids).await
    }

    /// An empty store that is gone when dropped, with a fixed key and ids that count; for tests.
    pub async fn in_memory() -> Result<Self, StoreError> {
        let keys = KeyRing::from_hex(&"07".repeat(32)).expect("64 hex digits are a key");
        Self::start(sqlite::open_memory().await?, None, keys, Arc::new(Sequence::default())).await
    }

    async fn start(
        connections: Connections,
        claim: Option<File>,
        keys: KeyRing,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, StoreError> {
        migrate(&connections.writer).await?;
        let (writer, task) = Writer::start(connections.writer);
        let inner = Inner {
            reader: connections.reader,
            keys,
            ids,
            instance: OnceLock::new(),
            task: Mutex::new(Some(task)),
            _claim: claim,
        };
        let store = Self { inner: Arc::new(inner), writer };
        store.check_key().await?;
        let instance = store.make_instance().await?;
        store.inner.instance.get_or_init(|| instance);
        Ok(store)
    }

    /// Whether the database answers and can be written: takes and gives up the write lock.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.write(|tx| {
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

    /// For a single query.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.inner.reader
    }

    /// For several queries that must agree: one state of the database for all of them.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, StoreError> {
        Ok(self.inner.reader.begin().await?)
    }

    /// Runs `change` in one transaction; answers after its commit.
    pub(crate) async fn write<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Tx) -> Boxed<'t, Result<T, StoreError>> + Send + 'static,
    {
        self.writer.write(change).await
    }
}

#[cfg(test)]
mod tests;
