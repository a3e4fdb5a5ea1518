//! Which connected project a vulnerability goes to, and the subject that it becomes there.
//!
//! The rule is core's; here are the rows. A subject is found by its stable key, so routing the same
//! vulnerability again, or connecting the same Jira project again, finds the same subject.

use crate::column::{KEYS_MAX, ROWS_MAX, ms};
use crate::entity::{intent, subject, subject_member, ticket, vulnerability};
use crate::error::StoreError;
use crate::notice;
use crate::project;
use crate::store::Store;
use crate::vulnerability as vulnerabilities;
use crate::work::{Due, Priority, WorkKey, mark};
use crate::writer::Tx;
use backline_core::ids::{ConnectedProjectId, SubjectId, VulnerabilityId};
use backline_core::mapping::ConnectedProject;
use backline_core::mapping::rule;
use backline_core::notice::End;
use backline_core::severity::Severity;
use backline_core::vulnerability::Vulnerability;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// One slice of the work after a project was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Routed {
    /// Vulnerabilities that went to a project.
    pub assigned: usize,
    /// Where to go on; `None` when all have been looked at.
    pub next: Option<VulnerabilityId>,
}

impl Store {
    /// Looks at up to `limit` open vulnerabilities that belong to no project, beginning after `after`, and gives
    /// each to the first project whose rule takes it; the new subjects are due.
    ///
    /// Twice is harmless: what has a project is not looked at. A `project` that was deleted routes nothing.
    pub async fn route_unassigned(
        &self,
        project: ConnectedProjectId,
        after: Option<VulnerabilityId>,
        limit: u64,
        now: Timestamp,
    ) -> Result<Routed, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let projects = project::active(tx).await?;
                if !projects.iter().any(|known| known.id == project) {
                    return Ok(Routed { assigned: 0, next: None });
                }
                let assigned = Query::select()
                    .column(subject_member::Column::Vulnerability)
                    .from(subject_member::Entity)
                    .inner_join(
                        subject::Entity,
                        Expr::col((subject::Entity, subject::Column::Id))
                            .equals((subject_member::Entity, subject_member::Column::Subject)),
                    )
                    .and_where(subject::Column::ConnectedProject.is_not_null())
                    .take();
                let mut query = vulnerability::Entity::find()
                    .filter(vulnerability::Column::Status.is_in(vulnerabilities::OPEN_WORDS))
                    .filter(vulnerability::Column::Id.not_in_subquery(assigned))
                    .order_by_asc(vulnerability::Column::Id)
                    .limit(limit);
                if let Some(VulnerabilityId(after)) = after {
                    query = query.filter(vulnerability::Column::Id.gt(after));
                }
                let rows = query.all(tx).await?;
                let next = if rows.len() as u64 == limit { rows.last().map(|row| row.id) } else { None };
                let found = rows
                    .into_iter()
                    .map(vulnerabilities::model)
                    .collect::<Result<Vec<Vulnerability>, _>>()?;
                let assigned = assign(tx, &projects, &found, Priority::Backfill, now).await?;
                Ok(Routed { assigned, next: next.map(VulnerabilityId) })
            })
        })
        .await
    }
}

/// Gives each vulnerability to the first project whose rule takes it; answers how many went somewhere.
pub(crate) async fn assign(
    tx: &Tx,
    projects: &[ConnectedProject],
    vulnerabilities: &[Vulnerability],
    priority: Priority,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut routed: Vec<(&ConnectedProject, String, &Vulnerability)> = Vec::new();
    for vulnerability in vulnerabilities {
        if let Some(project) = rule::route(projects, vulnerability) {
            routed.push((project, rule::group_key(vulnerability), vulnerability));
        }
    }
    for part in routed.chunks(ROWS_MAX) {
        let known = known_subjects(tx, part).await?;
        let (mut subjects, mut members, mut due) = (Vec::new(), Vec::new(), Vec::new());
        let mut created: BTreeMap<(&str, &str, &str), Uuid> = BTreeMap::new();
        let mut revived: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
        for (project, group_key, vulnerability) in part {
            let key = (project.cloud_id.as_str(), project.project.id.as_str(), group_key.as_str());
            let owned = (key.0.to_owned(), key.1.to_owned(), key.2.to_owned());
            let newest = known.get(&owned);
            let id = if let Some(newest) = newest.filter(|newest| newest.unlinked_at.is_none()) {
                revived.entry(project.id.0).or_default().push(newest.id);
                newest.id
            } else if let Some(id) = created.get(&key) {
                *id
            } else {
                // What a person unlinked stays so; the next generation takes its place.
                let generation = newest.map_or(1, |newest| newest.generation + 1);
                let id = subject_id(key, generation);
                created.insert(key, id);
                subjects.push(new_subject(id, project, group_key, generation, now));
                id
            };
            members.push(subject_member::ActiveModel {
                subject: Set(id),
                vulnerability: Set(vulnerability.id.0),
            });
            due.push(due_now(SubjectId(id), project, vulnerability, priority, now));
        }
        if !subjects.is_empty() {
            subject::Entity::insert_many(subjects).exec_without_returning(tx).await?;
        }
        for (project, subjects) in revived {
            // Versions of another project say nothing here.
            let is_of_another = Condition::any()
                .add(subject::Column::ConnectedProject.is_null())
                .add(subject::Column::ConnectedProject.ne(project));
            subject::Entity::update_many()
                .col_expr(subject::Column::KeptVersion, Expr::null())
                .filter(subject::Column::Id.is_in(subjects.clone()))
                .filter(subject::Column::KeptVersion.is_not_null())
                .filter(is_of_another)
                .exec(tx)
                .await?;
            subject::Entity::update_many()
                .col_expr(subject::Column::ConnectedProject, Expr::value(project))
                .filter(subject::Column::Id.is_in(subjects))
                .exec(tx)
                .await?;
        }
        let columns = [subject_member::Column::Subject, subject_member::Column::Vulnerability];
        subject_member::Entity::insert_many(members)
            .on_conflict(OnConflict::columns(columns).do_nothing_on(columns).to_owned())
            .exec_without_returning(tx)
            .await?;
        mark(tx, due).await?;
    }
    Ok(routed.len())
}

/// The newest generation of each subject that is there already.
async fn known_subjects(
    tx: &Tx,
    routed: &[(&ConnectedProject, String, &Vulnerability)],
) -> Result<BTreeMap<(String, String, String), subject::Model>, StoreError> {
    let rows = subject::Entity::find()
        .filter(subject::Column::GroupKey.is_in(routed.iter().map(|(_, key, _)| key.clone())))
        .order_by_asc(subject::Column::Generation)
        .all(tx)
        .await?;
    let key = |row: &subject::Model| (row.cloud_id.clone(), row.jira_project.clone(), row.group_key.clone());
    Ok(rows.into_iter().map(|row| (key(&row), row)).collect())
}

/// The id of the subject with this key: the same for ever, so that a ticket's marker is known again by a store that
/// was restored from before it was made.
fn subject_id((site, project, group_key): (&str, &str, &str), generation: i64) -> Uuid {
    const NAMESPACE: Uuid = Uuid::from_u128(0x6261_636b_6c69_4e65_8000_7375_626a_6563);
    Uuid::new_v5(&NAMESPACE, format!("{site}\n{project}\n{group_key}\n{generation}").as_bytes())
}

fn new_subject(
    id: Uuid,
    project: &ConnectedProject,
    group_key: &str,
    generation: i64,
    now: Timestamp,
) -> subject::ActiveModel {
    subject::ActiveModel {
        id: Set(id),
        cloud_id: Set(project.cloud_id.0.clone()),
        jira_project: Set(project.project.id.0.clone()),
        group_key: Set(group_key.to_owned()),
        generation: Set(generation),
        connected_project: Set(Some(project.id.0)),
        blocked: Set(None),
        reconciled_at: Set(None),
        created_at: Set(ms(now)),
        unlinked_at: Set(None),
        kept_version: Set(None),
        admitted_at: Set(None),
        held_at: Set(None),
        held_no: Set(None),
        batch: Set(None),
    }
}

fn due_now(
    id: SubjectId,
    project: &ConnectedProject,
    vulnerability: &Vulnerability,
    priority: Priority,
    now: Timestamp,
) -> Due {
    let is_critical = vulnerability.rating.severity == Severity::Critical;
    Due {
        key: WorkKey::Subject(id),
        site: Some(project.cloud_id.clone()),
        at: now,
        priority: if is_critical { Priority::NewCritical } else { priority },
        reason: "a rule takes it".to_owned(),
    }
}

/// Lets go of a project's subjects that its rule no longer takes, unless something of them may be in Jira.
pub(crate) async fn let_go(tx: &Tx, project: &ConnectedProject, now: Timestamp) -> Result<(), StoreError> {
    let ticketed = Query::select().column(ticket::Column::Subject).from(ticket::Entity).take();
    let begun = Query::select()
        .column(intent::Column::Subject)
        .from(intent::Entity)
        .and_where(intent::Column::State.ne("failed"))
        .take();
    let subjects = Query::select()
        .column(subject::Column::Id)
        .from(subject::Entity)
        .and_where(subject::Column::ConnectedProject.eq(project.id.0))
        .and_where(subject::Column::Id.not_in_subquery(ticketed))
        .and_where(subject::Column::Id.not_in_subquery(begun))
        .take();
    let members = subject_member::Entity::find()
        .filter(subject_member::Column::Subject.in_subquery(subjects))
        .all(tx)
        .await?;
    let mut gone = Vec::new();
    for part in members.chunks(KEYS_MAX) {
        let ids = part.iter().map(|member| member.vulnerability);
        let mut taken = BTreeSet::new();
        for row in vulnerability::Entity::find().filter(vulnerability::Column::Id.is_in(ids)).all(tx).await? {
            let vulnerability = vulnerabilities::model(row)?;
            if project.rule.matches(&vulnerability) {
                taken.insert(vulnerability.id.0);
            }
        }
        gone.extend(
            part.iter().filter(|member| !taken.contains(&member.vulnerability)).map(|member| member.subject),
        );
    }
    let let_go: Vec<SubjectId> = gone.iter().copied().map(SubjectId).collect();
    notice::leave(tx, &let_go, End::RuleChanged, now).await?;
    for part in gone.chunks(KEYS_MAX) {
        subject::Entity::update_many()
            .col_expr(subject::Column::ConnectedProject, Expr::null())
            .col_expr(subject::Column::Blocked, Expr::null())
            .filter(subject::Column::Id.is_in(part.to_vec()))
            .exec(tx)
            .await?;
    }
    Ok(())
}
