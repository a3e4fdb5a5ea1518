//! Issues that carry our marker and that no ticket row knows: second tickets, and tickets made after the backup that
//! the store was restored from.
//!
//! What proves that one is ours is the nonce of an attempt; what becomes of it is decided by whether its subject has a
//! ticket: it has, and the issue is a *double*, told until it is closed or gone; it has none, and the attempt is opened
//! again, so that the next pass adopts the issue as it adopts one whose answer was lost.

use crate::audit::{Fate, unanswered};
use crate::column::{KEYS_MAX, ms, time};
use crate::entity::{double_ticket, intent, subject, ticket};
use crate::error::StoreError;
use crate::intent::{self as intents, Intent};
use crate::notice;
use crate::store::Store;
use crate::timeline::{self, TimelineEntry};
use crate::work::{Due, Priority, WorkKey, mark};
use backline_core::ids::{CloudId, IntentId, IssueId, IssueKey, SubjectId};
use backline_core::notice::{Blocked, End};
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A second ticket of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Double {
    pub site: CloudId,
    pub issue: IssueId,
    pub key: IssueKey,
    pub subject: SubjectId,
    pub found_at: Timestamp,
}

impl Store {
    /// Of these issues, those that are no ticket of anything, dormant and unlinked ones included.
    pub async fn unknown_issues(
        &self,
        site: &CloudId,
        issues: &[IssueId],
    ) -> Result<BTreeSet<IssueId>, StoreError> {
        let mut unknown: BTreeSet<IssueId> = issues.iter().cloned().collect();
        for part in issues.chunks(KEYS_MAX) {
            let known: Vec<String> = ticket::Entity::find()
                .select_only()
                .column(ticket::Column::Issue)
                .filter(ticket::Column::CloudId.eq(site.as_str()))
                .filter(ticket::Column::Issue.is_in(part.iter().map(|issue| issue.as_str())))
                .into_tuple()
                .all(self.reader())
                .await?;
            for issue in known {
                unknown.remove(&IssueId(issue));
            }
        }
        Ok(unknown)
    }

    /// Whether a create of the subject was tried with this nonce, whatever became of it.
    pub async fn was_tried(&self, subject: SubjectId, nonce: Uuid) -> Result<bool, StoreError> {
        let tried = intent::Entity::find()
            .filter(intent::Column::Subject.eq(subject.0))
            .filter(intent::Column::Kind.eq("create"))
            .filter(intent::Column::Nonce.eq(nonce.to_string()))
            .one(self.reader())
            .await?;
        Ok(tried.is_some())
    }

    /// Keeps the attempt as one whose answer was lost, unless its subject has a ticket: the next pass over the subject
    /// looks for the issue, and adopts it. The subject need not exist yet: its id is known before it does.
    pub async fn expect_ticket(
        &self,
        site: &CloudId,
        lost: Intent,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (site, reason) = (site.clone(), reason.to_owned());
        let audit = self.auditor();
        self.write(move |tx| {
            Box::pin(async move {
                let id = lost.subject.0;
                if ticket::Entity::find_by_id(id).one(tx).await?.is_some() {
                    return Ok(());
                }
                let of = || intent::Entity::find().filter(intent::Column::Subject.eq(id));
                let creates = of().filter(intent::Column::Kind.eq("create")).all(tx).await?;
                let others: Vec<IntentId> = creates
                    .iter()
                    .filter(|row| row.state == "open" && row.nonce != lost.nonce.to_string())
                    .map(|row| IntentId(row.id))
                    .collect();
                // Only one may be open, and this one is known to have come to something.
                unanswered(tx, &audit, &others, Fate::NotFound, now).await?;
                intents::settle(tx, &others, "failed", now).await?;
                match creates.iter().find(|row| row.nonce == lost.nonce.to_string()) {
                    Some(known) => {
                        intent::Entity::update_many()
                            .col_expr(intent::Column::State, Expr::value("open"))
                            .filter(intent::Column::Id.eq(known.id))
                            .exec(tx)
                            .await?;
                    }
                    None => {
                        let row = intents::row(&lost, 0);
                        intent::Entity::insert(row).exec_without_returning(tx).await?;
                    }
                }
                if subject::Entity::find_by_id(id).one(tx).await?.is_none() {
                    return Ok(());
                }
                let due = Due {
                    key: WorkKey::Subject(lost.subject),
                    site: Some(site),
                    at: now,
                    priority: Priority::Update,
                    reason,
                };
                mark(tx, vec![due]).await
            })
        })
        .await
    }

    /// Keeps a double, its notice and its line in the ticket's timeline; `false` where it was known.
    pub async fn add_double(
        &self,
        double: Double,
        blocked: Blocked,
        entry: TimelineEntry,
    ) -> Result<bool, StoreError> {
        let ids = self.shared_ids();
        self.write(move |tx| {
            Box::pin(async move {
                let row = double_ticket::ActiveModel {
                    id: Set(id_of(&double.site, &double.issue)),
                    cloud_id: Set(double.site.0.clone()),
                    issue: Set(double.issue.0.clone()),
                    key: Set(double.key.0.clone()),
                    subject: Set(double.subject.0),
                    found_at: Set(ms(double.found_at)),
                    over_at: Set(None),
                };
                let once = OnConflict::column(double_ticket::Column::Id)
                    .do_nothing_on([double_ticket::Column::Id])
                    .to_owned();
                let added = double_ticket::Entity::insert_many([row])
                    .on_conflict(once)
                    .exec_without_returning(tx)
                    .await?;
                if added == 0 {
                    return Ok(false);
                }
                notice::raise(tx, &ids, &blocked, double.found_at).await?;
                timeline::add(tx, ids.as_ref(), vec![entry]).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Doubles of a site that were neither closed nor deleted when they were looked at last.
    pub async fn open_doubles(&self, site: &CloudId, count: u64) -> Result<Vec<Double>, StoreError> {
        let rows = double_ticket::Entity::find()
            .filter(double_ticket::Column::CloudId.eq(site.as_str()))
            .filter(double_ticket::Column::OverAt.is_null())
            .order_by_asc(double_ticket::Column::FoundAt)
            .limit(count)
            .all(self.reader())
            .await?;
        rows.into_iter().map(model).collect()
    }

    /// A double is closed or deleted: its notice ends.
    pub async fn end_double(&self, double: &Double, cause: &str, now: Timestamp) -> Result<(), StoreError> {
        let (id, cause) = (id_of(&double.site, &double.issue), cause.to_owned());
        self.write(move |tx| {
            Box::pin(async move {
                double_ticket::Entity::update_many()
                    .col_expr(double_ticket::Column::OverAt, Expr::value(ms(now)))
                    .filter(double_ticket::Column::Id.eq(id))
                    .exec(tx)
                    .await?;
                notice::end(tx, &cause, End::Mended, now).await
            })
        })
        .await
    }
}

fn id_of(site: &CloudId, issue: &IssueId) -> String {
    format!("{site}:{issue}")
}

fn model(row: double_ticket::Model) -> Result<Double, StoreError> {
    Ok(Double {
        site: CloudId(row.cloud_id),
        issue: IssueId(row.issue),
        key: IssueKey(row.key),
        subject: SubjectId(row.subject),
        found_at: time(row.found_at)?,
    })
}

#[cfg(test)]
mod tests;
