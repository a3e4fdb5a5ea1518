//! What a person approved together.
//!
//! Which subjects a batch has is decided in one statement, together with the batch itself. That they are due is written
//! in slices by whoever holds the batch's key, and a slice that was written is not written again: after a crash the
//! next worker goes on where the last one stopped.

use super::held::{Shown, waits};
use super::undo;
use crate::audit::{Action, AuditEntry};
use crate::column::{ms, time, time_of, unsigned};
use crate::entity::{batch, subject};
use crate::error::StoreError;
use crate::ids_source::Ids;
use crate::project;
use crate::store::Store;
use crate::timeline::{self, TimelineEntry, TimelineKind};
use crate::work::{Due, Lease, Priority, WorkKey, check_lease, mark};
use crate::writer::Tx;
use backline_core::ids::{CloudId, ConnectedProjectId, SubjectId};
use backline_core::mapping::ConnectedProject;
use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Tickets of one project that were approved together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub id: Uuid,
    pub project: ConnectedProjectId,
    /// "SEC / Bug"; empty where the project is gone.
    pub place: String,
    pub tickets: u64,
    pub approved_at: Timestamp,
    pub approved_by: String,
    /// When a person took it back.
    pub undo_at: Option<Timestamp>,
    /// When the last of its tickets was let go of or held again.
    pub undone_at: Option<Timestamp>,
}

/// What came of approving what a person was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approval {
    Given(Batch),
    /// Of what was shown only so many wait still; nothing was approved.
    Differs {
        waiting: u64,
    },
}

impl Store {
    /// Approves whatever waits now, of these projects or of all.
    pub async fn approve_creates(
        &self,
        projects: Option<&[ConnectedProjectId]>,
        actor: &str,
        now: Timestamp,
    ) -> Result<Vec<Batch>, StoreError> {
        let mut batches = Vec::new();
        for project in project::active(self.reader()).await? {
            if projects.is_some_and(|wanted| !wanted.contains(&project.id)) {
                continue;
            }
            let everything = Shown { project: project.id, tickets: 0, last: i64::MAX };
            if let Approval::Given(batch) = self.approve(everything, false, actor, now).await? {
                batches.push(batch);
            }
        }
        Ok(batches)
    }

    /// Approves what a person was shown, and nothing that came later.
    pub async fn approve_shown(
        &self,
        shown: Shown,
        actor: &str,
        now: Timestamp,
    ) -> Result<Approval, StoreError> {
        self.approve(shown, true, actor, now).await
    }

    async fn approve(
        &self,
        shown: Shown,
        is_exact: bool,
        actor: &str,
        now: Timestamp,
    ) -> Result<Approval, StoreError> {
        let (actor, ids, audit) = (actor.to_owned(), self.shared_ids(), self.auditor());
        self.write(move |tx| {
            Box::pin(async move {
                let projects = project::active(tx).await?;
                let Some(project) = projects.iter().find(|known| known.id == shown.project) else {
                    return Ok(Approval::Differs { waiting: 0 });
                };
                let of_shown = waits()
                    .add(subject::Column::ConnectedProject.eq(shown.project.0))
                    .add(subject::Column::HeldNo.lte(shown.last));
                let tickets = subject::Entity::find().filter(of_shown.clone()).count(tx).await?;
                if tickets == 0 || (is_exact && tickets != shown.tickets) {
                    return Ok(Approval::Differs { waiting: tickets });
                }
                let batch = begin(tx, ids.as_ref(), project, tickets, &actor, now).await?;
                let text = format!("{tickets} new {}", noun(tickets));
                let act = AuditEntry::new(now, actor.as_str(), Action::Approved, batch.place.as_str());
                audit.add(tx, [act.with_reason(text)]).await?;
                subject::Entity::update_many()
                    .col_expr(subject::Column::Batch, Expr::value(batch.id))
                    .filter(of_shown)
                    .exec(tx)
                    .await?;
                Ok(Approval::Given(batch))
            })
        })
        .await
    }

    /// Carries a batch on by up to `limit` of its subjects, under the lease of its key; answers whether there is more.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease has passed on: nothing is written.
    pub async fn carry_batch(
        &self,
        lease: &Lease,
        id: Uuid,
        limit: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (lease, ids, audit) = (lease.clone(), self.shared_ids(), self.auditor());
        self.write(move |tx| {
            Box::pin(async move {
                check_lease(tx, &lease).await?;
                match batch::Entity::find_by_id(id).one(tx).await? {
                    Some(row) if row.undo_at.is_some() => {
                        undo::slice(tx, ids.as_ref(), &audit, &row, limit, now).await
                    }
                    Some(row) => let_go(tx, row.id, limit, now).await,
                    None => Ok(false),
                }
            })
        })
        .await
    }

    /// The newest first.
    pub async fn list_batches(&self, limit: u64) -> Result<Vec<Batch>, StoreError> {
        let db = self.snapshot().await?;
        let projects: BTreeMap<Uuid, String> =
            project::active(&db).await?.into_iter().map(|project| (project.id.0, project.place())).collect();
        let rows = batch::Entity::find().order_by_desc(batch::Column::Id).limit(limit).all(&db).await?;
        let mut batches = Vec::with_capacity(rows.len());
        for row in rows {
            batches.push(Batch {
                id: row.id,
                project: ConnectedProjectId(row.project),
                place: projects.get(&row.project).cloned().unwrap_or_default(),
                tickets: unsigned(row.tickets)?,
                approved_at: time(row.approved_at)?,
                approved_by: row.approved_by,
                undo_at: time_of(row.undo_at)?,
                undone_at: time_of(row.undone_at)?,
            });
        }
        Ok(batches)
    }
}

async fn begin(
    tx: &Tx,
    ids: &dyn Ids,
    project: &ConnectedProject,
    tickets: u64,
    actor: &str,
    now: Timestamp,
) -> Result<Batch, StoreError> {
    let id = ids.uuid(now);
    let row = batch::Model {
        id,
        project: project.id.0,
        approved_at: ms(now),
        approved_by: actor.to_owned(),
        tickets: i64::try_from(tickets).unwrap_or(i64::MAX),
        undo_at: None,
        undo_by: None,
        undone_at: None,
    };
    let row = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
    batch::Entity::insert(row).exec_without_returning(tx).await?;
    mark(tx, vec![due(id, "a person approved it", now)]).await?;
    let place = project.place();
    let text = format!("Approved {tickets} new {} in {place}", noun(tickets));
    let entry = TimelineEntry::new(now, TimelineKind::Done, text).by(actor);
    timeline::add(tx, ids, vec![entry]).await?;
    Ok(Batch {
        id,
        project: project.id,
        place,
        tickets,
        approved_at: now,
        approved_by: actor.to_owned(),
        undo_at: None,
        undone_at: None,
    })
}

/// Makes some of a batch due that were not yet.
async fn let_go(tx: &Tx, id: Uuid, limit: u64, now: Timestamp) -> Result<bool, StoreError> {
    let rows = subject::Entity::find()
        .filter(subject::Column::Batch.eq(id))
        .filter(subject::Column::HeldAt.is_not_null())
        .order_by_asc(subject::Column::Id)
        .limit(limit)
        .all(tx)
        .await?;
    subject::Entity::update_many()
        .col_expr(subject::Column::HeldAt, Expr::value(Option::<i64>::None))
        .filter(subject::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(tx)
        .await?;
    let again = rows.iter().map(|row| Due {
        key: WorkKey::Subject(SubjectId(row.id)),
        site: Some(CloudId(row.cloud_id.clone())),
        at: now,
        priority: Priority::Backfill,
        reason: "a person approved its ticket".to_owned(),
    });
    mark(tx, again.collect()).await?;
    Ok(rows.len() as u64 == limit)
}

/// Has a batch carried on.
pub(super) fn due(id: Uuid, reason: &str, now: Timestamp) -> Due {
    Due {
        key: WorkKey::Batch(id),
        site: None,
        at: now,
        priority: Priority::Update,
        reason: reason.to_owned(),
    }
}

pub(super) fn noun(tickets: u64) -> &'static str {
    if tickets == 1 { "ticket" } else { "tickets" }
}
