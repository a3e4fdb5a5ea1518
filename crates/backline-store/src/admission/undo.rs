//! Taking a batch back: its tickets are let go of, what was not made yet waits again, and so does whatever would take
//! the place of what was let go.
//!
//! Once it is taken back nothing of it gets leave, so no further ticket of it begins. What is on the wire then may land:
//! it is let go of when its pass has recorded what became of it, and until then the batch is still being taken back.

use super::batch::{due, noun};
use super::held::hold;
use crate::audit::{Action, AuditEntry, Auditor};
use crate::column::ms;
use crate::entity::{batch, intent, subject, ticket};
use crate::error::StoreError;
use crate::ids_source::Ids;
use crate::store::Store;
use crate::ticket::unlink;
use crate::timeline::{self, TimelineEntry, TimelineKind};
use crate::work::mark;
use crate::writer::Tx;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What taking a batch back comes to, as it stood when a person asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undone {
    /// Tickets that are let go of; in Jira they stay as they are.
    pub unlinked: u64,
    /// Tickets that were not made yet, and wait for approval again.
    pub held: u64,
    /// Tickets that are on the wire: each is let go of, or held, as soon as it is known whether it was made.
    pub under_way: u64,
}

impl Store {
    /// Takes a batch back from now on; its slices are carried out under its key.
    ///
    /// # Errors
    /// [`StoreError::Missing`] without such a batch, [`StoreError::Conflict`] when it was taken back before.
    pub async fn undo_batch(&self, id: Uuid, actor: &str, now: Timestamp) -> Result<Undone, StoreError> {
        let (actor, ids, audit) = (actor.to_owned(), self.shared_ids(), self.auditor());
        self.write(move |tx| {
            Box::pin(async move {
                let row = batch::Entity::find_by_id(id)
                    .one(tx)
                    .await?
                    .ok_or(StoreError::Missing("the approval"))?;
                if row.undo_at.is_some() {
                    return Err(StoreError::Conflict("the approval"));
                }
                let count = async |of: Condition| {
                    subject::Entity::find().filter(members(id)).filter(of).count(tx).await
                };
                let undone = Undone {
                    unlinked: count(has_ticket()).await?,
                    under_way: count(is_under_way()).await?,
                    held: count(Condition::any().add(has_ticket()).add(is_under_way()).not()).await?,
                };
                batch::Entity::update_many()
                    .col_expr(batch::Column::UndoAt, Expr::value(ms(now)))
                    .col_expr(batch::Column::UndoBy, Expr::value(actor.as_str()))
                    .filter(batch::Column::Id.eq(id))
                    .exec(tx)
                    .await?;
                let tickets = undone.unlinked + undone.under_way + undone.held;
                let text = format!("Took back {tickets} approved {}", noun(tickets));
                let act =
                    AuditEntry::new(now, actor.as_str(), Action::ApprovalTakenBack, format!("approval {id}"));
                audit.add(tx, [act.with_reason(text.as_str())]).await?;
                let entry = TimelineEntry::new(now, TimelineKind::Done, text).by(actor);
                timeline::add(tx, ids.as_ref(), vec![entry]).await?;
                mark(tx, vec![due(id, "a person took it back", now)]).await?;
                Ok(undone)
            })
        })
        .await
    }
}

/// Settles some of what can be settled; answers whether there is more of it.
pub(super) async fn slice(
    tx: &Tx,
    ids: &dyn Ids,
    audit: &Auditor,
    row: &batch::Model,
    limit: u64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let found = subject::Entity::find()
        .filter(members(row.id))
        .filter(Condition::any().add(has_ticket()).add(is_under_way().not()))
        .order_by_asc(subject::Column::Id)
        .limit(limit)
        .all(tx)
        .await?;
    let more = found.len() as u64 == limit;
    let of_these = ticket::Column::Subject.is_in(found.iter().map(|row| row.id));
    let tickets = ticket::Entity::find().filter(of_these).all(tx).await?;
    let mut tickets: BTreeMap<Uuid, ticket::Model> =
        tickets.into_iter().map(|ticket| (ticket.subject, ticket)).collect();
    let (mut linked, mut waiting) = (Vec::new(), Vec::new());
    for member in found {
        match tickets.remove(&member.id) {
            Some(ticket) => linked.push((member, ticket)),
            None => waiting.push(member.id),
        }
    }
    let actor = row.undo_by.as_deref().unwrap_or_default();
    let next = unlink::unlink(tx, ids, audit, &linked, actor, now).await?;
    waiting.extend(next.into_iter().flatten().map(|next| next.0));
    hold(tx, &waiting, now).await?;
    if !more && subject::Entity::find().filter(members(row.id)).count(tx).await? == 0 {
        batch::Entity::update_many()
            .col_expr(batch::Column::UndoneAt, Expr::value(ms(now)))
            .filter(batch::Column::Id.eq(row.id))
            .filter(batch::Column::UndoneAt.is_null())
            .exec(tx)
            .await?;
    }
    Ok(more)
}

/// A pass over a subject of a batch was recorded: if the batch is being taken back, it is looked at again.
pub(crate) async fn settled(tx: &Tx, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    let undoing = batch::Entity::find_by_id(id)
        .filter(batch::Column::UndoAt.is_not_null())
        .filter(batch::Column::UndoneAt.is_null());
    match undoing.one(tx).await? {
        Some(_) => mark(tx, vec![due(id, "one of it is settled", now)]).await,
        None => Ok(()),
    }
}

fn members(id: Uuid) -> Condition {
    Condition::all().add(subject::Column::Batch.eq(id)).add(subject::Column::UnlinkedAt.is_null())
}

fn has_ticket() -> Condition {
    let ticketed = Query::select().column(ticket::Column::Subject).from(ticket::Entity).take();
    Condition::all().add(subject::Column::Id.in_subquery(ticketed))
}

/// Its create was begun, and what became of it is not known.
fn is_under_way() -> Condition {
    let begun: SelectStatement = Query::select()
        .column(intent::Column::Subject)
        .from(intent::Entity)
        .and_where(intent::Column::Kind.eq("create"))
        .and_where(intent::Column::State.eq("open"))
        .take();
    Condition::all().add(has_ticket().not()).add(subject::Column::Id.in_subquery(begun))
}
