//! Connected projects: the Jira projects that Backline writes to, each save kept as a version.
//!
//! Invariant: deleting a connected project deletes no subject and no ticket; they lie dormant until the same
//! Jira project is connected again.

mod version;

pub use version::{ProjectVersion, Reach};

use crate::audit::{Action, AuditEntry, Auditor};
use crate::column::{from_json, ms, to_json};
use crate::entity::{connected_project, mapping_version, subject, ticket};
use crate::error::StoreError;
use crate::ids_source::Ids;
use crate::notice;
use crate::route;
use crate::store::Store;
use crate::timeline::{self, TimelineEntry, TimelineKind};
use crate::work::{Due, Priority, WorkKey, mark};
use crate::writer::Tx;
use backline_core::ids::{CloudId, ConnectedProjectId, ConnectionId, SubjectId};
use backline_core::mapping::ConnectedProject;
use backline_core::notice::End;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

impl Store {
    /// Saves a new project, or the next version of a known one, and makes everything due that it may change.
    ///
    /// `project.mapping.version` is the version that was edited, 0 for a new project; the answer carries the
    /// new one. A new project wakes the dormant tickets of the same Jira project. Subjects without a ticket
    /// that the rule no longer takes are let go.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was saved or deleted by someone else meanwhile.
    pub async fn save_project(
        &self,
        project: ConnectedProject,
        author: &str,
        now: Timestamp,
    ) -> Result<ConnectedProject, StoreError> {
        self.save_project_for(project, Reach::AllTickets, author, now).await
    }

    /// As [`Self::save_project`], for all tickets or only for new ones.
    pub async fn save_project_for(
        &self,
        project: ConnectedProject,
        reach: Reach,
        author: &str,
        now: Timestamp,
    ) -> Result<ConnectedProject, StoreError> {
        self.save_as(project, reach, None, author, now).await
    }

    /// The same of what an older version said.
    pub async fn restore_project(
        &self,
        project: ConnectedProject,
        version: u32,
        reach: Reach,
        author: &str,
        now: Timestamp,
    ) -> Result<ConnectedProject, StoreError> {
        self.save_as(project, reach, Some(version), author, now).await
    }

    async fn save_as(
        &self,
        project: ConnectedProject,
        reach: Reach,
        restored: Option<u32>,
        author: &str,
        now: Timestamp,
    ) -> Result<ConnectedProject, StoreError> {
        let author = author.to_owned();
        let (ids, audit) = (self.shared_ids(), self.auditor());
        self.write(move |tx| {
            Box::pin(async move {
                let saved = save(tx, ids.as_ref(), project, reach, &author, now).await?;
                audit.add(tx, [saving(&saved, restored, &author, now)]).await?;
                Ok(saved)
            })
        })
        .await
    }

    /// Deletes some projects and saves others, all or none, as [`Self::delete_project`] and [`Self::save_project`]
    /// do one; the saved ones are answered in their order.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one of them was saved or deleted by someone else meanwhile.
    pub async fn change_projects(
        &self,
        saved: Vec<ConnectedProject>,
        deleted: Vec<ConnectedProjectId>,
        reach: Reach,
        author: &str,
        now: Timestamp,
    ) -> Result<Vec<ConnectedProject>, StoreError> {
        let author = author.to_owned();
        let (ids, audit) = (self.shared_ids(), self.auditor());
        self.write(move |tx| {
            Box::pin(async move {
                let text = format!("{} saved, {} deleted", saved.len(), deleted.len());
                let act =
                    AuditEntry::new(now, author.as_str(), Action::ConfigApplied, "a configuration file");
                audit.add(tx, [act.with_reason(text)]).await?;
                for id in deleted {
                    if !delete(tx, ids.as_ref(), &audit, id, &author, now).await? {
                        return Err(StoreError::Conflict("the connected project"));
                    }
                }
                let mut answer = Vec::new();
                for project in saved {
                    let saved = save(tx, ids.as_ref(), project, reach, &author, now).await?;
                    audit.add(tx, [saving(&saved, None, &author, now)]).await?;
                    answer.push(saved);
                }
                Ok(answer)
            })
        })
        .await
    }

    /// Those that are not deleted, in the order in which their rules are asked.
    pub async fn list_projects(&self) -> Result<Vec<ConnectedProject>, StoreError> {
        active(self.reader()).await
    }

    /// `None` when there is none or it was deleted.
    pub async fn load_project(&self, id: ConnectedProjectId) -> Result<Option<ConnectedProject>, StoreError> {
        let row = connected_project::Entity::find_by_id(id.0)
            .filter(connected_project::Column::IsDeleted.eq(false))
            .one(self.reader())
            .await?;
        row.map(|row| from_json(row.document)).transpose()
    }

    /// Removes the configuration; its subjects go dormant and keep their tickets. Answers whether there was one.
    pub async fn delete_project(
        &self,
        id: ConnectedProjectId,
        author: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let author = author.to_owned();
        let (ids, audit) = (self.shared_ids(), self.auditor());
        self.write(move |tx| {
            Box::pin(async move { delete(tx, ids.as_ref(), &audit, id, &author, now).await })
        })
        .await
    }
}

/// The connected projects that are not deleted, in the order in which their rules are asked.
pub(crate) async fn active<C: ConnectionTrait>(db: &C) -> Result<Vec<ConnectedProject>, StoreError> {
    let rows = connected_project::Entity::find()
        .filter(connected_project::Column::IsDeleted.eq(false))
        .order_by_asc(connected_project::Column::Position)
        .order_by_asc(connected_project::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(|row| from_json(row.document)).collect()
}

async fn save(
    tx: &Tx,
    ids: &dyn Ids,
    mut project: ConnectedProject,
    reach: Reach,
    author: &str,
    now: Timestamp,
) -> Result<ConnectedProject, StoreError> {
    let known = connected_project::Entity::find_by_id(project.id.0).one(tx).await?;
    let version = known.as_ref().map_or(0, |row| row.version);
    let is_deleted = known.as_ref().is_some_and(|row| row.is_deleted);
    if is_deleted || version != i64::from(project.mapping.version) {
        return Err(StoreError::Conflict("the connected project"));
    }
    project.mapping.version += 1;
    put(tx, &project, author, now, known.is_none()).await?;
    if known.is_none() {
        wake_dormant(tx, &project).await?;
    } else {
        route::let_go(tx, &project, now).await?;
        version::reach(tx, project.id, reach, version).await?;
    }
    mark_subjects(tx, project.id, "the mapping was saved", now).await?;
    let text = format!("Saved {} version {}", project.place(), project.mapping.version);
    let mut entry = TimelineEntry::new(now, TimelineKind::Done, text).by(author);
    if reach == Reach::NewTickets {
        entry = entry.with_detail(format!("For new tickets only; existing ones stay on version {version}"));
    }
    timeline::add(tx, ids, vec![entry]).await?;
    Ok(project)
}

fn saving(saved: &ConnectedProject, restored: Option<u32>, author: &str, now: Timestamp) -> AuditEntry {
    let version = saved.mapping.version;
    let (action, text) = match restored {
        Some(older) => (Action::MappingRolledBack, format!("version {version}, as version {older} was")),
        None => (Action::MappingSaved, format!("version {version}")),
    };
    AuditEntry::new(now, author, action, saved.place()).with_reason(text)
}

async fn delete(
    tx: &Tx,
    ids: &dyn Ids,
    audit: &Auditor,
    id: ConnectedProjectId,
    author: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = connected_project::Entity::find_by_id(id.0).one(tx).await?;
    let Some(row) = row.filter(|row| !row.is_deleted) else { return Ok(false) };
    let project: ConnectedProject = from_json(row.document.clone())?;
    let mut row = row.into_active_model();
    row.is_deleted = sea_orm::ActiveValue::Set(true);
    row.update(tx).await?;
    // Due once more before they are let go: whatever waits for them is told that they are dormant.
    mark_subjects(tx, id, "the connected project was deleted", now).await?;
    let subjects = subjects_of(tx, &[id]).await?;
    let subjects: Vec<SubjectId> = subjects.into_iter().map(|(id, _)| id).collect();
    notice::leave(tx, &subjects, End::ProjectRemoved, now).await?;
    subject::Entity::update_many()
        .col_expr(subject::Column::ConnectedProject, Expr::null())
        .col_expr(subject::Column::KeptVersion, Expr::null())
        .col_expr(subject::Column::Blocked, Expr::null())
        .filter(subject::Column::ConnectedProject.eq(id.0))
        .exec(tx)
        .await?;
    audit.add(tx, [AuditEntry::new(now, author, Action::MappingDeleted, project.place())]).await?;
    let text = format!("Deleted {}", project.place());
    let entry = TimelineEntry::new(now, TimelineKind::Done, text)
        .by(author)
        .with_detail("Its tickets stay in Jira as they are");
    timeline::add(tx, ids, vec![entry]).await?;
    Ok(true)
}

async fn put(
    tx: &Tx,
    project: &ConnectedProject,
    author: &str,
    now: Timestamp,
    is_new: bool,
) -> Result<(), StoreError> {
    let row = connected_project::Model {
        id: project.id.0,
        connection: project.connection.0,
        cloud_id: project.cloud_id.0.clone(),
        jira_project: project.project.id.0.clone(),
        issue_type: project.issue_type.id.0.clone(),
        position: i64::from(project.position),
        version: i64::from(project.mapping.version),
        is_deleted: false,
        saved_at: ms(now),
        saved_by: author.to_owned(),
        document: to_json(project),
    };
    let version = mapping_version::Model {
        project: row.id,
        version: row.version,
        saved_at: row.saved_at,
        saved_by: row.saved_by.clone(),
        document: row.document.clone(),
    };
    let row = row.into_active_model().reset_all();
    if is_new {
        connected_project::Entity::insert(row).exec_without_returning(tx).await?;
    } else {
        row.update(tx).await?;
    }
    mapping_version::Entity::insert(version.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// Gives the dormant tickets of the same Jira project to a project that was connected anew.
async fn wake_dormant(tx: &Tx, project: &ConnectedProject) -> Result<(), StoreError> {
    let ticketed = Query::select().column(ticket::Column::Subject).from(ticket::Entity).take();
    subject::Entity::update_many()
        .col_expr(subject::Column::ConnectedProject, Expr::value(project.id.0))
        .filter(subject::Column::CloudId.eq(project.cloud_id.as_str()))
        .filter(subject::Column::JiraProject.eq(project.project.id.as_str()))
        .filter(subject::Column::ConnectedProject.is_null())
        .filter(subject::Column::UnlinkedAt.is_null())
        .filter(subject::Column::Id.in_subquery(ticketed))
        .exec(tx)
        .await?;
    Ok(())
}

async fn subjects_of(
    tx: &Tx,
    projects: &[ConnectedProjectId],
) -> Result<Vec<(SubjectId, CloudId)>, StoreError> {
    let rows = subject::Entity::find()
        .filter(subject::Column::ConnectedProject.is_in(projects.iter().map(|id| id.0)))
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| (SubjectId(row.id), CloudId(row.cloud_id))).collect())
}

/// Makes the routing of a project due, and each of its subjects, blocked ones too.
async fn mark_subjects(
    tx: &Tx,
    project: ConnectedProjectId,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut due: Vec<Due> = subjects_of(tx, &[project])
        .await?
        .into_iter()
        .map(|(id, site)| Due {
            key: WorkKey::Subject(id),
            site: Some(site),
            at: now,
            priority: Priority::Update,
            reason: reason.to_owned(),
        })
        .collect();
    due.push(Due {
        key: WorkKey::Project(project),
        site: None,
        at: now,
        priority: Priority::Update,
        reason: reason.to_owned(),
    });
    mark(tx, due).await
}

/// Makes everything due that waited for a connection.
pub(crate) async fn mark_subjects_of_connection(
    tx: &Tx,
    connection: ConnectionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let projects = active(tx).await?;
    for project in projects.iter().filter(|project| project.connection == connection) {
        mark_subjects(tx, project.id, "the connection works again", now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
