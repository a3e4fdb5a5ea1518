//! The versions of a connected project, and the tickets that stay on an older one.
//!
//! Invariant: a subject that stays on a version belongs to the project that the version is of.

use crate::column::{from_json, time, unsigned};
use crate::entity::{mapping_version, subject, ticket};
use crate::error::StoreError;
use crate::store::Store;
use crate::writer::Tx;
use backline_core::ids::{ConnectedProjectId, SubjectId};
use backline_core::mapping::ConnectedProject;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

/// One saved state of a connected project.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectVersion {
    pub version: u32,
    pub saved_at: Timestamp,
    pub saved_by: String,
    pub project: ConnectedProject,
}

/// Which tickets a version is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// Also those that are there already, whatever version they had stayed on.
    #[default]
    AllTickets,
    /// Those that are there already stay on the version that they have now.
    NewTickets,
}

impl Store {
    /// The versions that were saved, the newest first; with `before`, those that are older than it.
    pub async fn project_history(
        &self,
        id: ConnectedProjectId,
        before: Option<u32>,
        limit: u64,
    ) -> Result<Vec<ProjectVersion>, StoreError> {
        let older = before.map(|version| mapping_version::Column::Version.lt(i64::from(version)));
        let rows = mapping_version::Entity::find()
            .filter(mapping_version::Column::Project.eq(id.0))
            .filter(Condition::all().add_option(older))
            .limit(limit)
            .order_by_desc(mapping_version::Column::Version)
            .all(self.reader())
            .await?;
        rows.into_iter().map(model).collect()
    }

    pub async fn load_version(
        &self,
        id: ConnectedProjectId,
        version: u32,
    ) -> Result<Option<ProjectVersion>, StoreError> {
        let row = mapping_version::Entity::find_by_id((id.0, i64::from(version))).one(self.reader()).await?;
        row.map(model).transpose()
    }

    /// How many tickets of a project stay on each of its older versions.
    pub async fn tickets_on_older_versions(
        &self,
        id: ConnectedProjectId,
    ) -> Result<BTreeMap<u32, u64>, StoreError> {
        let found: Vec<(i64, i64)> = subject::Entity::find()
            .select_only()
            .column(subject::Column::KeptVersion)
            .column_as(subject::Column::Id.count(), "subjects")
            .filter(subject::Column::ConnectedProject.eq(id.0))
            .filter(subject::Column::KeptVersion.is_not_null())
            .group_by(subject::Column::KeptVersion)
            .into_tuple()
            .all(self.reader())
            .await?;
        found.into_iter().map(|(version, count)| Ok((unsigned(version)?, unsigned(count)?))).collect()
    }

    /// Those of a project's subjects that have a ticket, the newest first.
    pub async fn ticketed_subjects(
        &self,
        id: ConnectedProjectId,
        limit: u64,
    ) -> Result<Vec<SubjectId>, StoreError> {
        let found: Vec<Uuid> = subject::Entity::find()
            .select_only()
            .column(subject::Column::Id)
            .filter(subject::Column::ConnectedProject.eq(id.0))
            .filter(subject::Column::Id.in_subquery(ticketed()))
            .order_by_desc(subject::Column::Id)
            .limit(limit)
            .into_tuple()
            .all(self.reader())
            .await?;
        Ok(found.into_iter().map(SubjectId).collect())
    }
}

fn model(row: mapping_version::Model) -> Result<ProjectVersion, StoreError> {
    Ok(ProjectVersion {
        version: unsigned(row.version)?,
        saved_at: time(row.saved_at)?,
        saved_by: row.saved_by,
        project: from_json(row.document)?,
    })
}

fn ticketed() -> SelectStatement {
    Query::select().column(ticket::Column::Subject).from(ticket::Entity).take()
}

/// Has the tickets that are there follow the newest version, or stay on the one before it.
///
/// A ticket whose creation was not answered yet counts as new.
pub(super) async fn reach(
    tx: &Tx,
    id: ConnectedProjectId,
    reach: Reach,
    before: i64,
) -> Result<(), StoreError> {
    let of_project = subject::Entity::update_many().filter(subject::Column::ConnectedProject.eq(id.0));
    let change = match reach {
        Reach::AllTickets => of_project
            .col_expr(subject::Column::KeptVersion, Expr::null())
            .filter(subject::Column::KeptVersion.is_not_null()),
        Reach::NewTickets => of_project
            .col_expr(subject::Column::KeptVersion, Expr::value(before))
            .filter(subject::Column::KeptVersion.is_null())
            .filter(subject::Column::Id.in_subquery(ticketed())),
    };
    change.exec(tx).await?;
    Ok(())
}
