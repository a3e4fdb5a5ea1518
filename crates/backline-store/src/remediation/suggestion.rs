//! What a pull request may fix, where matching is not certain: shown beside the form by which a person links it.

use crate::entity::{remediation, remediation_fix, suggested_fix};
use crate::error::StoreError;
use crate::pull_request as pull_requests;
use crate::store::Store;
use crate::writer::Tx;
use backline_core::ids::{PullRequestId, VulnerabilityId};
use backline_core::pull_request::{State, Tracked};
use backline_core::remediation::Fix;
use sea_orm::sea_query::Query;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Suggestions of one vulnerability that are shown; the newest pull requests win.
const SHOWN_MAX: u64 = 10;

/// A pull request that may fix a vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub pull_request: Tracked,
    /// A clause, as of a fix: "the description names SEC-142, but only in quoted text".
    pub reason: String,
}

impl Store {
    /// The newest first; without those that were closed unmerged, and those that are linked or that a person unlinked.
    pub async fn suggestions_of_vulnerability(
        &self,
        id: VulnerabilityId,
    ) -> Result<Vec<Suggestion>, StoreError> {
        let db = self.snapshot().await?;
        let fixes = Query::select()
            .column(remediation_fix::Column::Remediation)
            .from(remediation_fix::Entity)
            .and_where(remediation_fix::Column::Vulnerability.eq(id.0))
            .take();
        let decided = Query::select()
            .column(remediation::Column::PullRequest)
            .from(remediation::Entity)
            .and_where(remediation::Column::Id.in_subquery(fixes))
            .take();
        let rows = suggested_fix::Entity::find()
            .filter(suggested_fix::Column::Vulnerability.eq(id.0))
            .filter(suggested_fix::Column::PullRequest.not_in_subquery(decided))
            .order_by_desc(suggested_fix::Column::PullRequest)
            .limit(SHOWN_MAX)
            .all(&db)
            .await?;
        let mut reasons: BTreeMap<Uuid, String> =
            rows.into_iter().map(|row| (row.pull_request, row.reason)).collect();
        let known = pull_requests::by_id(&db, reasons.keys().copied().collect::<Vec<_>>()).await?;
        let live = known.into_iter().rev().filter(|known| known.pull_request.state != State::Closed);
        Ok(live
            .filter_map(|pull_request| {
                let reason = reasons.remove(&pull_request.id.0)?;
                Some(Suggestion { pull_request, reason })
            })
            .collect())
    }
}

/// Keeps what a pull request may fix now, in place of what it might have before.
pub(crate) async fn suggest(tx: &Tx, id: PullRequestId, suggestions: &[Fix]) -> Result<(), StoreError> {
    let of_it = || suggested_fix::Column::PullRequest.eq(id.0);
    let known = suggested_fix::Entity::find().filter(of_it()).all(tx).await?;
    let known: BTreeMap<Uuid, String> =
        known.into_iter().map(|row| (row.vulnerability, row.reason)).collect();
    let now: BTreeMap<Uuid, String> =
        suggestions.iter().map(|fix| (fix.vulnerability.0, fix.reason.clone())).collect();
    if known == now {
        return Ok(());
    }
    suggested_fix::Entity::delete_many().filter(of_it()).exec(tx).await?;
    let rows: Vec<suggested_fix::ActiveModel> = now
        .into_iter()
        .map(|(vulnerability, reason)| suggested_fix::ActiveModel {
            pull_request: Set(id.0),
            vulnerability: Set(vulnerability),
            reason: Set(reason),
        })
        .collect();
    for part in rows.chunks(crate::column::ROWS_MAX) {
        suggested_fix::Entity::insert_many(part.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}
