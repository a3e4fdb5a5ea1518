//! The loop: takes what is due, works on it, and sleeps until something else is.
//!
//! Every task it spawns is owned here, bounded in number, and awaited before it ends. Stopping between any two
//! steps is safe, because an intent stands before every call that matters.

use crate::context::Context;
use crate::grant::watch;
use crate::pass::Company;
use crate::{admission, drift, feed, notify, pace, poll, probe, pull_request, reconcile, routing};
use backline_core::ids::{CloudId, VulnerabilityId};
use backline_store::StoreError;
use backline_store::work::{Lease, Next, Pressing, Priority, WorkKey};
use std::sync::Mutex;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long a key stays in the hands of a worker that gives no sign of life.
pub(crate) const LEASE_MS: u32 = 15_000;
/// Signs until a key is let go of: ten minutes.
const BEATS_MAX: u32 = 120;
/// Places beside those of the workers, for what pull requests wait for.
const URGENT: usize = 1;
/// Time between two signs.
const BEAT: Duration = Duration::from_secs(5);
/// Longest sleep; a ring of the bell ends it sooner.
const SLEEP_MAX: Duration = Duration::from_secs(5);
/// Sleep after the store failed.
const SLEEP_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Works until told to stop, then waits for what is under way.
pub async fn run(cx: Context, owner: String, stop: CancellationToken) {
    let mut tasks: JoinSet<()> = JoinSet::new();
    // Whoever asked to be left alone meant the next start too.
    if let Err(error) = pace::take_up(&cx).await {
        tracing::error!(%error, "what is to be left alone cannot be read");
    }
    while !stop.is_cancelled() {
        let workers = cx.settings().workers;
        let free = workers.saturating_sub(tasks.len());
        let leases = match free {
            0 => take_urgent(&cx, &owner, (workers + URGENT).saturating_sub(tasks.len())).await,
            _ => take(&cx, &owner, free).await,
        };
        let sleep = match leases {
            Ok(leases) if leases.is_empty() && free > 0 => sleep_for(&cx).await,
            Ok(leases) => {
                for lease in leases {
                    let cx = cx.clone();
                    tasks.spawn(async move { hold(&cx, &lease, free == 0).await });
                }
                None
            }
            Err(error) => {
                tracing::error!(%error, "the queue cannot be read");
                Some(SLEEP_AFTER_FAILURE)
            }
        };
        match sleep {
            Some(sleep) => {
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = cx.wake.notified() => {}
                    () = cx.clock.sleep(sleep) => {}
                    Some(_) = tasks.join_next(), if !tasks.is_empty() => {}
                }
            }
            None if tasks.len() >= workers => {
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = cx.wake.notified(), if tasks.len() < workers + URGENT => {}
                    _ = tasks.join_next() => {}
                }
            }
            None => {}
        }
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
}

/// Works off everything that is due now, and what becomes due by it at once. For `sync` and tests.
pub async fn drain(cx: &Context, owner: &str) -> Result<usize, StoreError> {
    let mut count = 0;
    loop {
        let leases = take(cx, owner, cx.settings().workers).await?;
        if leases.is_empty() {
            return Ok(count);
        }
        for lease in leases {
            tell(&lease, step(cx, &lease, Company::Leads(&Hands::default())).await);
            count += 1;
        }
    }
}

/// Takes the next key that is due and works on it, with signs of life, to its end; answers whether there was one.
///
/// One worker of [`run`] at a time, for whoever decides which of many workers goes on when.
pub async fn turn(cx: &Context, owner: &str) -> Result<bool, StoreError> {
    let Some(lease) = take(cx, owner, 1).await?.pop() else { return Ok(false) };
    hold(cx, &lease, false).await;
    Ok(true)
}

/// Of a site whose points run out, only what cannot wait for the next hour.
async fn take(cx: &Context, owner: &str, limit: usize) -> Result<Vec<Lease>, StoreError> {
    let now = cx.clock.now();
    let sites = |names: Vec<String>| names.into_iter().map(CloudId).collect::<Vec<_>>();
    let (excluded, saving) = (sites(cx.pace.paused(now)), sites(cx.pace.that_save(now)));
    let pressing = Pressing { least: Priority::Update, at: Some(&saving) };
    match saving.is_empty() {
        true => cx.ledger.lease(owner, now, LEASE_MS, limit, &excluded).await,
        false => cx.ledger.lease_pressing(owner, now, LEASE_MS, limit, &excluded, pressing).await,
    }
}

/// What a pull request waits for does not wait behind a backfill: where every place is taken it has one of its own.
async fn take_urgent(cx: &Context, owner: &str, limit: usize) -> Result<Vec<Lease>, StoreError> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let now = cx.clock.now();
    let excluded: Vec<CloudId> = cx.pace.paused(now).into_iter().map(CloudId).collect();
    let pressing = Pressing { least: Priority::PullRequest, at: None };
    cx.ledger.lease_pressing(owner, now, LEASE_MS, limit, &excluded, pressing).await
}

async fn sleep_for(cx: &Context) -> Option<Duration> {
    let now = cx.clock.now();
    let due = cx.ledger.next_due_at().await.ok().flatten();
    let next = [due, cx.pace.next_end(now)].into_iter().flatten().filter(|at| *at > now).min();
    let wait = next.and_then(|at| Duration::try_from(now.duration_until(at)).ok());
    Some(wait.unwrap_or(SLEEP_MAX).min(SLEEP_MAX))
}

/// Works on a lease, and holds it for as long as that takes.
///
/// What is urgent takes nobody along: fifty tickets take their time.
async fn hold(cx: &Context, lease: &Lease, is_urgent: bool) {
    let hands = Hands::default();
    let company = if is_urgent { Company::Alone } else { Company::Leads(&hands) };
    let done = tokio::select! {
        biased;
        done = step(cx, lease, company) => done,
        // Dropped between two of its steps: what it has begun at Jira, its intents know; what it was about to tell or to
        // renew is done again.
        lost = beat(cx, lease, &hands) => Err(lost),
    };
    tell(lease, done);
}

pub(crate) fn tell(lease: &Lease, done: Result<(), StoreError>) {
    match done {
        Ok(()) => {}
        Err(StoreError::Fenced) => tracing::info!(key = %lease.key, "another worker has it now"),
        Err(error) => {
            tracing::error!(key = %lease.key, %error, "could not be recorded; its lease runs out and it runs again")
        }
    }
}

/// Gives signs of life until the key is in other hands, or until no work takes so long.
async fn beat(cx: &Context, lease: &Lease, hands: &Hands) -> StoreError {
    for _ in 0..BEATS_MAX {
        cx.clock.sleep(BEAT).await;
        for beside in hands.beside() {
            // The result decides, as for its own; one that was given back is in nobody's hands.
            match cx.ledger.extend(&beside, cx.clock.now(), LEASE_MS).await {
                Err(StoreError::Fenced) => hands.drop(&beside),
                Err(error) => tracing::warn!(key = %beside.key, %error, "no sign of life could be given"),
                Ok(()) => {}
            }
        }
        match cx.ledger.extend(lease, cx.clock.now(), LEASE_MS).await {
            Err(StoreError::Fenced) => return StoreError::Fenced,
            // The result decides: it is refused if another has taken over by then.
            Err(error) => tracing::warn!(key = %lease.key, %error, "no sign of life could be given"),
            Ok(()) => {}
        }
    }
    tracing::error!(key = %lease.key, "took too long, and is given up");
    StoreError::Fenced
}

/// What a step took beside its own lease, so that signs of life are given for all.
#[derive(Debug, Default)]
pub struct Hands(Mutex<Vec<Lease>>);

impl Hands {
    pub fn take(&self, leases: &[Lease]) {
        self.0.lock().expect("no panic while they are held").extend_from_slice(leases);
    }

    fn beside(&self) -> Vec<Lease> {
        self.0.lock().expect("no panic while they are held").clone()
    }

    fn drop(&self, lease: &Lease) {
        self.0.lock().expect("no panic while they are held").retain(|held| held != lease);
    }
}

async fn step(cx: &Context, lease: &Lease, company: Company<'_>) -> Result<(), StoreError> {
    match &lease.key {
        WorkKey::Subject(subject) => reconcile::reconcile(cx, *subject, lease, company).await,
        WorkKey::PullRequest { repository, number } => {
            pull_request::follow(cx, repository, *number, lease).await
        }
        WorkKey::Notice(notice) => notify::tell(cx, *notice, lease).await,
        WorkKey::Probe(notice) => probe::probe(cx, *notice, lease).await,
        WorkKey::PollGithub(repository) => poll::poll(cx, repository, lease).await,
        WorkKey::Drift(project) => drift::watch(cx, *project, lease).await,
        WorkKey::Project(project) => routing::route(cx, *project, lease).await,
        WorkKey::Grant(connection) => watch::watch(cx, *connection, lease).await,
        WorkKey::Feed(connection) => feed::follow(cx, *connection, lease).await,
        WorkKey::Dismissal(vulnerability) => end_dismissal(cx, *vulnerability, lease).await,
        WorkKey::Batch(batch) => admission::carry(cx, *batch, lease).await,
    }
}

async fn end_dismissal(cx: &Context, id: VulnerabilityId, lease: &Lease) -> Result<(), StoreError> {
    cx.store.end_dismissal(id, cx.clock.now()).await?;
    cx.wake.notify_one();
    cx.ledger.finish(lease, Next::Done).await
}

#[cfg(test)]
mod tests;
