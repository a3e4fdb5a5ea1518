//! What was seen last when a project's fields were read again: what is new is said once.

use crate::column::{from_json, ms, time, to_json};
use crate::entity::{self, drift, notice_subject, subject};
use crate::error::StoreError;
use crate::notice;
use crate::store::Store;
use crate::timeline::{self, TimelineEntry, TimelineKind};
use crate::work::{self, Due, Priority, WorkKey};
use crate::writer::Tx;
use backline_core::ids::{CloudId, ConnectedProjectId, SubjectId};
use backline_core::mapping::drift::Change;
use backline_core::notice::{Blocked, End};
use jiff::Timestamp;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use std::collections::BTreeMap;

/// The differences of one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    pub changes: Vec<Change>,
    /// When Jira was asked.
    pub read_at: Timestamp,
}

impl Store {
    pub async fn load_drift(&self, project: ConnectedProjectId) -> Result<Option<Drift>, StoreError> {
        drift::Entity::find_by_id(project.0).one(self.reader()).await?.map(model).transpose()
    }

    /// Of every project that was read again at least once.
    pub async fn drifts(&self) -> Result<BTreeMap<ConnectedProjectId, Drift>, StoreError> {
        let rows = drift::Entity::find().all(self.reader()).await?;
        rows.into_iter().map(|row| Ok((ConnectedProjectId(row.project), model(row)?))).collect()
    }

    /// Keeps what was seen. What was not seen before goes to the timeline; `broken` raises its notice. Without it an
    /// open one of that cause is over, and the tickets that waited for it are due.
    pub async fn save_drift(
        &self,
        project: ConnectedProjectId,
        seen: Drift,
        broken: Result<Blocked, String>,
    ) -> Result<(), StoreError> {
        let ids = self.shared_ids();
        self.write(move |tx| {
            Box::pin(async move {
                let now = seen.read_at;
                let known = drift::Entity::find_by_id(project.0).one(tx).await?.map(model).transpose()?;
                let known = known.map(|known| known.changes).unwrap_or_default();
                let fresh = seen.changes.iter().filter(|change| !known.contains(change));
                let entry =
                    |change: &Change| TimelineEntry::new(now, TimelineKind::Noted, change.what.clone());
                timeline::add(tx, ids.as_ref(), fresh.map(entry).collect()).await?;
                match broken {
                    Ok(blocked) => {
                        notice::raise(tx, &ids, &blocked, now).await?;
                    }
                    Err(cause) => {
                        work::mark(tx, waiting(tx, &cause, now).await?).await?;
                        notice::end(tx, &cause, End::Mended, now).await?;
                    }
                }
                let row =
                    drift::Model { project: project.0, changes: to_json(&seen.changes), read_at: ms(now) };
                let over = OnConflict::column(drift::Column::Project)
                    .update_columns([drift::Column::Changes, drift::Column::ReadAt])
                    .to_owned();
                let row = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
                drift::Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
                Ok(())
            })
        })
        .await
    }
}

/// The tickets that wait for an open failure.
async fn waiting(tx: &Tx, cause: &str, now: Timestamp) -> Result<Vec<Due>, StoreError> {
    let open = Query::select()
        .column(entity::notice::Column::Id)
        .from(entity::notice::Entity)
        .and_where(entity::notice::Column::Cause.eq(cause))
        .and_where(entity::notice::Column::OverAt.is_null())
        .take();
    let members = Query::select()
        .column(notice_subject::Column::Subject)
        .from(notice_subject::Entity)
        .and_where(notice_subject::Column::Notice.in_subquery(open))
        .take();
    let subjects = subject::Entity::find().filter(subject::Column::Id.in_subquery(members)).all(tx).await?;
    let due = subjects.into_iter().map(|row| Due {
        key: WorkKey::Subject(SubjectId(row.id)),
        site: Some(CloudId(row.cloud_id)),
        at: now,
        priority: Priority::Update,
        reason: "Jira's fields fit the mapping again".to_owned(),
    });
    Ok(due.collect())
}

fn model(row: drift::Model) -> Result<Drift, StoreError> {
    Ok(Drift { changes: from_json(row.changes)?, read_at: time(row.read_at)? })
}
