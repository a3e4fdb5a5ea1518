//! Tickets as lists and pages show them.

use crate::column::{KEYS_MAX, from_json, time_of};
use crate::entity::vulnerability as vulnerability_entity;
use crate::entity::{connected_project, remediation, remediation_fix, subject, subject_member, ticket, work};
use crate::error::StoreError;
use crate::facts;
use crate::page::{Page, decode};
use crate::project::SubjectCounts;
use crate::store::Store;
use crate::vulnerability::{self, list::has_word};
use crate::work::WorkKey;
use backline_core::ids::{PullRequestId, SubjectId, VulnerabilityId};
use backline_core::mapping::ConnectedProject;
use backline_core::notice::Blocked;
use backline_core::remediation::reference::TicketLink;
use backline_core::ticket::desired;
use backline_core::ticket::{Subject, Ticket};
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketState {
    InSync,
    /// Backline goes on by itself.
    Waiting,
    /// A person must act.
    Blocked,
    /// Its connected project was deleted.
    Dormant,
}

impl TicketState {
    pub const ALL: [Self; 4] = [Self::InSync, Self::Waiting, Self::Blocked, Self::Dormant];

    pub fn word(self) -> &'static str {
        match self {
            Self::InSync => "in_sync",
            Self::Waiting => "waiting",
            Self::Blocked => "blocked",
            Self::Dormant => "dormant",
        }
    }
}

impl std::str::FromStr for TicketState {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|state| state.word() == text).ok_or(())
    }
}

/// What names a connected project to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectName {
    pub key: String,
    pub issue_type: String,
    pub site_url: String,
}

/// A subject with its ticket, or the wait for one.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketRow {
    pub subject: Subject,
    pub ticket: Option<Ticket>,
    pub project: Option<ProjectName>,
    /// Of what it is about.
    pub title: String,
    pub state: TicketState,
    pub blocked: Option<Blocked>,
    pub reconciled_at: Option<Timestamp>,
}

/// What a list shows; empty terms take everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketFilter {
    pub state: Option<TicketState>,
    /// Words that must all occur in the ticket's key or in what it is about.
    pub text: Option<String>,
}

impl Store {
    /// The newest first.
    pub async fn list_tickets(
        &self,
        filter: &TicketFilter,
        cursor: Option<&str>,
        limit: u64,
    ) -> Result<Page<TicketRow>, StoreError> {
        let db = self.snapshot().await?;
        let mut query = subject::Entity::find().order_by_desc(subject::Column::Id).limit(limit + 1);
        if let Some(state) = filter.state {
            query = query.filter(in_state(state, &due_subjects(&db).await?));
        }
        for word in filter.text.as_deref().unwrap_or_default().split_whitespace() {
            query = query.filter(is_found_by(word));
        }
        if let Some(last) = decode::<Uuid>(cursor)? {
            query = query.filter(subject::Column::Id.lt(last));
        }
        let page = Page::cut(query.all(&db).await?, limit, |row: &subject::Model| row.id);
        Ok(Page { rows: rows(&db, page.rows).await?, next: page.next })
    }

    pub async fn load_ticket_row(&self, id: SubjectId) -> Result<Option<TicketRow>, StoreError> {
        let db = self.snapshot().await?;
        let found = subject::Entity::find_by_id(id.0).all(&db).await?;
        Ok(rows(&db, found).await?.pop())
    }

    pub async fn tickets_of_vulnerability(&self, id: VulnerabilityId) -> Result<Vec<TicketRow>, StoreError> {
        let db = self.snapshot().await?;
        let members = Query::select()
            .column(subject_member::Column::Subject)
            .from(subject_member::Entity)
            .and_where(subject_member::Column::Vulnerability.eq(id.0))
            .take();
        let found = subject::Entity::find()
            .filter(subject::Column::Id.in_subquery(members))
            .order_by_desc(subject::Column::Id)
            .all(&db)
            .await?;
        rows(&db, found).await
    }

    pub async fn tickets_of_pull_request(&self, id: PullRequestId) -> Result<Vec<TicketRow>, StoreError> {
        let db = self.snapshot().await?;
        let fixed = Query::select()
            .column((remediation_fix::Entity, remediation_fix::Column::Vulnerability))
            .from(remediation_fix::Entity)
            .inner_join(
                remediation::Entity,
                Expr::col((remediation::Entity, remediation::Column::Id))
                    .equals((remediation_fix::Entity, remediation_fix::Column::Remediation)),
            )
            .and_where(Expr::col((remediation::Entity, remediation::Column::PullRequest)).eq(id.0))
            .and_where(Expr::col((remediation_fix::Entity, remediation_fix::Column::IsRemoved)).eq(false))
            .take();
        let members = Query::select()
            .column(subject_member::Column::Subject)
            .from(subject_member::Entity)
            .and_where(subject_member::Column::Vulnerability.in_subquery(fixed))
            .take();
        let found = subject::Entity::find()
            .filter(subject::Column::Id.in_subquery(members))
            .order_by_asc(subject::Column::Id)
            .all(&db)
            .await?;
        rows(&db, found).await
    }

    /// What the description of a pull request names: the tickets of what it fixes.
    pub async fn ticket_links(&self, id: PullRequestId) -> Result<Vec<TicketLink>, StoreError> {
        let rows = self.tickets_of_pull_request(id).await?;
        let links = rows.into_iter().filter_map(|row| {
            let ticket = row.ticket.filter(|ticket| !ticket.is_gone)?;
            let site = row.project?.site_url;
            Some(TicketLink { url: format!("{site}/browse/{}", ticket.key), key: ticket.key })
        });
        Ok(links.collect())
    }

    pub async fn count_tickets(&self) -> Result<SubjectCounts, StoreError> {
        let db = self.snapshot().await?;
        let due = due_subjects(&db).await?;
        let count = async |state: Option<TicketState>| {
            let mut query = subject::Entity::find();
            if let Some(state) = state {
                query = query.filter(in_state(state, &due));
            }
            query.count(&db).await
        };
        Ok(SubjectCounts {
            subjects: count(None).await?,
            tickets: ticket::Entity::find().count(&db).await?,
            in_sync: count(Some(TicketState::InSync)).await?,
            waiting: count(Some(TicketState::Waiting)).await?,
            blocked: count(Some(TicketState::Blocked)).await?,
        })
    }

    /// A number below which no ticket of a Jira project can be made any more; `None` where none with the project's
    /// `key` is known. Tickets that people moved to another project say nothing of this one.
    pub async fn highest_number(&self, of: &Subject, key: &str) -> Result<Option<u64>, StoreError> {
        let subjects = Query::select()
            .column(subject::Column::Id)
            .from(subject::Entity)
            .and_where(subject::Column::CloudId.eq(of.cloud_id.as_str()))
            .and_where(subject::Column::JiraProject.eq(of.project.as_str()))
            .take();
        // The newest few: keys rise with time, but several are made at once.
        let rows = ticket::Entity::find()
            .filter(ticket::Column::Subject.in_subquery(subjects))
            .order_by_desc(ticket::Column::CreatedAt)
            .limit(64)
            .all(self.reader())
            .await?;
        let numbers = rows.iter().filter_map(|row| {
            let (project, number) = row.key.rsplit_once('-')?;
            number.parse::<u64>().ok().filter(|_| project == key)
        });
        // Others of these may be under way with lower numbers than the highest known one.
        Ok(numbers.max().map(|number| number.saturating_sub(64)))
    }
}

/// The ticket's key has the word in it, or something that the ticket is about has.
fn is_found_by(word: &str) -> Condition {
    let keyed = Query::select()
        .column(ticket::Column::Subject)
        .from(ticket::Entity)
        .and_where(has_word(ticket::Column::Key, word))
        .take();
    let about = Query::select()
        .column((subject_member::Entity, subject_member::Column::Subject))
        .from(subject_member::Entity)
        .inner_join(
            vulnerability_entity::Entity,
            Expr::col((vulnerability_entity::Entity, vulnerability_entity::Column::Id))
                .equals((subject_member::Entity, subject_member::Column::Vulnerability)),
        )
        .and_where(has_word((vulnerability_entity::Entity, vulnerability_entity::Column::Words), word))
        .take();
    Condition::any().add(subject::Column::Id.in_subquery(keyed)).add(subject::Column::Id.in_subquery(about))
}

/// Subjects that are due or in somebody's hands; beyond this many a list counts the rest as in sync.
const DUE_MAX: u64 = 20_000;

async fn due_subjects<C: ConnectionTrait>(db: &C) -> Result<Vec<Uuid>, StoreError> {
    let rows = work::Entity::find()
        .filter(work::Column::Key.starts_with("subject:"))
        .filter(work::Column::DueAt.is_not_null())
        .limit(DUE_MAX)
        .all(db)
        .await?;
    let keys = rows.into_iter().filter_map(|row| row.key.parse::<WorkKey>().ok());
    Ok(keys.filter_map(|key| if let WorkKey::Subject(id) = key { Some(id.0) } else { None }).collect())
}

fn in_state(state: TicketState, due: &[Uuid]) -> Condition {
    let has_project = || subject::Column::ConnectedProject.is_not_null();
    let is_clear = || subject::Column::Blocked.is_null();
    match state {
        TicketState::Dormant => Condition::all().add(subject::Column::ConnectedProject.is_null()),
        TicketState::Blocked => {
            Condition::all().add(has_project()).add(subject::Column::Blocked.is_not_null())
        }
        TicketState::Waiting => Condition::all().add(has_project()).add(is_clear()).add(
            Condition::any()
                .add(subject::Column::ReconciledAt.is_null())
                .add(subject::Column::Id.is_in(due.iter().copied())),
        ),
        TicketState::InSync => Condition::all()
            .add(has_project())
            .add(is_clear())
            .add(subject::Column::ReconciledAt.is_not_null())
            .add(subject::Column::Id.is_not_in(due.iter().copied())),
    }
}

/// The newest subject of each vulnerability.
pub(crate) async fn newest_by_vulnerability<C: ConnectionTrait>(
    db: &C,
    ids: &[VulnerabilityId],
) -> Result<BTreeMap<VulnerabilityId, TicketRow>, StoreError> {
    let members = subject_member::Entity::find()
        .filter(subject_member::Column::Vulnerability.is_in(ids.iter().map(|id| id.0)))
        .all(db)
        .await?;
    let found = subject::Entity::find()
        .filter(subject::Column::Id.is_in(members.iter().map(|member| member.subject)))
        .all(db)
        .await?;
    let by_subject: BTreeMap<Uuid, TicketRow> =
        rows(db, found).await?.into_iter().map(|row| (row.subject.id.0, row)).collect();
    let mut newest: BTreeMap<VulnerabilityId, TicketRow> = BTreeMap::new();
    for member in members {
        let Some(row) = by_subject.get(&member.subject) else { continue };
        let id = VulnerabilityId(member.vulnerability);
        if newest.get(&id).is_none_or(|known| known.subject.id < row.subject.id) {
            newest.insert(id, row.clone());
        }
    }
    Ok(newest)
}

/// Subjects with everything that is shown beside them, in the order given.
async fn rows<C: ConnectionTrait>(db: &C, found: Vec<subject::Model>) -> Result<Vec<TicketRow>, StoreError> {
    let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
    let mut tickets: BTreeMap<Uuid, Ticket> = BTreeMap::new();
    let mut members: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    let mut due: BTreeMap<String, i64> = BTreeMap::new();
    for part in ids.chunks(KEYS_MAX) {
        for row in ticket::Entity::find().filter(ticket::Column::Subject.is_in(part.to_vec())).all(db).await?
        {
            tickets.insert(row.subject, from_json(row.document)?);
        }
        let of_part = subject_member::Column::Subject.is_in(part.to_vec());
        for row in subject_member::Entity::find().filter(of_part).all(db).await? {
            members.entry(row.subject).or_default().push(row.vulnerability);
        }
        let keys = part.iter().map(|id| WorkKey::Subject(SubjectId(*id)).to_string());
        for row in work::Entity::find().filter(work::Column::Key.is_in(keys)).all(db).await? {
            due.extend(row.due_at.map(|at| (row.key, at)));
        }
    }
    let vulnerabilities = vulnerability::by_id(db, members.values().flatten().copied()).await?;
    let mut projects: BTreeMap<Uuid, ConnectedProject> = BTreeMap::new();
    for row in connected_project::Entity::find().all(db).await? {
        projects.insert(row.id, from_json(row.document)?);
    }
    found
        .into_iter()
        .map(|row| {
            let of_subject: Vec<_> = members
                .get(&row.id)
                .into_iter()
                .flatten()
                .filter_map(|id| vulnerabilities.get(id).cloned())
                .collect();
            let project = row.connected_project.and_then(|id| projects.get(&id));
            let is_due = due.contains_key(&WorkKey::Subject(SubjectId(row.id)).to_string());
            let state = match (project, &row.blocked) {
                (None, _) => TicketState::Dormant,
                (_, Some(_)) => TicketState::Blocked,
                _ if is_due || row.reconciled_at.is_none() => TicketState::Waiting,
                _ => TicketState::InSync,
            };
            Ok(TicketRow {
                subject: facts::model(&row)?,
                ticket: tickets.remove(&row.id),
                project: project.map(|project| ProjectName {
                    key: project.project.key.clone(),
                    issue_type: project.issue_type.name.clone(),
                    site_url: project.site_url.clone(),
                }),
                title: desired::lead(&of_subject).map_or_else(String::new, |lead| lead.title.clone()),
                state,
                blocked: row.blocked.map(from_json).transpose()?,
                reconciled_at: time_of(row.reconciled_at)?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
