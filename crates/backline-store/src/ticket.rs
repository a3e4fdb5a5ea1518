//! Tickets as lists and pages show them.

mod number;
mod state;
pub(crate) mod unlink;

pub use state::TicketState;
pub use unlink::Unlinked;

use crate::column::{KEYS_MAX, from_json, time, time_of, unsigned};
use crate::entity::vulnerability as vulnerability_entity;
use crate::entity::{
    connected_project, notice, notice_subject, remediation, remediation_fix, subject, subject_member, ticket,
    work,
};
use crate::error::StoreError;
use crate::facts;
use crate::page::{Page, decode};
use crate::store::Store;
use crate::vulnerability::{self, list::has_word};
use crate::work::WorkKey;
use backline_core::ids::{ConnectedProjectId, NoticeId, PullRequestId, SubjectId, VulnerabilityId};
use backline_core::mapping::ConnectedProject;
use backline_core::notice::{Blocked, LOOK_HORIZON};
use backline_core::remediation::reference::TicketLink;
use backline_core::ticket::desired;
use backline_core::ticket::{Subject, Ticket};
use backline_core::vulnerability::Vulnerability;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use state::Moment;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

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
    /// Why it waits without being due, or is kept in step no more; in words.
    pub reason: Option<String>,
    pub reconciled_at: Option<Timestamp>,
    /// When it, or what it waits for, is looked at again by itself.
    pub next_look_at: Option<Timestamp>,
    /// After this, what it is blocked by is looked at only when a person asks.
    pub looks_until: Option<Timestamp>,
}

/// How tickets stand: all of them, or those of one connected project.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SubjectCounts {
    /// Subjects, with a ticket or not; unlinked ones too.
    pub subjects: u64,
    pub tickets: u64,
    pub in_sync: u64,
    pub waiting: u64,
    pub blocked: u64,
}

/// What a list shows; empty terms take everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketFilter {
    pub state: Option<TicketState>,
    /// Words that must all occur in the ticket's key or in what it is about.
    pub text: Option<String>,
}

/// One of the numbers of a count.
type Number = fn(&mut SubjectCounts) -> &mut u64;

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
            query = query.filter(Moment::load(&db).await?.is(state));
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
        let moment = Moment::load(&db).await?;
        let count = async |of: Condition| subject::Entity::find().filter(of).count(&db).await;
        Ok(SubjectCounts {
            subjects: count(Condition::all()).await?,
            tickets: count(state::is_linked().add(state::has_ticket())).await?,
            in_sync: count(moment.is(TicketState::InSync)).await?,
            waiting: count(moment.is(TicketState::Waiting)).await?,
            blocked: count(moment.is(TicketState::Blocked)).await?,
        })
    }

    /// How the tickets of each connected project stand; a project without subjects is absent.
    pub async fn subject_counts(&self) -> Result<BTreeMap<ConnectedProjectId, SubjectCounts>, StoreError> {
        let db = self.snapshot().await?;
        let moment = Moment::load(&db).await?;
        let mut counts: BTreeMap<ConnectedProjectId, SubjectCounts> = BTreeMap::new();
        let of: [(Condition, Number); 5] = [
            (Condition::all(), |counts| &mut counts.subjects),
            (Condition::all().add(state::has_ticket()), |counts| &mut counts.tickets),
            (moment.is(TicketState::InSync), |counts| &mut counts.in_sync),
            (moment.is(TicketState::Waiting), |counts| &mut counts.waiting),
            (moment.is(TicketState::Blocked), |counts| &mut counts.blocked),
        ];
        for (condition, number) in of {
            let found: Vec<(Uuid, i64)> = subject::Entity::find()
                .select_only()
                .column(subject::Column::ConnectedProject)
                .column_as(subject::Column::Id.count(), "subjects")
                .filter(condition)
                .filter(subject::Column::ConnectedProject.is_not_null())
                .group_by(subject::Column::ConnectedProject)
                .into_tuple()
                .all(&db)
                .await?;
            for (project, count) in found {
                *number(counts.entry(ConnectedProjectId(project)).or_default()) = unsigned(count)?;
            }
        }
        Ok(counts)
    }

    /// The connected projects that cannot be worked on now, each with why in words.
    pub async fn held_up_projects(&self) -> Result<BTreeMap<ConnectedProjectId, String>, StoreError> {
        let held_up = state::held_up(&self.snapshot().await?).await?;
        Ok(held_up.into_iter().map(|(id, why)| (ConnectedProjectId(id), why)).collect())
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

/// Only what stands on every page.
pub(crate) async fn count_for_nav<C: ConnectionTrait>(db: &C) -> Result<SubjectCounts, StoreError> {
    let moment = Moment::load(db).await?;
    let count = async |of: Condition| subject::Entity::find().filter(of).count(db).await;
    Ok(SubjectCounts {
        tickets: count(state::is_linked().add(state::has_ticket())).await?,
        in_sync: count(moment.is(TicketState::InSync)).await?,
        blocked: count(moment.is(TicketState::Blocked)).await?,
        ..SubjectCounts::default()
    })
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
pub(crate) async fn rows<C: ConnectionTrait>(
    db: &C,
    found: Vec<subject::Model>,
) -> Result<Vec<TicketRow>, StoreError> {
    let mut beside = Beside::load(db, &found).await?;
    found.into_iter().map(|row| beside.row(row)).collect()
}

/// What is shown beside subjects, by their ids.
struct Beside {
    tickets: BTreeMap<Uuid, Ticket>,
    members: BTreeMap<Uuid, Vec<Vulnerability>>,
    projects: BTreeMap<Uuid, ConnectedProject>,
    held_up: BTreeMap<Uuid, String>,
    due: BTreeMap<String, i64>,
    /// The failures that hold them up, and since when.
    notices: BTreeMap<Uuid, (NoticeId, i64)>,
}

impl Beside {
    async fn load<C: ConnectionTrait>(db: &C, found: &[subject::Model]) -> Result<Self, StoreError> {
        let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
        let mut tickets: BTreeMap<Uuid, Ticket> = BTreeMap::new();
        let mut members: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
        let mut due: BTreeMap<String, i64> = BTreeMap::new();
        let mut notices: BTreeMap<Uuid, (NoticeId, i64)> = BTreeMap::new();
        for part in ids.chunks(KEYS_MAX) {
            let of_part = ticket::Column::Subject.is_in(part.to_vec());
            for row in ticket::Entity::find().filter(of_part).all(db).await? {
                tickets.insert(row.subject, from_json(row.document)?);
            }
            let of_part = subject_member::Column::Subject.is_in(part.to_vec());
            for row in subject_member::Entity::find().filter(of_part).all(db).await? {
                members.entry(row.subject).or_default().push(row.vulnerability);
            }
            let of_part = notice_subject::Column::Subject.is_in(part.to_vec());
            for row in notice_subject::Entity::find().filter(of_part).all(db).await? {
                notices.insert(row.subject, (NoticeId(row.notice), 0));
            }
            let probes = notices.values().map(|(id, _)| WorkKey::Probe(*id));
            let subjects = part.iter().map(|id| WorkKey::Subject(SubjectId(*id)));
            let keys: BTreeSet<String> = subjects.chain(probes).map(|key| key.to_string()).collect();
            for row in work::Entity::find().filter(work::Column::Key.is_in(keys)).all(db).await? {
                due.extend(row.due_at.map(|at| (row.key, at)));
            }
        }
        let open: BTreeSet<Uuid> = notices.values().map(|(id, _)| id.0).collect();
        let rows = notice::Entity::find().filter(notice::Column::Id.is_in(open)).all(db).await?;
        let since: BTreeMap<Uuid, i64> = rows.into_iter().map(|row| (row.id, row.first_at)).collect();
        for (id, first_at) in notices.values_mut() {
            *first_at = since.get(&id.0).copied().unwrap_or_default();
        }
        let vulnerabilities = vulnerability::by_id(db, members.values().flatten().copied()).await?;
        let mut projects: BTreeMap<Uuid, ConnectedProject> = BTreeMap::new();
        for row in connected_project::Entity::find().all(db).await? {
            projects.insert(row.id, from_json(row.document)?);
        }
        let known = |ids: Vec<Uuid>| ids.iter().filter_map(|id| vulnerabilities.get(id).cloned()).collect();
        let members = members.into_iter().map(|(subject, ids)| (subject, known(ids))).collect();
        let held_up = state::held_up(db).await?;
        Ok(Self { tickets, members, projects, held_up, due, notices })
    }

    fn row(&mut self, row: subject::Model) -> Result<TicketRow, StoreError> {
        let members = self.members.remove(&row.id).unwrap_or_default();
        let ticket = self.tickets.remove(&row.id);
        let project = row.connected_project.and_then(|id| self.projects.get(&id));
        let due_at = self.due.get(&WorkKey::Subject(SubjectId(row.id)).to_string()).copied();
        let held_by = self.notices.get(&row.id);
        let probe_at = held_by.and_then(|(id, _)| self.due.get(&WorkKey::Probe(*id).to_string()).copied());
        let looks_until = match held_by {
            Some((_, first_at)) => time(*first_at)?.checked_add(LOOK_HORIZON).ok(),
            None => None,
        };
        let look = state::Look {
            is_unlinked: row.unlinked_at.is_some(),
            has_project: project.is_some(),
            is_blocked: row.blocked.is_some(),
            has_ticket: ticket.is_some(),
            is_settled: due_at.is_none() && row.reconciled_at.is_some(),
            is_open: members.iter().any(|vulnerability| vulnerability.status.is_open()),
            held_up: row.connected_project.and_then(|id| self.held_up.get(&id).map(String::as_str)),
        };
        let (state, reason) = look.judge();
        let closed =
            ticket.as_ref().filter(|_| state == TicketState::InSync && look.is_open).and_then(closed);
        Ok(TicketRow {
            subject: facts::model(&row)?,
            ticket,
            project: project.map(|project| ProjectName {
                key: project.project.key.clone(),
                issue_type: project.issue_type.name.clone(),
                site_url: project.site_url.clone(),
            }),
            title: desired::lead(&members).map_or_else(String::new, |lead| lead.title.clone()),
            state,
            reason: reason.map(str::to_owned).or(closed),
            blocked: row.blocked.map(from_json).transpose()?,
            reconciled_at: time_of(row.reconciled_at)?,
            next_look_at: time_of(due_at.into_iter().chain(probe_at).min())?,
            looks_until,
        })
    }
}

/// That a person closed it while what it is about is still there.
fn closed(ticket: &Ticket) -> Option<String> {
    let closed = ticket.applied.closed.as_ref()?;
    Some(format!("Closed in Jira as {}, and still present", closed.as_what))
}

#[cfg(test)]
mod tests;
