//! What a person approved together, and took back.

use crate::column::{KEYS_MAX, ms, time, time_of, unsigned};
use crate::entity::{batch, subject, ticket};
use crate::error::StoreError;
use crate::project;
use crate::store::Store;
use crate::ticket::{TicketRow, rows as ticket_rows, unlink};
use crate::timeline::{self, TimelineEntry, TimelineKind};
use crate::work::{Due, Priority, WorkKey, mark};
use crate::writer::Tx;
use backline_core::ids::{CloudId, ConnectedProjectId, SubjectId};
use backline_core::mapping::ConnectedProject;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Tickets of one project that wait for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub project: ConnectedProjectId,
    pub tickets: u64,
    /// Since when the first of them waits.
    pub since: Timestamp,
}

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
    pub undone_at: Option<Timestamp>,
}

/// What came of taking a batch back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undone {
    /// Tickets that were let go of; in Jira they stay as they are.
    pub unlinked: usize,
    /// Tickets that were not made yet, and wait for approval again.
    pub held: usize,
}

impl Store {
    /// What waits for approval, by project.
    pub async fn held_creates(&self) -> Result<Vec<Held>, StoreError> {
        let rows: Vec<(Option<Uuid>, i64, i64)> = subject::Entity::find()
            .select_only()
            .column(subject::Column::ConnectedProject)
            .column_as(subject::Column::Id.count(), "tickets")
            .column_as(subject::Column::HeldAt.min(), "since")
            .filter(subject::Column::HeldAt.is_not_null())
            .filter(subject::Column::ConnectedProject.is_not_null())
            .filter(subject::Column::UnlinkedAt.is_null())
            .group_by(subject::Column::ConnectedProject)
            .into_tuple()
            .all(self.reader())
            .await?;
        let held = rows.into_iter().filter_map(|(project, tickets, since)| {
            let project = ConnectedProjectId(project?);
            Some(time(since).map(|since| Held {
                project,
                tickets: u64::try_from(tickets).unwrap_or(0),
                since,
            }))
        });
        held.collect()
    }

    /// What of a project waits for approval, in the order in which it was found.
    pub async fn list_held(
        &self,
        project: ConnectedProjectId,
        limit: u64,
    ) -> Result<Vec<TicketRow>, StoreError> {
        let db = self.snapshot().await?;
        let found = subject::Entity::find()
            .filter(subject::Column::HeldAt.is_not_null())
            .filter(subject::Column::ConnectedProject.eq(project.0))
            .filter(subject::Column::UnlinkedAt.is_null())
            .order_by_asc(subject::Column::Id)
            .limit(limit)
            .all(&db)
            .await?;
        ticket_rows(&db, found).await
    }

    /// Approves what waits, of these projects or of all; it is due at once.
    pub async fn approve_creates(
        &self,
        projects: Option<&[ConnectedProjectId]>,
        actor: &str,
        now: Timestamp,
    ) -> Result<Vec<Batch>, StoreError> {
        let (actor, ids, wanted) = (actor.to_owned(), self.shared_ids(), projects.map(<[_]>::to_vec));
        self.write(move |tx| {
            Box::pin(async move {
                let mut batches = Vec::new();
                let all = project::active(tx).await?;
                let is_wanted =
                    |known: &&ConnectedProject| wanted.as_ref().is_none_or(|ids| ids.contains(&known.id));
                for project in all.iter().filter(is_wanted) {
                    let held = held_of(tx, project.id).await?;
                    if held.is_empty() {
                        continue;
                    }
                    let id = ids.uuid(now);
                    let row = batch::Model {
                        id,
                        project: project.id.0,
                        approved_at: ms(now),
                        approved_by: actor.clone(),
                        tickets: i64::try_from(held.len()).unwrap_or(i64::MAX),
                        undone_at: None,
                    };
                    let row = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
                    batch::Entity::insert(row).exec_without_returning(tx).await?;
                    for part in held.chunks(KEYS_MAX) {
                        subject::Entity::update_many()
                            .col_expr(subject::Column::Batch, Expr::value(id))
                            .col_expr(subject::Column::HeldAt, Expr::value(Option::<i64>::None))
                            .filter(subject::Column::Id.is_in(part.iter().map(|row| row.id)))
                            .exec(tx)
                            .await?;
                    }
                    mark(tx, held.iter().map(|row| due(row, "a person approved its ticket", now)).collect())
                        .await?;
                    let place = format!("{} / {}", project.project.key, project.issue_type.name);
                    let text = format!("Approved {} new {} in {place}", held.len(), noun(held.len()));
                    let entry = TimelineEntry::new(now, TimelineKind::Done, text).by(actor.clone());
                    timeline::add(tx, ids.as_ref(), vec![entry]).await?;
                    batches.push(Batch {
                        id,
                        project: project.id,
                        place,
                        tickets: held.len() as u64,
                        approved_at: now,
                        approved_by: actor.clone(),
                        undone_at: None,
                    });
                }
                Ok(batches)
            })
        })
        .await
    }

    /// The newest first.
    pub async fn list_batches(&self, limit: u64) -> Result<Vec<Batch>, StoreError> {
        let db = self.snapshot().await?;
        let projects: BTreeMap<Uuid, String> = project::active(&db)
            .await?
            .into_iter()
            .map(|project| (project.id.0, format!("{} / {}", project.project.key, project.issue_type.name)))
            .collect();
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
                undone_at: time_of(row.undone_at)?,
            });
        }
        Ok(batches)
    }

    /// Takes a batch back: its tickets are let go of, what was not made yet waits again, and so does whatever would take
    /// the place of what was let go.
    ///
    /// # Errors
    /// [`StoreError::Missing`] without such a batch, [`StoreError::Conflict`] when it was taken back before.
    pub async fn undo_batch(&self, id: Uuid, actor: &str, now: Timestamp) -> Result<Undone, StoreError> {
        let (actor, ids) = (actor.to_owned(), self.shared_ids());
        self.write(move |tx| {
            Box::pin(async move {
                let row =
                    batch::Entity::find_by_id(id).one(tx).await?.ok_or(StoreError::Missing("the batch"))?;
                if row.undone_at.is_some() {
                    return Err(StoreError::Conflict("the batch"));
                }
                let members = subject::Entity::find()
                    .filter(subject::Column::Batch.eq(id))
                    .filter(subject::Column::UnlinkedAt.is_null())
                    .all(tx)
                    .await?;
                let (mut undone, mut waiting) = (Undone { unlinked: 0, held: 0 }, Vec::new());
                for member in &members {
                    match ticket::Entity::find_by_id(member.id).one(tx).await? {
                        Some(kept) => {
                            undone.unlinked += 1;
                            let next =
                                unlink::unlink(tx, ids.as_ref(), (member, &kept), &actor, now).await?.next;
                            waiting.extend(next.map(|next| next.0));
                        }
                        None => {
                            undone.held += 1;
                            waiting.push(member.id);
                        }
                    }
                }
                hold(tx, &waiting, now).await?;
                batch::Entity::update_many()
                    .col_expr(batch::Column::UndoneAt, Expr::value(ms(now)))
                    .filter(batch::Column::Id.eq(id))
                    .exec(tx)
                    .await?;
                let text = format!("Took back {} approved {}", members.len(), noun(members.len()));
                let entry = TimelineEntry::new(now, TimelineKind::Done, text).by(actor);
                timeline::add(tx, ids.as_ref(), vec![entry]).await?;
                Ok(undone)
            })
        })
        .await
    }
}

async fn held_of(tx: &Tx, project: ConnectedProjectId) -> Result<Vec<subject::Model>, StoreError> {
    Ok(subject::Entity::find()
        .filter(subject::Column::HeldAt.is_not_null())
        .filter(subject::Column::ConnectedProject.eq(project.0))
        .filter(subject::Column::UnlinkedAt.is_null())
        .all(tx)
        .await?)
}

/// Has subjects wait for approval, whatever they were approved with before.
async fn hold(tx: &Tx, subjects: &[Uuid], now: Timestamp) -> Result<(), StoreError> {
    for part in subjects.chunks(KEYS_MAX) {
        subject::Entity::update_many()
            .col_expr(subject::Column::HeldAt, Expr::value(ms(now)))
            .col_expr(subject::Column::Batch, Expr::value(Option::<Uuid>::None))
            .filter(subject::Column::Id.is_in(part.to_vec()))
            .filter(subject::Column::Id.not_in_subquery(ticketed()))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Subjects that have a ticket already: what takes a place may be one of them.
fn ticketed() -> SelectStatement {
    Query::select().column(ticket::Column::Subject).from(ticket::Entity).take()
}

fn due(row: &subject::Model, reason: &str, now: Timestamp) -> Due {
    Due {
        key: WorkKey::Subject(SubjectId(row.id)),
        site: Some(CloudId(row.cloud_id.clone())),
        at: now,
        priority: Priority::Backfill,
        reason: reason.to_owned(),
    }
}

fn noun(tickets: usize) -> &'static str {
    if tickets == 1 { "ticket" } else { "tickets" }
}
