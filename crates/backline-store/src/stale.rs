//! Tickets whose issues were said to have changed.
//!
//! A change makes a ticket *stale*, never more: what the issue holds is read before anything is decided.
//!
//! Invariant: a ticket stays stale until a look that began after the change is recorded.

use crate::column::{KEYS_MAX, ms, time_of, unsigned};
use crate::delivery;
use crate::entity::{subject, ticket};
use crate::error::StoreError;
use crate::store::Store;
use crate::work::{Due, Priority, WorkKey, mark};
use crate::writer::Tx;
use backline_core::ids::{CloudId, IssueId, SubjectId};
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// A ticket, and the newest change of its issue that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub subject: SubjectId,
    pub issue: IssueId,
    pub changed_at: Option<Timestamp>,
    pub is_gone: bool,
    /// What made it stale; 0 where nothing did.
    pub stale: u64,
}

impl Store {
    /// The tickets that these issues are; issues of nobody are left out, and so is what lies dormant.
    pub async fn tickets_of_issues(
        &self,
        site: &CloudId,
        issues: &[IssueId],
    ) -> Result<Vec<Known>, StoreError> {
        let mut found = Vec::new();
        for part in issues.chunks(KEYS_MAX) {
            let rows = kept()
                .filter(ticket::Column::CloudId.eq(site.as_str()))
                .filter(ticket::Column::Issue.is_in(part.iter().map(|issue| issue.as_str())))
                .all(self.reader())
                .await?;
            for row in rows {
                found.push(known(row)?);
            }
        }
        Ok(found)
    }

    /// Up to `count` tickets of a site after one of them, in a fixed order.
    pub async fn tickets_after(
        &self,
        site: &CloudId,
        after: Option<SubjectId>,
        count: u64,
    ) -> Result<Vec<Known>, StoreError> {
        let mut query = kept().filter(ticket::Column::CloudId.eq(site.as_str()));
        if let Some(after) = after {
            query = query.filter(ticket::Column::Subject.gt(after.0));
        }
        let rows = query.order_by_asc(ticket::Column::Subject).limit(count).all(self.reader()).await?;
        rows.into_iter().map(known).collect()
    }

    /// Has tickets looked at because their issues changed.
    pub async fn touch(
        &self,
        site: CloudId,
        touched: Vec<SubjectId>,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let reason = reason.to_owned();
        self.write(move |tx| Box::pin(async move { touch(tx, &site, &touched, &reason, now).await })).await
    }

    /// Records changes that need no pass: the issues were read, and hold what they should. Each with what had made
    /// its ticket stale before the issue was read.
    pub async fn note_changes(&self, seen: Vec<(SubjectId, u64, Timestamp)>) -> Result<(), StoreError> {
        self.write_beside(move |tx| {
            Box::pin(async move {
                for (subject, stale, changed_at) in seen {
                    looked(tx, subject, Some(stale), Some(changed_at)).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Takes a delivery of Jira's webhook: the tickets that it speaks of are stale, and `due` is due, in one
    /// transaction. `false` when it was seen before.
    pub async fn receive_change(
        &self,
        delivery: &str,
        stale: Vec<SubjectId>,
        due: Due,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let id = format!("jira:{delivery}");
        self.write_beside(move |tx| {
            Box::pin(async move {
                if !delivery::take(tx, id, now).await? {
                    return Ok(false);
                }
                if !stale.is_empty() {
                    make_stale(tx, &stale).await?;
                    mark(tx, vec![due]).await?;
                }
                Ok(true)
            })
        })
        .await
    }

    /// Tickets of a site that were said to have changed and were not looked at since.
    pub async fn stale_tickets(&self, site: &CloudId, count: u64) -> Result<Vec<Known>, StoreError> {
        let rows = kept()
            .filter(ticket::Column::CloudId.eq(site.as_str()))
            .filter(ticket::Column::Stale.gt(0))
            .limit(count)
            .all(self.reader())
            .await?;
        rows.into_iter().map(known).collect()
    }
}

/// A look was recorded: what had made the ticket stale by `stale` is done with, and so is every change up to
/// `changed_at`.
pub(crate) async fn looked(
    tx: &Tx,
    subject: SubjectId,
    stale: Option<u64>,
    changed_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let of = || ticket::Entity::update_many().filter(ticket::Column::Subject.eq(subject.0));
    if let Some(stale) = stale.filter(|stale| *stale > 0).and_then(|stale| i64::try_from(stale).ok()) {
        of().col_expr(ticket::Column::Stale, Expr::value(0_i64))
            .filter(ticket::Column::Stale.eq(stale))
            .exec(tx)
            .await?;
    }
    if let Some(changed_at) = changed_at.map(ms) {
        let is_newer = ticket::Column::ChangedAt.is_null().or(ticket::Column::ChangedAt.lt(changed_at));
        of().col_expr(ticket::Column::ChangedAt, Expr::value(changed_at)).filter(is_newer).exec(tx).await?;
    }
    Ok(())
}

pub(crate) async fn touch(
    tx: &Tx,
    site: &CloudId,
    touched: &[SubjectId],
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    make_stale(tx, touched).await?;
    due(tx, site, touched, reason, now).await
}

async fn make_stale(tx: &Tx, touched: &[SubjectId]) -> Result<(), StoreError> {
    for part in touched.chunks(KEYS_MAX) {
        ticket::Entity::update_many()
            .col_expr(ticket::Column::Stale, Expr::col(ticket::Column::Stale).add(1))
            .filter(ticket::Column::Subject.is_in(part.iter().map(|subject| subject.0)))
            .exec(tx)
            .await?;
    }
    Ok(())
}

async fn due(
    tx: &Tx,
    site: &CloudId,
    touched: &[SubjectId],
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let due = touched.iter().map(|subject| Due {
        key: WorkKey::Subject(*subject),
        site: Some(site.clone()),
        at: now,
        priority: Priority::Update,
        reason: reason.to_owned(),
    });
    mark(tx, due.collect()).await
}

/// Tickets that are written to.
fn kept() -> sea_orm::Select<ticket::Entity> {
    let written = sea_orm::sea_query::Query::select()
        .column(subject::Column::Id)
        .from(subject::Entity)
        .and_where(subject::Column::ConnectedProject.is_not_null())
        .and_where(subject::Column::UnlinkedAt.is_null())
        .take();
    ticket::Entity::find().filter(ticket::Column::Subject.in_subquery(written))
}

fn known(row: ticket::Model) -> Result<Known, StoreError> {
    Ok(Known {
        subject: SubjectId(row.subject),
        issue: IssueId(row.issue),
        changed_at: time_of(row.changed_at)?,
        is_gone: row.is_gone,
        stale: unsigned(row.stale)?,
    })
}

#[cfg(test)]
mod tests;
