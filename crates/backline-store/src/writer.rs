//! The one task of a process that writes, with group commit.
//!
//! Every change is a job. The task takes the jobs that wait, runs each inside one transaction, and answers them only
//! when that transaction is on disk: many small changes share one sync. A job that fails is rolled back alone.
//!
//! A SQLite file has one such task, so no two changes ever run at once. On PostgreSQL each process has one; what its
//! changes may run beside is said by their [`Turn`]. A transaction that lost a race there is run again, by itself.
//!
//! Invariants: no job is answered before its commit, and none beside one that runs alone.

use crate::error::{StoreError, is_passing, is_rolled_back};
use crate::postgres::Lock;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

pub(crate) type Tx = DatabaseTransaction;
pub(crate) type Boxed<'t, T> = Pin<Box<dyn Future<Output = T> + Send + 't>>;

/// Jobs that share one commit.
const BATCH_MAX: usize = 64;
/// Jobs that may wait before callers do.
const WAITING_MAX: usize = 1_024;
/// How often a transaction is begun that loses its races or its connection.
const ATTEMPTS_MAX: usize = 4;

/// The longest that small changes, or what they wait for, can take. A network that was cut answers nothing, and it is a
/// quarter of an hour before the operating system says so.
const SILENCE_MAX: Duration = Duration::from_secs(120);

/// What a change may run beside, over all processes on a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Nothing: it decides from what it reads, and needs no locks of its own.
    Alone,
    /// Others that say so too: it is right whatever they do.
    Beside,
}

/// Given when the transaction has ended: a change that was refused stays so, whatever became of its neighbours.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// Runs the change and says how to answer it. Run again, it begins anew.
type Run = Box<dyn for<'t> FnMut(&'t Tx) -> Boxed<'t, Ran> + Send>;

struct Job {
    turn: Turn,
    run: Run,
    /// Answers a job of which nothing was written.
    refuse: Box<dyn FnOnce(StoreError) + Send>,
}

enum Ran {
    Kept(Answer),
    Refused(Answer),
    /// The database let go of the whole transaction.
    Lost(DbErr),
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
    pub async fn write<T, F>(&self, turn: Turn, change: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Tx) -> Boxed<'t, Result<T, StoreError>> + Clone + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let answer = Once(Arc::new(Mutex::new(Some(answer))));
        let refused = answer.clone();
        let run: Run = Box::new(move |tx| {
            let (change, answer) = (change.clone(), answer.clone());
            Box::pin(async move {
                match change(tx).await {
                    Ok(value) => Ran::Kept(Box::new(move |committed: Result<(), StoreError>| {
                        answer.give(committed.map(|()| value));
                    })),
                    Err(StoreError::Unavailable { source }) if is_passing(&source) => Ran::Lost(source),
                    Err(error) => Ran::Refused(Box::new(move |_| answer.give(Err(error)))),
                }
            })
        });
        let job = Job { turn, run, refuse: Box::new(move |error| refused.give(Err(error))) };
        self.jobs.send(job).await.map_err(|_| StoreError::Closed)?;
        answered.await.unwrap_or(Err(StoreError::Unknown))
    }
}

async fn run(connection: DatabaseConnection, mut waiting: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH_MAX);
    let is_shared = connection.get_database_backend() == DbBackend::Postgres;
    while waiting.recv_many(&mut batch, BATCH_MAX).await > 0 {
        // Callers wait for their answers, so no two of these depend on each other's order. Few run alone: they do not
        // hold up the others of their batch, on this process or another.
        let alone = batch.extract_if(.., |job| is_shared && job.turn == Turn::Alone).collect::<Vec<_>>();
        let others = if is_shared { Turn::Beside } else { Turn::Alone };
        for (turn, jobs) in [(others, std::mem::take(&mut batch)), (Turn::Alone, alone)] {
            if !jobs.is_empty() {
                commit_together(&connection, turn, jobs).await;
            }
        }
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the database was not closed cleanly");
    }
}

/// Commits all of them, each whole or not at all.
async fn commit_together(connection: &DatabaseConnection, mut turn: Turn, mut batch: Vec<Job>) {
    for attempt in 1.. {
        let attempting = attempt_together(connection, turn, &mut batch);
        // What runs alone may be long, and no file falls silent.
        let error = match turn {
            Turn::Alone => attempting.await.err(),
            Turn::Beside => match tokio::time::timeout(SILENCE_MAX, attempting).await {
                Ok(ended) => ended.err(),
                Err(_) => {
                    tracing::error!("the database does not answer; whether it has written is not known");
                    return;
                }
            },
        };
        let Some(error) = error else { return };
        if attempt < ATTEMPTS_MAX && is_passing(&error) {
            tracing::info!(%error, jobs = batch.len(), "a transaction lost a race or its connection, and runs again");
            // Alone it can lose no race to others of ours.
            turn = Turn::Alone;
            continue;
        }
        tracing::warn!(%error, jobs = batch.len(), "nothing could be written");
        for job in batch {
            (job.refuse)(StoreError::from(error.clone()));
        }
        return;
    }
}

/// # Errors
/// The transaction ended without a commit, and nobody was answered.
async fn attempt_together(
    connection: &DatabaseConnection,
    turn: Turn,
    batch: &mut [Job],
) -> Result<(), DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let tx = connection.begin_with_options(options).await?;
    let is_shared = tx.get_database_backend() == DbBackend::Postgres;
    if is_shared {
        let lock = if turn == Turn::Alone { Lock::Alone } else { Lock::Beside };
        lock.take(&tx).await?;
    }
    // PostgreSQL commits nothing after an error that nobody noticed, and says that it did: a savepoint notices.
    let is_set_apart = is_shared || batch.len() > 1;
    let (mut kept, mut answers): (usize, Vec<Answer>) = (0, Vec::with_capacity(batch.len()));
    for job in batch {
        match if is_set_apart { in_savepoint(&tx, job).await? } else { attempt(&tx, job).await } {
            Ran::Kept(answer) => {
                kept += 1;
                answers.push(answer);
            }
            Ran::Refused(answer) => answers.push(answer),
            Ran::Lost(error) => return Err(error),
            Ran::Panicked => tracing::error!("a change broke off half-way and was rolled back"),
        }
    }
    let committed = if kept == 0 { tx.rollback().await } else { tx.commit().await };
    let is_known = match committed {
        Ok(()) => true,
        Err(error) if is_rolled_back(&error) => return Err(error),
        Err(error) => {
            tracing::error!(%error, changes = kept, "a commit failed");
            false
        }
    };
    for answer in answers {
        answer(if is_known { Ok(()) } else { Err(StoreError::Unknown) });
    }
    Ok(())
}

/// Runs a job so that its failure takes nothing of its neighbours along.
async fn in_savepoint(tx: &Tx, job: &mut Job) -> Result<Ran, DbErr> {
    let savepoint = tx.begin().await?;
    let ran = attempt(&savepoint, job).await;
    match &ran {
        Ran::Kept(_) => savepoint.commit().await?,
        Ran::Refused(_) | Ran::Panicked => savepoint.rollback().await?,
        // Nothing is left to roll back to.
        Ran::Lost(_) => {}
    }
    Ok(ran)
}

/// Runs a job; a panic inside it stays inside it, or one bad row would end every later write.
async fn attempt(tx: &Tx, job: &mut Job) -> Ran {
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
        let store = Store::fresh().await;
        let (first, refused, last) =
            tokio::join!(change(&store, "first"), change(&store, "refused"), change(&store, "last"));
        assert!(first.is_ok() && last.is_ok());
        assert!(matches!(refused, Err(StoreError::Conflict(_))));
        assert_eq!(texts(&store).await, ["last", "first"]);
    }

    #[tokio::test]
    async fn a_change_that_panics_is_rolled_back_and_the_next_one_goes_on() {
        let store = Store::fresh().await;
        let (first, panicked) = tokio::join!(change(&store, "first"), change(&store, "panics"));
        assert!(first.is_ok());
        assert!(matches!(panicked, Err(StoreError::Unknown)));
        assert!(matches!(change(&store, "panics").await, Err(StoreError::Unknown)), "alone as well");
        change(&store, "last").await.unwrap();
        assert_eq!(texts(&store).await, ["last", "first"]);
    }
}
