//! The one task that writes, with group commit.
//!
//! Every change is a job. The task takes the jobs that wait, runs each inside one immediate transaction, and
//! answers them only when that transaction is on disk: many small changes share one sync. A job that fails
//! is rolled back alone.
//!
//! Invariant: no job is answered `Ok` before its commit, and none runs beside another.

use crate::error::StoreError;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

pub(crate) type Tx = DatabaseTransaction;
pub(crate) type Boxed<'t, T> = Pin<Box<dyn Future<Output = T> + Send + 't>>;

/// Jobs that share one commit.
const BATCH_MAX: usize = 64;
/// Jobs that may wait before callers do.
const WAITING_MAX: usize = 1_024;

type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// Runs the change and says how to answer it: after the commit, or at once with what went wrong.
type Run = Box<dyn for<'t> FnOnce(&'t Tx) -> Boxed<'t, Ran> + Send>;

struct Job {
    run: Run,
    /// Answers a job that was not run.
    refuse: Box<dyn FnOnce(StoreError) + Send>,
}

enum Ran {
    Kept(Answer),
    Refused(Box<dyn FnOnce() + Send>),
    /// Our own mistake. It takes nothing else down; its caller is answered `Unknown`.
    Panicked,
}

#[derive(Clone)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
}

impl Writer {
    /// The task ends when the last handle is dropped.
    pub fn start(connection: DatabaseConnection) -> (Self, JoinHandle<()>) {
        let (jobs, waiting) = mpsc::channel(WAITING_MAX);
        (Self { jobs }, tokio::spawn(run(connection, waiting)))
    }

    /// Runs `change` in a transaction and answers after its commit.
    ///
    /// Dropping the returned future does not undo the change.
    pub async fn write<T, F>(&self, change: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Tx) -> Boxed<'t, Result<T, StoreError>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let answer = Once(Arc::new(Mutex::new(Some(answer))));
        let refused = answer.clone();
        let run: Run = Box::new(move |tx| {
            Box::pin(async move {
                match change(tx).await {
                    Ok(value) => Ran::Kept(Box::new(move |committed: Result<(), StoreError>| {
                        answer.give(committed.map(|()| value));
                    })),
                    Err(error) => Ran::Refused(Box::new(move || answer.give(Err(error)))),
                }
            })
        });
        let job = Job { run, refuse: Box::new(move |error| refused.give(Err(error))) };
        self.jobs.send(job).await.map_err(|_| StoreError::Closed)?;
        answered.await.unwrap_or(Err(StoreError::Unknown))
    }
}

async fn run(connection: DatabaseConnection, mut waiting: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH_MAX);
    while waiting.recv_many(&mut batch, BATCH_MAX).await > 0 {
        commit_together(&connection, std::mem::take(&mut batch)).await;
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the database was not closed cleanly");
    }
}

async fn commit_together(connection: &DatabaseConnection, batch: Vec<Job>) {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let tx = match connection.begin_with_options(options).await {
        Ok(tx) => tx,
        Err(error) => {
            tracing::warn!(%error, jobs = batch.len(), "no transaction could be begun");
            for job in batch {
                (job.refuse)(StoreError::from(error.clone()));
            }
            return;
        }
    };
    let is_alone = batch.len() == 1;
    let mut kept = Vec::with_capacity(batch.len());
    for job in batch {
        match if is_alone { Ok(attempt(&tx, job).await) } else { in_savepoint(&tx, job).await } {
            Ok(Ran::Kept(answer)) => kept.push(answer),
            Ok(Ran::Refused(answer)) => answer(),
            Ok(Ran::Panicked) => tracing::error!("a change broke off half-way and was rolled back"),
            Err(error) => tracing::warn!(%error, "a change could not be set apart from its neighbours"),
        }
    }
    if kept.is_empty() {
        if let Err(error) = tx.rollback().await {
            tracing::warn!(%error, "a refused change was not rolled back");
        }
        return;
    }
    let committed = tx.commit().await;
    if let Err(error) = &committed {
        tracing::error!(%error, changes = kept.len(), "a commit failed");
    }
    for answer in kept {
        answer(if committed.is_ok() { Ok(()) } else { Err(StoreError::Unknown) });
    }
}

/// Runs a job so that its failure takes nothing of its neighbours along.
async fn in_savepoint(tx: &Tx, job: Job) -> Result<Ran, sea_orm::DbErr> {
    let savepoint = tx.begin().await?;
    let ran = attempt(&savepoint, job).await;
    match &ran {
        Ran::Kept(_) => savepoint.commit().await?,
        Ran::Refused(_) | Ran::Panicked => savepoint.rollback().await?,
    }
    Ok(ran)
}

/// Runs a job; a panic inside it stays inside it, or one bad row would end every later write.
async fn attempt(tx: &Tx, job: Job) -> Ran {
    let mut running = (job.run)(tx);
    poll_fn(move |context| match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context))) {
        Ok(polled) => polled,
        Err(_) => Poll::Ready(Ran::Panicked),
    })
    .await
}

/// The one answer of a job, from whoever comes to give it.
struct Once<T>(Arc<Mutex<Option<AnswerTo<T>>>>);

type AnswerTo<T> = oneshot::Sender<Result<T, StoreError>>;

impl<T> Clone for Once<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Once<T> {
    fn give(&self, answer: Result<T, StoreError>) {
        let sender = self.0.lock().ok().and_then(|mut sender| sender.take());
        if let Some(sender) = sender {
            // A caller that went away has no use for the answer, so a failed send is no failure.
            sender.send(answer).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::timeline::{self, TimelineEntry, TimelineFilter, TimelineKind};
    use crate::{Store, StoreError};
    use jiff::Timestamp;

    async fn texts(store: &Store) -> Vec<String> {
        let page = store.list_timeline(&TimelineFilter::default(), None, 100).await.unwrap();
        page.rows.into_iter().map(|entry| entry.text).collect()
    }

    /// Writes an entry and then ends as told.
    async fn change(store: &Store, text: &str) -> Result<(), StoreError> {
        let (text, ids) = (text.to_owned(), store.shared_ids());
        store
            .write(move |tx| {
                Box::pin(async move {
                    let entry = TimelineEntry::new(Timestamp::UNIX_EPOCH, TimelineKind::Done, text.as_str());
                    timeline::add(tx, ids.as_ref(), vec![entry]).await?;
                    match text.as_str() {
                        "refused" => Err(StoreError::Conflict("the test")),
                        "panics" => panic!("the test asks for it"),
                        _ => Ok(()),
                    }
                })
            })
            .await
    }

    #[tokio::test]
    async fn a_refused_change_takes_nothing_of_its_neighbours_along() {
        let store = Store::in_memory().await.unwrap();
        let (first, refused, last) =
            tokio::join!(change(&store, "first"), change(&store, "refused"), change(&store, "last"));
        assert!(first.is_ok() && last.is_ok());
        assert!(matches!(refused, Err(StoreError::Conflict(_))));
        assert_eq!(texts(&store).await, ["last", "first"]);
    }

    #[tokio::test]
    async fn a_change_that_panics_is_rolled_back_and_the_next_one_goes_on() {
        let store = Store::in_memory().await.unwrap();
        let (first, panicked) = tokio::join!(change(&store, "first"), change(&store, "panics"));
        assert!(first.is_ok());
        assert!(matches!(panicked, Err(StoreError::Unknown)));
        assert!(matches!(change(&store, "panics").await, Err(StoreError::Unknown)), "alone as well");
        change(&store, "last").await.unwrap();
        assert_eq!(texts(&store).await, ["last", "first"]);
    }
}
