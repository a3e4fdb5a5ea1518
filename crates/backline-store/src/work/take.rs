//! Taking leases: the keys whose turn it is, in turn over their sites, as long as nobody else has them.

use super::key::UnknownKey;
use super::{Lease, later};
use crate::column::{KEYS_MAX, from_json, ms, time, unsigned};
use crate::entity::work;
use crate::error::StoreError;
use crate::writer::Tx;
use backline_core::ids::CloudId;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType};
use sea_orm::{ColumnTrait, Condition as Where, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;

/// How often what was picked may be in other hands before the next look decides.
const ROUNDS_MAX: usize = 8;

/// Who takes, and when.
pub(super) struct Taker {
    pub owner: String,
    pub now: Timestamp,
    /// By the clock that leases are measured by.
    pub at: Expr,
    pub lease_ms: u32,
    /// Sites that nothing is taken of.
    pub excluded: Vec<String>,
    /// Due, in nobody's hands, and whatever else is demanded.
    pub wanted: Where,
}

/// What another process has its hands on at this moment is passed over, and the next in turn is picked instead: two that
/// take at once both get something.
pub(super) async fn take(tx: &Tx, taker: &Taker, limit: usize) -> Result<Vec<Lease>, StoreError> {
    let mut leases: Vec<Lease> = Vec::new();
    let mut passed_over: Vec<String> = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let picked = pick(tx, taker, limit.saturating_sub(leases.len()), &passed_over).await?;
        let taken = seize(tx, taker, &picked).await?;
        let is_all = taken.len() == picked.len();
        passed_over.extend(
            picked.into_iter().filter(|key| !taken.iter().any(|lease| lease.key.to_string() == *key)),
        );
        leases.extend(taken);
        if is_all {
            break;
        }
    }
    Ok(leases)
}

/// The keys whose turn it is: the first of each site, then the second of each, and of equals the most urgent. Of each
/// site only as many are looked at as may be taken, however many are due.
async fn pick(
    tx: &Tx,
    taker: &Taker,
    limit: usize,
    passed_over: &[String],
) -> Result<Vec<String>, StoreError> {
    let limit = limit.min(KEYS_MAX);
    let mut condition = taker.wanted.clone();
    if !passed_over.is_empty() {
        condition = condition.add(work::Column::Key.is_not_in(passed_over.iter().cloned()));
    }
    let mut turns: Vec<(usize, i32, Option<i64>, String)> = Vec::new();
    let is_excluded = |site: &Option<String>| site.as_ref().is_some_and(|site| taker.excluded.contains(site));
    for site in sites(tx).await?.into_iter().filter(|site| !is_excluded(site)) {
        let of_site: Vec<(i32, Option<i64>, String)> = work::Entity::find()
            .select_only()
            .columns([work::Column::Priority, work::Column::DueAt, work::Column::Key])
            .filter(is_of(site.as_deref()))
            .filter(condition.clone())
            .order_by_asc(work::Column::Priority)
            .order_by_asc(work::Column::DueAt)
            .order_by_asc(work::Column::Key)
            .limit(limit as u64)
            .into_tuple()
            .all(tx)
            .await?;
        let ranked = of_site.into_iter().enumerate();
        turns.extend(ranked.map(|(turn, (priority, due_at, key))| (turn, priority, due_at, key)));
    }
    turns.sort();
    Ok(turns.into_iter().take(limit).map(|(.., key)| key).collect())
}

/// The sites that something is due for, each found by one step in the index; and none, for what has no site.
async fn sites(tx: &Tx) -> Result<Vec<Option<String>>, StoreError> {
    let mut sites: Vec<Option<String>> = vec![None];
    loop {
        let mut next = work::Entity::find()
            .select_only()
            .column_as(work::Column::Site.min(), "site")
            .filter(work::Column::DueAt.is_not_null());
        if let Some(Some(last)) = sites.last() {
            next = next.filter(work::Column::Site.gt(last.as_str()));
        }
        match next.into_tuple::<Option<String>>().one(tx).await?.flatten() {
            Some(site) => sites.push(Some(site)),
            None => return Ok(sites),
        }
    }
}

pub(super) fn is_of(site: Option<&str>) -> Expr {
    match site {
        Some(site) => work::Column::Site.eq(site),
        None => work::Column::Site.is_null(),
    }
}

/// Locks and leases those of `picked` that are free still: the condition is asked again of each row that is locked.
pub(super) async fn seize(tx: &Tx, taker: &Taker, picked: &[String]) -> Result<Vec<Lease>, StoreError> {
    let mut rows: BTreeMap<String, work::Model> = work::Entity::find()
        .filter(work::Column::Key.is_in(picked.iter().cloned()))
        .filter(taker.wanted.clone())
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(tx)
        .await?
        .into_iter()
        .map(|row| (row.key.clone(), row))
        .collect();
    work::Entity::update_many()
        .col_expr(work::Column::LeaseOwner, Expr::value(taker.owner.clone()))
        .col_expr(work::Column::LeaseUntil, taker.at.clone().add(i64::from(taker.lease_ms)))
        .col_expr(work::Column::LeaseEpoch, Expr::col(work::Column::LeaseEpoch).add(1))
        .col_expr(work::Column::Attempt, Expr::col(work::Column::Attempt).add(1))
        .filter(work::Column::Key.is_in(rows.keys().cloned()))
        .exec(tx)
        .await?;
    let until = later(taker.now, taker.lease_ms);
    let mut leases = Vec::with_capacity(rows.len());
    for row in picked.iter().filter_map(|key| rows.remove(key)) {
        leases.push(Lease {
            key: row
                .key
                .parse()
                .map_err(|UnknownKey| StoreError::Corrupt(format!("work key {}", row.key)))?,
            site: row.site.map(CloudId),
            owner: taker.owner.clone(),
            epoch: row.lease_epoch + 1,
            generation: row.generation,
            attempt: unsigned(i64::from(row.attempt) + 1)?,
            reasons: from_json(row.reasons)?,
            until: time(ms(until))?,
        });
    }
    Ok(leases)
}
