//! What happened, for people: to a ticket, to a vulnerability, to everything.
//!
//! Entries are only ever added. Their ids sort by time, so a page continues from the last one's id.

use crate::column::{ROWS_MAX, ms, time};
use crate::entity::timeline;
use crate::error::StoreError;
use crate::ids_source::Ids;
use crate::page::{Page, decode};
use crate::store::Store;
use crate::writer::Tx;
use backline_core::ids::{PullRequestId, SubjectId, VulnerabilityId};
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// How an event ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineKind {
    Done,
    Failed,
    /// Something was decided or seen, and nothing was written.
    Noted,
    /// Somebody else did it and told us.
    Received,
}

impl TimelineKind {
    pub const ALL: [Self; 4] = [Self::Done, Self::Failed, Self::Noted, Self::Received];

    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Noted => "noted",
            Self::Received => "received",
        }
    }
}

impl std::str::FromStr for TimelineKind {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.word() == text).ok_or(())
    }
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    pub at: Timestamp,
    /// `Backline`, a user's e-mail address, or who acted elsewhere.
    pub actor: String,
    pub kind: TimelineKind,
    /// One sentence that names the object: "created SEC-142".
    pub text: String,
    /// A second line in smaller type.
    pub detail: Option<String>,
    pub subject: Option<SubjectId>,
    pub vulnerability: Option<VulnerabilityId>,
    pub pull_request: Option<PullRequestId>,
}

impl TimelineEntry {
    /// An entry of Backline's own, to be told more of with the `about_…` methods.
    pub fn new(at: Timestamp, kind: TimelineKind, text: impl Into<String>) -> Self {
        let actor = "Backline".to_owned();
        let text = text.into();
        Self { at, actor, kind, text, detail: None, subject: None, vulnerability: None, pull_request: None }
    }

    pub fn by(mut self, actor: impl Into<String>) -> Self {
        self.actor = actor.into();
        self
    }

    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    pub fn about_subject(mut self, subject: SubjectId) -> Self {
        self.subject = Some(subject);
        self
    }

    pub fn about_vulnerability(mut self, vulnerability: VulnerabilityId) -> Self {
        self.vulnerability = Some(vulnerability);
        self
    }

    pub fn about_pull_request(mut self, pull_request: PullRequestId) -> Self {
        self.pull_request = Some(pull_request);
        self
    }
}

/// What a timeline is of; all given terms must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimelineFilter {
    pub subject: Option<SubjectId>,
    /// Also events of the subjects that this vulnerability belongs to are found by their subject, not by this.
    pub vulnerability: Option<VulnerabilityId>,
    pub pull_request: Option<PullRequestId>,
    pub kind: Option<TimelineKind>,
}

impl Store {
    pub async fn add_timeline(&self, entries: Vec<TimelineEntry>) -> Result<(), StoreError> {
        let ids = self.shared_ids();
        self.write_beside(move |tx| Box::pin(async move { add(tx, ids.as_ref(), entries).await })).await
    }

    /// The newest first.
    pub async fn list_timeline(
        &self,
        filter: &TimelineFilter,
        cursor: Option<&str>,
        limit: u64,
    ) -> Result<Page<TimelineEntry>, StoreError> {
        let mut query = timeline::Entity::find().order_by_desc(timeline::Column::Id).limit(limit + 1);
        if let Some(SubjectId(id)) = filter.subject {
            query = query.filter(timeline::Column::Subject.eq(id));
        }
        if let Some(VulnerabilityId(id)) = filter.vulnerability {
            query = query.filter(timeline::Column::Vulnerability.eq(id));
        }
        if let Some(PullRequestId(id)) = filter.pull_request {
            query = query.filter(timeline::Column::PullRequest.eq(id));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(timeline::Column::Kind.eq(kind.word()));
        }
        if let Some(last) = decode::<Uuid>(cursor)? {
            query = query.filter(timeline::Column::Id.lt(last));
        }
        let rows = query.all(self.reader()).await?;
        let page = Page::cut(rows, limit, |row: &timeline::Model| row.id);
        let rows = page.rows.into_iter().map(entry).collect::<Result<_, _>>()?;
        Ok(Page { rows, next: page.next })
    }
}

pub(crate) fn entry(row: timeline::Model) -> Result<TimelineEntry, StoreError> {
    Ok(TimelineEntry {
        at: time(row.at)?,
        actor: row.actor,
        kind: crate::column::word(&row.kind)?,
        text: row.text,
        detail: row.detail,
        subject: row.subject.map(SubjectId),
        vulnerability: row.vulnerability.map(VulnerabilityId),
        pull_request: row.pull_request.map(PullRequestId),
    })
}

pub(crate) async fn add(tx: &Tx, ids: &dyn Ids, entries: Vec<TimelineEntry>) -> Result<(), StoreError> {
    let rows: Vec<timeline::ActiveModel> = entries
        .into_iter()
        .map(|entry| timeline::ActiveModel {
            id: Set(ids.uuid(entry.at)),
            at: Set(ms(entry.at)),
            actor: Set(entry.actor),
            kind: Set(entry.kind.word().to_owned()),
            text: Set(entry.text),
            detail: Set(entry.detail),
            subject: Set(entry.subject.map(|id| id.0)),
            vulnerability: Set(entry.vulnerability.map(|id| id.0)),
            pull_request: Set(entry.pull_request.map(|id| id.0)),
        })
        .collect();
    for part in rows.chunks(ROWS_MAX) {
        timeline::Entity::insert_many(part.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}
