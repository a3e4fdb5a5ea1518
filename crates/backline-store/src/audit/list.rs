//! Rows as they are shown and exported.
//!
//! What is asked for is sealed first, so that whoever acts and then looks finds it, with its number.

use super::{Action, Answer, AuditEntry, Request};
use crate::column::{time, unsigned, word};
use crate::entity::audit;
use crate::error::StoreError;
use crate::page::{Page, decode};
use crate::store::Store;
use backline_core::ids::{IntentId, PullRequestId, SubjectId};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

/// A sealed row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    pub seq: u64,
    pub entry: AuditEntry,
    pub seal: String,
}

/// What is shown; all given terms must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub actor: Option<String>,
    pub action: Option<Action>,
    pub subject: Option<SubjectId>,
}

impl Store {
    /// The newest first.
    pub async fn list_audit(
        &self,
        filter: &AuditFilter,
        cursor: Option<&str>,
        limit: u64,
        now: Timestamp,
    ) -> Result<Page<AuditRow>, StoreError> {
        self.seal_for_a_look(now).await;
        let mut query = filtered(filter).order_by_desc(audit::Column::Seq).limit(limit + 1);
        if let Some(last) = decode::<i64>(cursor)? {
            query = query.filter(audit::Column::Seq.lt(last));
        }
        let page = Page::cut(query.all(self.reader()).await?, limit, |row: &audit::Model| row.seq);
        Ok(Page { rows: page.rows.into_iter().map(row).collect::<Result<_, _>>()?, next: page.next })
    }

    /// The oldest first, from behind a number.
    pub async fn export_audit(
        &self,
        filter: &AuditFilter,
        after: u64,
        limit: u64,
        now: Timestamp,
    ) -> Result<Vec<AuditRow>, StoreError> {
        self.seal_for_a_look(now).await;
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let query = filtered(filter).filter(audit::Column::Seq.gt(after)).order_by_asc(audit::Column::Seq);
        query.limit(limit).all(self.reader()).await?.into_iter().map(row).collect()
    }

    /// Has what was just added its number before somebody looks; a chain that is broken is still shown.
    pub async fn seal_for_a_look(&self, now: Timestamp) {
        if let Err(error) = self.seal_audit(now).await {
            tracing::error!(%error, "the newest rows of the audit are not sealed");
        }
    }
}

fn filtered(filter: &AuditFilter) -> Select<audit::Entity> {
    let mut query = audit::Entity::find().filter(audit::Column::Seq.is_not_null());
    if let Some(actor) = &filter.actor {
        query = query.filter(audit::Column::Actor.eq(actor.as_str()));
    }
    if let Some(action) = filter.action {
        query = query.filter(audit::Column::Action.eq(action.word()));
    }
    if let Some(SubjectId(id)) = filter.subject {
        query = query.filter(audit::Column::Subject.eq(id));
    }
    query
}

pub(crate) fn row(row: audit::Model) -> Result<AuditRow, StoreError> {
    let request = row.method.zip(row.path).zip(row.body);
    let status = row.status.map(|status| u16::try_from(status).unwrap_or_default());
    Ok(AuditRow {
        seq: unsigned(row.seq.unwrap_or_default())?,
        seal: row.seal.unwrap_or_default(),
        entry: AuditEntry {
            at: time(row.at)?,
            actor: row.actor,
            action: word(&row.action)?,
            object: row.object,
            subject: row.subject.map(SubjectId),
            pull_request: row.pull_request.map(PullRequestId),
            intent: row.intent.map(IntentId),
            call: row.call,
            cause: row.cause,
            rule: row.rule,
            reason: row.reason,
            request: request.map(|((method, path), body)| Request { method, path, body }),
            answer: row.answer.map(|words| Answer { status, words }),
        },
    })
}
