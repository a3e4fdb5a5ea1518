//! The queue: one row a key, due at a time, leased to one worker.
//!
//! Marking a key that is already due changes nothing but its time and its reasons: the row says *what* to look
//! at, never what happened. Rows stay when their work is done, so that an epoch is never given twice.
//!
//! Invariants: a key is in one worker's hands at a time; a key that is marked while it runs, runs again; a
//! result under a passed epoch is refused.
//!
//! Beside other processes these hold by the row of the key: whoever takes, holds or gives back a lease, or decides
//! under one, has that row locked until its commit, and asks for the epoch in the statement that locks it.

mod alike;
mod key;
mod mark;
mod take;
mod time;

pub use key::{UnknownKey, WorkKey};
pub(crate) use mark::mark;
use take::{Taker, take};

use crate::audit::AuditEntry;
use crate::column::{KEYS_MAX, ms, ms_of, time_of, to_json};
use crate::entity::{jira_grant, work};
use crate::error::StoreError;
use crate::store::Store;
use crate::writer::Tx;
use backline_core::ids::CloudId;
use jiff::{SignedDuration, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{
    ColumnTrait, Condition as Where, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is spent first when a site's budget is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    PullRequest,
    NewCritical,
    Update,
    Backfill,
    Check,
}

/// What is taken, where not everything is.
#[derive(Debug, Clone, Copy)]
pub struct Pressing<'s> {
    /// Nothing less urgent than this.
    pub least: Priority,
    /// That holds at these sites alone; everywhere where `None`.
    pub at: Option<&'s [CloudId]>,
}

impl Pressing<'_> {
    pub const ALL: Pressing<'static> = Pressing { least: Priority::Check, at: None };

    pub fn takes(self, priority: Priority, site: Option<&CloudId>) -> bool {
        let is_elsewhere = self.at.is_some_and(|at| site.is_none_or(|site| !at.contains(site)));
        priority <= self.least || is_elsewhere
    }

    fn condition(self) -> Where {
        let urgent = Where::any().add(work::Column::Priority.lte(self.least as i32));
        match self.at {
            Some(at) => urgent
                .add(work::Column::Site.is_null())
                .add(work::Column::Site.is_not_in(at.iter().map(|site| site.0.clone()))),
            None => urgent,
        }
    }
}

/// A key that is to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub key: WorkKey,
    /// The Jira site whose budget it spends; leases are fair over sites.
    pub site: Option<CloudId>,
    pub at: Timestamp,
    pub priority: Priority,
    /// For logs and the timeline; nothing branches on it.
    pub reason: String,
}

/// The right to work on a key until a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub key: WorkKey,
    pub site: Option<CloudId>,
    pub owner: String,
    /// Rises with each lease of the key: the fence.
    pub epoch: i64,
    /// Rises with each mark: tells whether the key was marked while it ran.
    pub generation: i64,
    /// 1 at the first run; counts up only over [`Next::Retry`] and crashes.
    pub attempt: u32,
    pub reasons: Vec<String>,
    pub until: Timestamp,
}

/// When a key is looked at again, unless it is marked sooner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing is left to do.
    Done,
    /// Only when something changes; for work that is blocked.
    OnChange,
    At(Timestamp),
    /// The same where nothing is left to do, but something that was sent may still land.
    Watch(Timestamp),
    /// It failed and is tried again: attempts count on.
    Retry(Timestamp),
}

/// How much waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    pub due: u64,
    pub leased: u64,
    pub later: u64,
    /// Of those later, tickets and pull requests with something left to do: what comes back by the clock alone is not
    /// among them.
    pub waiting: u64,
    pub oldest_due_at: Option<Timestamp>,
}

impl Store {
    /// Makes keys due; the earliest time and the most urgent priority win.
    pub async fn mark_due(&self, due: Vec<Due>) -> Result<(), StoreError> {
        self.write_beside(move |tx| Box::pin(async move { mark(tx, due).await })).await
    }

    /// The same because somebody asked for it, which the audit tells.
    pub async fn mark_due_for(&self, due: Vec<Due>, acts: Vec<AuditEntry>) -> Result<(), StoreError> {
        let audit = self.auditor();
        self.write_beside(move |tx| {
            Box::pin(async move {
                mark(tx, due).await?;
                audit.add(tx, acts).await
            })
        })
        .await
    }

    /// Takes up to `limit` due keys, in turn over their sites, none of the `excluded` ones.
    pub async fn lease(
        &self,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
        excluded: &[CloudId],
    ) -> Result<Vec<Lease>, StoreError> {
        self.lease_pressing(owner, now, lease_ms, limit, excluded, Pressing::ALL).await
    }

    /// The same of what is pressing, and of nothing else.
    pub async fn lease_pressing(
        &self,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
        excluded: &[CloudId],
        pressing: Pressing<'_>,
    ) -> Result<Vec<Lease>, StoreError> {
        let excluded: Vec<String> = excluded.iter().map(|site| site.0.clone()).collect();
        let at = self.time().of(now);
        let wanted = available(now, &at, &excluded).add(pressing.condition());
        // Most polls find nothing: they stay off the write lock.
        if work::Entity::find().filter(wanted.clone()).one(self.reader()).await?.is_none() {
            return Ok(Vec::new());
        }
        let taker = Arc::new(Taker { owner: owner.to_owned(), now, at, lease_ms, excluded, wanted });
        self.write_beside(move |tx| Box::pin(async move { take(tx, &taker, limit).await })).await
    }

    /// Holds a key for longer, from now on.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the key was taken over: what is under way is to be dropped.
    pub async fn extend(&self, lease: &Lease, now: Timestamp, lease_ms: u32) -> Result<(), StoreError> {
        let (lease, at) = (lease.clone(), self.time().of(now));
        self.write_beside(move |tx| {
            Box::pin(async move {
                let extended = work::Entity::update_many()
                    .col_expr(work::Column::LeaseUntil, at.add(i64::from(lease_ms)))
                    .filter(held(&lease))
                    .exec(tx)
                    .await?;
                if extended.rows_affected == 0 { Err(StoreError::Fenced) } else { Ok(()) }
            })
        })
        .await
    }

    /// Gives a lease back.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the key was taken over; nothing is written then.
    pub async fn finish(&self, lease: &Lease, next: Next) -> Result<(), StoreError> {
        let lease = lease.clone();
        self.write_beside(move |tx| Box::pin(async move { give_back(tx, &lease, next).await })).await
    }

    /// The earliest time at which a key that nobody holds is due, or a held one's lease ends.
    pub async fn next_due_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let free = work::Entity::find()
            .filter(work::Column::LeaseUntil.is_null())
            .filter(work::Column::DueAt.is_not_null())
            .order_by_asc(work::Column::DueAt)
            .one(self.reader())
            .await?;
        let held = work::Entity::find()
            .filter(work::Column::LeaseUntil.is_not_null())
            .order_by_asc(work::Column::LeaseUntil)
            .one(self.reader())
            .await?;
        let first = [free.and_then(|row| row.due_at), held.and_then(|row| row.lease_until)];
        time_of(first.into_iter().flatten().min())
    }

    /// Frees every key, and every turn to renew a grant, for the start of the only process on this file: whoever
    /// held them is gone. That an exchange had begun stays known. Where other processes may be at work, leases of those
    /// that are gone run out by themselves.
    pub async fn break_all_leases(&self) -> Result<u64, StoreError> {
        self.write(|tx| {
            Box::pin(async move {
                let broken = work::Entity::update_many()
                    .col_expr(work::Column::LeaseOwner, Expr::null())
                    .col_expr(work::Column::LeaseUntil, Expr::null())
                    .col_expr(work::Column::LeaseEpoch, Expr::col(work::Column::LeaseEpoch).add(1))
                    .filter(work::Column::LeaseOwner.is_not_null())
                    .exec(tx)
                    .await?;
                jira_grant::Entity::update_many()
                    .col_expr(jira_grant::Column::RefreshOwner, Expr::null())
                    .col_expr(jira_grant::Column::RefreshUntil, Expr::null())
                    .exec(tx)
                    .await?;
                Ok(broken.rows_affected)
            })
        })
        .await
    }

    pub async fn queue_depth(&self, now: Timestamp) -> Result<Depth, StoreError> {
        let db = self.snapshot().await?;
        let at = self.time().of(now);
        let due = work::Entity::find().filter(available(now, &at, &[])).count(&db).await?;
        let leased = work::Entity::find()
            .filter(Expr::col(work::Column::LeaseUntil).gt(at.clone()))
            .count(&db)
            .await?;
        let later = work::Entity::find().filter(work::Column::DueAt.gt(ms(now))).count(&db).await?;
        let waiting = work::Entity::find()
            .filter(work::Column::DueAt.gt(ms(now)))
            .filter(work::Column::IsWatch.eq(false))
            .filter(
                Where::any()
                    .add(work::Column::Key.starts_with("subject:"))
                    .add(work::Column::Key.starts_with("pull-request:")),
            )
            .count(&db)
            .await?;
        let oldest = work::Entity::find()
            .filter(available(now, &at, &[]))
            .order_by_asc(work::Column::DueAt)
            .one(&db)
            .await?;
        Ok(Depth { due, leased, later, waiting, oldest_due_at: time_of(oldest.and_then(|row| row.due_at))? })
    }
}

/// Due, and in nobody's hands at `at`, by the clock that leases are measured by.
fn available(now: Timestamp, at: &Expr, excluded: &[String]) -> Where {
    let is_over = Expr::col(work::Column::LeaseUntil).lte(at.clone());
    let mut available = Where::all()
        .add(work::Column::DueAt.lte(ms(now)))
        .add(Where::any().add(work::Column::LeaseUntil.is_null()).add(is_over));
    if !excluded.is_empty() {
        available = available.add(
            Where::any()
                .add(work::Column::Site.is_null())
                .add(work::Column::Site.is_not_in(excluded.iter().cloned())),
        );
    }
    available
}

fn held(lease: &Lease) -> Where {
    Where::all()
        .add(work::Column::Key.eq(lease.key.to_string()))
        .add(work::Column::LeaseEpoch.eq(lease.epoch))
        .add(work::Column::LeaseOwner.eq(lease.owner.as_str()))
}

fn later(now: Timestamp, lease_ms: u32) -> Timestamp {
    now.checked_add(SignedDuration::from_millis(i64::from(lease_ms))).unwrap_or(Timestamp::MAX)
}

/// Refuses when the lease is no longer the owner's. It stays the owner's until the transaction ends.
pub(crate) async fn check_lease(tx: &Tx, lease: &Lease) -> Result<(), StoreError> {
    match work::Entity::find().filter(held(lease)).lock(LockType::Update).one(tx).await? {
        Some(_) => Ok(()),
        None => Err(StoreError::Fenced),
    }
}

/// Whether each lease is still its owner's; those that are stay so until the transaction ends.
pub(crate) async fn check_leases(tx: &Tx, leases: &[Lease]) -> Result<Vec<bool>, StoreError> {
    let mut held = BTreeMap::new();
    for part in leases.chunks(KEYS_MAX) {
        let keys = part.iter().map(|lease| lease.key.to_string());
        let locked = work::Entity::find()
            .filter(work::Column::Key.is_in(keys))
            .order_by_asc(work::Column::Key)
            .lock(LockType::Update);
        for row in locked.all(tx).await? {
            held.insert(row.key, (row.lease_owner, row.lease_epoch));
        }
    }
    let is_held = |lease: &Lease| {
        let holder = held.get(&lease.key.to_string());
        holder.is_some_and(|(owner, epoch)| {
            owner.as_deref() == Some(lease.owner.as_str()) && *epoch == lease.epoch
        })
    };
    Ok(leases.iter().map(is_held).collect())
}

pub(crate) async fn give_back(tx: &Tx, lease: &Lease, next: Next) -> Result<(), StoreError> {
    let due_at = match next {
        Next::Done | Next::OnChange => None,
        Next::At(at) | Next::Watch(at) | Next::Retry(at) => Some(at),
    };
    // Marked meanwhile: the mark's own time, attempt and reasons stand.
    let is_unmarked = || Expr::col(work::Column::Generation).eq(lease.generation);
    let attempt = match next {
        Next::Retry(_) => Expr::col(work::Column::Attempt),
        Next::Done | Next::OnChange | Next::At(_) | Next::Watch(_) => Expr::value(0),
    };
    let is_watch = matches!(next, Next::Watch(_));
    let given_back = work::Entity::update_many()
        .col_expr(
            work::Column::DueAt,
            Expr::case(is_unmarked(), Expr::value(ms_of(due_at)))
                .finally(Expr::col(work::Column::DueAt))
                .into(),
        )
        .col_expr(work::Column::Attempt, Expr::case(is_unmarked(), attempt).finally(Expr::value(0)).into())
        .col_expr(
            work::Column::Reasons,
            Expr::case(is_unmarked(), Expr::value(to_json(&Vec::<String>::new())))
                .finally(Expr::col(work::Column::Reasons))
                .into(),
        )
        .col_expr(
            work::Column::IsWatch,
            Expr::case(is_unmarked(), Expr::value(is_watch)).finally(Expr::value(false)).into(),
        )
        .col_expr(work::Column::LeaseOwner, Expr::null())
        .col_expr(work::Column::LeaseUntil, Expr::null())
        .filter(held(lease))
        .exec(tx)
        .await?;
    if given_back.rows_affected == 0 { Err(StoreError::Fenced) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
