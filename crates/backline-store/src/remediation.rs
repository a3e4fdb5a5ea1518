//! Remediations: what pull requests are believed to fix, and how far each has come.
//!
//! Invariant: the status of a remediation follows from its pull request and its vulnerabilities
//! ([`backline_core::remediation::status`]); nothing sets it by hand.

mod link;
mod matched;
mod suggestion;

pub use matched::Matched;
pub(crate) use matched::{Look, follow};
pub use suggestion::Suggestion;
pub(crate) use suggestion::suggest;

use crate::column::{ms_of, time, time_of};
use crate::entity::{pull_request, remediation, remediation_fix, vulnerability};
use crate::error::StoreError;
use crate::page::{Page, decode};
use crate::pull_request as pull_requests;
use crate::store::Store;
use crate::vulnerability as vulnerabilities;
use crate::vulnerability::list::has_word;
use crate::work::Priority;
use crate::writer::Tx;
use backline_core::ids::{PullRequestId, RemediationId, VulnerabilityId};
use backline_core::pull_request::Tracked;
use backline_core::remediation::{Fix, Mode, Remediation, Status, status};
use backline_core::vulnerability::track;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A remediation with its pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemediationRow {
    pub remediation: Remediation,
    pub pull_request: Tracked,
}

/// What a list shows; empty terms take everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemediationFilter {
    pub status: Option<Status>,
    /// Words, each of which must occur in the pull request's title, branch or repository.
    pub text: Option<String>,
}

/// How far one remediation of a vulnerability has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FixState {
    pub status: Status,
    /// As the host tells it, in whole seconds.
    pub merged_at: Option<Timestamp>,
    /// The latest moment at which it can have been merged.
    pub merged_by: Option<Timestamp>,
}

impl Store {
    /// The newest first.
    pub async fn list_remediations(
        &self,
        filter: &RemediationFilter,
        cursor: Option<&str>,
        limit: u64,
    ) -> Result<Page<RemediationRow>, StoreError> {
        let db = self.snapshot().await?;
        let mut query = remediation::Entity::find().order_by_desc(remediation::Column::Id).limit(limit + 1);
        if let Some(status) = filter.status {
            query = query.filter(remediation::Column::Status.eq(status.word()));
        }
        for word in filter.text.as_deref().unwrap_or_default().split_whitespace() {
            let named = Query::select()
                .column(pull_request::Column::Id)
                .from(pull_request::Entity)
                .cond_where(
                    sea_orm::Condition::any()
                        .add(has_word(pull_request::Column::Title, word))
                        .add(has_word(pull_request::Column::Branch, word))
                        .add(has_word(pull_request::Column::Repository, word)),
                )
                .take();
            query = query.filter(remediation::Column::PullRequest.in_subquery(named));
        }
        if let Some(last) = decode::<Uuid>(cursor)? {
            query = query.filter(remediation::Column::Id.lt(last));
        }
        let page = Page::cut(query.all(&db).await?, limit, |row: &remediation::Model| row.id);
        Ok(Page { rows: rows(&db, page.rows).await?, next: page.next })
    }

    pub async fn load_remediation(&self, id: RemediationId) -> Result<Option<RemediationRow>, StoreError> {
        let db = self.snapshot().await?;
        let found = remediation::Entity::find_by_id(id.0).all(&db).await?;
        Ok(rows(&db, found).await?.pop())
    }

    pub async fn load_remediation_of(&self, id: PullRequestId) -> Result<Option<RemediationRow>, StoreError> {
        let db = self.snapshot().await?;
        let found =
            remediation::Entity::find().filter(remediation::Column::PullRequest.eq(id.0)).all(&db).await?;
        Ok(rows(&db, found).await?.pop())
    }

    /// The newest first.
    pub async fn remediations_of_vulnerability(
        &self,
        id: VulnerabilityId,
    ) -> Result<Vec<RemediationRow>, StoreError> {
        let db = self.snapshot().await?;
        let fixing = Query::select()
            .column(remediation_fix::Column::Remediation)
            .from(remediation_fix::Entity)
            .and_where(remediation_fix::Column::Vulnerability.eq(id.0))
            .and_where(remediation_fix::Column::IsRemoved.eq(false))
            .take();
        let found = remediation::Entity::find()
            .filter(remediation::Column::Id.in_subquery(fixing))
            .order_by_desc(remediation::Column::Id)
            .all(&db)
            .await?;
        rows(&db, found).await
    }
}

async fn rows<C: ConnectionTrait>(
    db: &C,
    found: Vec<remediation::Model>,
) -> Result<Vec<RemediationRow>, StoreError> {
    let mut fixes: BTreeMap<Uuid, Vec<Fix>> = BTreeMap::new();
    let of_found = remediation_fix::Column::Remediation.is_in(found.iter().map(|row| row.id));
    let kept = remediation_fix::Entity::find()
        .filter(of_found)
        .filter(remediation_fix::Column::IsRemoved.eq(false))
        .order_by_asc(remediation_fix::Column::Vulnerability)
        .all(db)
        .await?;
    for row in kept {
        let fix = Fix { vulnerability: VulnerabilityId(row.vulnerability), reason: row.reason };
        fixes.entry(row.remediation).or_default().push(fix);
    }
    let tracked: BTreeMap<Uuid, Tracked> = pull_requests::by_id(db, found.iter().map(|row| row.pull_request))
        .await?
        .into_iter()
        .map(|tracked| (tracked.id.0, tracked))
        .collect();
    found
        .into_iter()
        .filter_map(|row| {
            let pull_request = tracked.get(&row.pull_request).cloned()?;
            let fixes = fixes.remove(&row.id).unwrap_or_default();
            Some(model(row, fixes).map(|remediation| RemediationRow { remediation, pull_request }))
        })
        .collect()
}

fn model(row: remediation::Model, fixes: Vec<Fix>) -> Result<Remediation, StoreError> {
    Ok(Remediation {
        id: RemediationId(row.id),
        pull_request: PullRequestId(row.pull_request),
        status: status_of(&row.status)?,
        mode: if row.mode == "automated" { Mode::Automated } else { Mode::Hybrid },
        started_at: time(row.started_at)?,
        resolved_at: time_of(row.resolved_at)?,
        fixes,
    })
}

fn status_of(word: &str) -> Result<Status, StoreError> {
    let all =
        [Status::InProgress, Status::PendingApproval, Status::Resolved, Status::Cancelled, Status::Failed];
    let found = all.into_iter().find(|status| status.word() == word);
    found.ok_or_else(|| StoreError::Corrupt(format!("remediation status {word}")))
}

/// What a remediation fixes, by vulnerability; what a person removed too.
async fn fixed_by(tx: &Tx, remediation: Uuid) -> Result<BTreeMap<Uuid, remediation_fix::Model>, StoreError> {
    let rows = remediation_fix::Entity::find()
        .filter(remediation_fix::Column::Remediation.eq(remediation))
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| (row.vulnerability, row)).collect())
}

/// Works out the status of a remediation and of what it fixes, and makes their subjects due.
async fn settle(
    tx: &Tx,
    id: Uuid,
    tracked: &Tracked,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let fixed: Vec<Uuid> = fixed_by(tx, id)
        .await?
        .into_values()
        .filter(|fix| !fix.is_removed)
        .map(|fix| fix.vulnerability)
        .collect();
    let found = vulnerabilities::by_id(tx, fixed.iter().copied()).await?;
    let states: Vec<_> = found.values().map(|found| (found.status, found.last_seen_at)).collect();
    put_status(tx, id, status::status(tracked, &states), now).await?;
    follow_open(tx, &fixed).await?;
    vulnerabilities::mark_subjects(tx, &fixed, Priority::PullRequest, reason, now).await?;
    Ok(())
}

async fn put_status(tx: &Tx, id: Uuid, status: Status, now: Timestamp) -> Result<(), StoreError> {
    let resolved_at = (status == Status::Resolved).then_some(now);
    remediation::Entity::update_many()
        .col_expr(remediation::Column::Status, Expr::value(status.word()))
        .col_expr(remediation::Column::ResolvedAt, Expr::value(ms_of(resolved_at)))
        .filter(remediation::Column::Id.eq(id))
        .filter(remediation::Column::Status.ne(status.word()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Vulnerabilities that are open stand where their furthest remediation is.
pub(crate) async fn follow_open(tx: &Tx, fixed: &[Uuid]) -> Result<(), StoreError> {
    let states = statuses_of(tx, fixed).await?;
    let mut changed = Vec::new();
    for (id, mut found) in vulnerabilities::by_id(tx, fixed.iter().copied()).await? {
        if !found.status.is_open() {
            continue;
        }
        let status = track::open_status(states.get(&id).into_iter().flatten().map(|fix| fix.status));
        if status != found.status {
            found.status = status;
            changed.push(found);
        }
    }
    if changed.is_empty() { Ok(()) } else { vulnerabilities::put(tx, &changed).await }
}

/// How far the remediations of each vulnerability have come.
pub(crate) async fn statuses_of(
    tx: &Tx,
    fixed: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<FixState>>, StoreError> {
    let mut states: BTreeMap<Uuid, Vec<FixState>> = BTreeMap::new();
    for part in fixed.chunks(crate::column::KEYS_MAX) {
        let fixes = remediation_fix::Entity::find()
            .filter(remediation_fix::Column::Vulnerability.is_in(part.to_vec()))
            .filter(remediation_fix::Column::IsRemoved.eq(false))
            .all(tx)
            .await?;
        if fixes.is_empty() {
            continue;
        }
        let of_fixes = remediation::Column::Id.is_in(fixes.iter().map(|fix| fix.remediation));
        let mut known = BTreeMap::new();
        for row in remediation::Entity::find().filter(of_fixes).all(tx).await? {
            let pull = pull_request::Entity::find_by_id(row.pull_request).one(tx).await?;
            let merged_at = time_of(pull.as_ref().and_then(|pull| pull.merged_at))?;
            let merged_by = time_of(pull.and_then(|pull| pull.merged_by))?;
            known.insert(row.id, FixState { status: status_of(&row.status)?, merged_at, merged_by });
        }
        for fix in fixes {
            states.entry(fix.vulnerability).or_default().extend(known.get(&fix.remediation));
        }
    }
    Ok(states)
}

/// Works out anew the remediations of vulnerabilities that a scan or a person settled or found again.
pub(crate) async fn settle_verified(tx: &Tx, settled: &[Uuid], now: Timestamp) -> Result<(), StoreError> {
    for part in settled.chunks(crate::column::KEYS_MAX) {
        let fixing = Query::select()
            .column(remediation_fix::Column::Remediation)
            .from(remediation_fix::Entity)
            .and_where(remediation_fix::Column::Vulnerability.is_in(part.to_vec()))
            .and_where(remediation_fix::Column::IsRemoved.eq(false))
            .take();
        let found =
            remediation::Entity::find().filter(remediation::Column::Id.in_subquery(fixing)).all(tx).await?;
        for row in rows(tx, found).await? {
            let fixed = row.remediation.fixes.iter().map(|fix| fix.vulnerability.0);
            let known = vulnerabilities::by_id(tx, fixed).await?;
            let states: Vec<_> = known.values().map(|found| (found.status, found.last_seen_at)).collect();
            let status = status::status(&row.pull_request, &states);
            put_status(tx, row.remediation.id.0, status, now).await?;
        }
    }
    Ok(())
}

/// Whether any remediation concerns one of these: most reports concern none.
pub(crate) async fn any_of(tx: &Tx, part: &[Uuid]) -> Result<bool, StoreError> {
    let known = remediation_fix::Entity::find()
        .filter(remediation_fix::Column::Vulnerability.is_in(part.to_vec()))
        .one(tx)
        .await?;
    Ok(known.is_some())
}

/// How many rows the table of vulnerabilities has for these ids; a link to none of them is refused.
async fn exists(tx: &Tx, id: VulnerabilityId) -> Result<bool, StoreError> {
    Ok(vulnerability::Entity::find_by_id(id.0).one(tx).await?.is_some())
}

#[cfg(test)]
mod tests;
