//! Pull requests as they were last read.

mod block;
mod candidates;
mod found;

use crate::column::{from_json, ms, ms_of, time_of, to_json};
use crate::entity::{pull_request, remediation, remediation_fix};
use crate::error::StoreError;
use crate::remediation::{self as remediations, Look, Matched};
use crate::store::Store;
use crate::writer::Tx;
use backline_core::ids::{PullRequestId, RepositoryName, VulnerabilityId};
use backline_core::pull_request::{PullRequest, State, Tracked};
use backline_core::remediation::Mode;
use jiff::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use std::collections::BTreeMap;
use uuid::Uuid;

pub use block::Written;
pub use candidates::MatchCandidate;
pub(crate) use found::mark_touched;

impl Store {
    pub async fn find_pull_request(
        &self,
        repository: &RepositoryName,
        number: u64,
    ) -> Result<Option<Tracked>, StoreError> {
        find(self.reader(), repository, number).await?.map(model).transpose()
    }

    pub async fn load_pull_request(&self, id: PullRequestId) -> Result<Option<Tracked>, StoreError> {
        pull_request::Entity::find_by_id(id.0).one(self.reader()).await?.map(model).transpose()
    }

    /// Keeps what a code host says of a pull request and what it was matched to. Where something changed, the
    /// subjects of its vulnerabilities are due, in the same transaction.
    ///
    /// A link that matching made and no longer gives is taken back as long as the pull request is open: what its author
    /// says when it is first seen otherwise is the last word.
    pub async fn follow_pull_request(
        &self,
        read: PullRequest,
        matched: Matched,
        mode: Mode,
        now: Timestamp,
    ) -> Result<Tracked, StoreError> {
        let ids = self.shared_ids();
        self.write(move |tx| {
            Box::pin(async move {
                let known = find(tx, &read.repository, read.number).await?.map(model).transpose()?;
                let id = known.as_ref().map_or_else(|| PullRequestId(ids.uuid(now)), |known| known.id);
                let merged_by = known
                    .as_ref()
                    .and_then(|known| known.merged_by)
                    .filter(|_| read.state == State::Merged)
                    .or_else(|| read.merged_by(now));
                let tracked = Tracked { id, pull_request: read, merged_by };
                let is_changed = known.as_ref().is_none_or(|known| {
                    let mut before = known.pull_request.clone();
                    // A description, and the time that it moves, change nothing that a ticket shows.
                    before.body = tracked.pull_request.body.clone();
                    before.updated_at = tracked.pull_request.updated_at;
                    before != tracked.pull_request
                });
                put(tx, &tracked, now).await?;
                let was_open = known.is_none_or(|known| known.pull_request.state == State::Open);
                let seen = Look { mode, is_changed, was_open };
                remediations::follow(tx, ids.as_ref(), &tracked, &matched, seen, now).await?;
                remediations::suggest(tx, id, &matched.suggestions).await?;
                Ok(tracked)
            })
        })
        .await
    }
}

async fn find<C: ConnectionTrait>(
    db: &C,
    repository: &RepositoryName,
    number: u64,
) -> Result<Option<pull_request::Model>, StoreError> {
    Ok(pull_request::Entity::find()
        .filter(pull_request::Column::Repository.eq(repository.as_str()))
        .filter(pull_request::Column::Number.eq(i64::try_from(number).unwrap_or(i64::MAX)))
        .one(db)
        .await?)
}

pub(crate) fn model(row: pull_request::Model) -> Result<Tracked, StoreError> {
    Ok(Tracked {
        id: PullRequestId(row.id),
        pull_request: from_json(row.document)?,
        merged_by: time_of(row.merged_by)?,
    })
}

/// The oldest first.
pub(crate) async fn by_id<C: ConnectionTrait>(
    db: &C,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<Tracked>, StoreError> {
    let rows = pull_request::Entity::find()
        .filter(pull_request::Column::Id.is_in(ids))
        .order_by_asc(pull_request::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(model).collect()
}

/// The newest pull request that fixes each vulnerability.
pub(crate) async fn newest_by_vulnerability<C: ConnectionTrait>(
    db: &C,
    ids: &[VulnerabilityId],
) -> Result<BTreeMap<VulnerabilityId, Tracked>, StoreError> {
    let fixes = remediation_fix::Entity::find()
        .filter(remediation_fix::Column::Vulnerability.is_in(ids.iter().map(|id| id.0)))
        .filter(remediation_fix::Column::IsRemoved.eq(false))
        .all(db)
        .await?;
    if fixes.is_empty() {
        return Ok(BTreeMap::new());
    }
    let of_remediation: BTreeMap<Uuid, Uuid> = remediation::Entity::find()
        .filter(remediation::Column::Id.is_in(fixes.iter().map(|fix| fix.remediation)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row.pull_request))
        .collect();
    let known: BTreeMap<Uuid, Tracked> = by_id(db, of_remediation.values().copied())
        .await?
        .into_iter()
        .map(|tracked| (tracked.id.0, tracked))
        .collect();
    let mut newest: BTreeMap<VulnerabilityId, Tracked> = BTreeMap::new();
    for fix in fixes {
        let Some(tracked) = of_remediation.get(&fix.remediation).and_then(|id| known.get(id)) else {
            continue;
        };
        let id = VulnerabilityId(fix.vulnerability);
        if newest.get(&id).is_none_or(|other| other.id < tracked.id) {
            newest.insert(id, tracked.clone());
        }
    }
    Ok(newest)
}

async fn put(tx: &Tx, tracked: &Tracked, now: Timestamp) -> Result<(), StoreError> {
    let pull = &tracked.pull_request;
    let row = pull_request::Model {
        id: tracked.id.0,
        repository: pull.repository.0.clone(),
        number: i64::try_from(pull.number).unwrap_or(i64::MAX),
        state: pull.state.word().to_owned(),
        title: pull.title.clone(),
        branch: pull.branch.clone(),
        merged_at: ms_of(pull.merged_at),
        merged_by: ms_of(tracked.merged_by),
        updated_at: ms(pull.updated_at),
        first_seen_at: ms(now),
        document: to_json(pull),
    };
    let over = OnConflict::column(pull_request::Column::Id)
        .update_columns([
            pull_request::Column::State,
            pull_request::Column::Title,
            pull_request::Column::Branch,
            pull_request::Column::MergedAt,
            pull_request::Column::MergedBy,
            pull_request::Column::UpdatedAt,
            pull_request::Column::Document,
        ])
        .to_owned();
    let row = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
    pull_request::Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
