//! Ending the link between a subject and its issue, because a person said so.
//!
//! Invariants: an unlinked generation is closed for good, so that its issue is never written again; whatever of it
//! is open and matches a rule becomes the next generation in the same step.

use crate::audit::{Action, AuditEntry, Auditor};
use crate::column::{KEYS_MAX, ms};
use crate::entity::{subject, subject_member, ticket, work};
use crate::error::StoreError;
use crate::ids_source::Ids;
use crate::store::Store;
use crate::timeline::{TimelineEntry, TimelineKind};
use crate::vulnerability;
use crate::work::{Priority, WorkKey};
use crate::writer::Tx;
use crate::{intent, notice, project, route, timeline};
use backline_core::ids::SubjectId;
use backline_core::notice::End;
use backline_core::vulnerability::Vulnerability;
use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::BTreeMap;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unlinked {
    /// The generation that gets a new ticket; `None` where nothing is open any more, or no rule takes it.
    pub next: Option<SubjectId>,
}

impl Store {
    /// Closes this generation of a subject and makes the next one. A pass that is under way records nothing.
    ///
    /// # Errors
    /// [`StoreError::Missing`] without such a subject; [`StoreError::Conflict`] when it has no ticket or was
    /// unlinked before.
    pub async fn unlink(&self, id: SubjectId, actor: &str, now: Timestamp) -> Result<Unlinked, StoreError> {
        let (actor, ids, audit) = (actor.to_owned(), self.shared_ids(), self.auditor());
        self.write(move |tx| {
            Box::pin(async move {
                let row = subject::Entity::find_by_id(id.0).one(tx).await?;
                let row = row.ok_or(StoreError::Missing("the ticket"))?;
                let kept = ticket::Entity::find_by_id(id.0).one(tx).await?;
                let Some(kept) = kept.filter(|_| row.unlinked_at.is_none()) else {
                    return Err(StoreError::Conflict("the link of the ticket"));
                };
                let next = unlink(tx, ids.as_ref(), &audit, &[(row, kept)], &actor, now).await?.pop();
                Ok(Unlinked { next: next.flatten() })
            })
        })
        .await
    }
}

/// The same for several subjects and their tickets as they were just read; answers the next generation of each.
pub(crate) async fn unlink(
    tx: &Tx,
    ids: &dyn Ids,
    audit: &Auditor,
    linked: &[(subject::Model, ticket::Model)],
    actor: &str,
    now: Timestamp,
) -> Result<Vec<Option<SubjectId>>, StoreError> {
    if linked.is_empty() {
        return Ok(Vec::new());
    }
    let closed: Vec<SubjectId> = linked.iter().map(|(row, _)| SubjectId(row.id)).collect();
    close(tx, audit, &closed, now).await?;
    let open = open_members(tx, &closed).await?;
    let projects = project::active(tx).await?;
    route::assign(tx, &projects, &open, Priority::Update, now).await?;
    let successors = successors(tx, linked).await?;
    let by = |text: String| TimelineEntry::new(now, TimelineKind::Done, text).by(actor);
    let acts = linked.iter().map(|(row, kept)| {
        AuditEntry::new(now, actor, Action::Unlinked, kept.key.as_str()).about_subject(SubjectId(row.id))
    });
    audit.add(tx, acts).await?;
    let (mut entries, mut all) = (Vec::new(), Vec::with_capacity(linked.len()));
    for (row, kept) in linked {
        let next = successors.get(&row.group_key).copied();
        let becomes = match next {
            Some(_) => "The issue stays in Jira as it is; a new ticket is made",
            None => "The issue stays in Jira as it is; nothing of it is open and matches a rule",
        };
        let text = format!("Unlinked {}", kept.key);
        entries.push(by(text).with_detail(becomes).about_subject(SubjectId(row.id)));
        entries.extend(next.map(|next| {
            by(format!("Takes the place of {}, which was unlinked", kept.key)).about_subject(next)
        }));
        all.push(next);
    }
    timeline::add(tx, ids, entries).await?;
    Ok(all)
}

async fn close(tx: &Tx, audit: &Auditor, closed: &[SubjectId], now: Timestamp) -> Result<(), StoreError> {
    notice::leave(tx, closed, End::Unlinked, now).await?;
    for part in closed.chunks(KEYS_MAX) {
        intent::let_go(tx, audit, part, now).await?;
        subject::Entity::update_many()
            .col_expr(subject::Column::UnlinkedAt, Expr::value(ms(now)))
            .col_expr(subject::Column::ConnectedProject, Expr::null())
            .col_expr(subject::Column::Blocked, Expr::null())
            .filter(subject::Column::Id.is_in(part.iter().map(|id| id.0)))
            .exec(tx)
            .await?;
        // Out of the hands that hold them: their leases no longer stand, and so nothing that they bring is kept.
        work::Entity::update_many()
            .col_expr(work::Column::DueAt, Expr::null())
            .col_expr(work::Column::LeaseOwner, Expr::null())
            .col_expr(work::Column::LeaseUntil, Expr::null())
            .filter(work::Column::Key.is_in(part.iter().map(|id| WorkKey::Subject(*id).to_string())))
            .exec(tx)
            .await?;
    }
    Ok(())
}

async fn open_members(tx: &Tx, closed: &[SubjectId]) -> Result<Vec<Vulnerability>, StoreError> {
    let mut open = Vec::new();
    for part in closed.chunks(KEYS_MAX) {
        let of_part = subject_member::Column::Subject.is_in(part.iter().map(|id| id.0));
        let members = subject_member::Entity::find().filter(of_part).all(tx).await?;
        let found = vulnerability::by_id(tx, members.into_iter().map(|member| member.vulnerability)).await?;
        open.extend(found.into_values().filter(|one| one.status.is_open()));
    }
    Ok(open)
}

/// Of each key, the latest generation that a project keeps. Its Jira project may be another: rules change.
async fn successors(
    tx: &Tx,
    closed: &[(subject::Model, ticket::Model)],
) -> Result<BTreeMap<String, SubjectId>, StoreError> {
    let mut newest = BTreeMap::new();
    for part in closed.chunks(KEYS_MAX) {
        let rows = subject::Entity::find()
            .filter(subject::Column::GroupKey.is_in(part.iter().map(|(row, _)| row.group_key.clone())))
            .filter(subject::Column::ConnectedProject.is_not_null())
            .filter(subject::Column::UnlinkedAt.is_null())
            .order_by_asc(subject::Column::Id)
            .all(tx)
            .await?;
        newest.extend(rows.into_iter().map(|row| (row.group_key, SubjectId(row.id))));
    }
    Ok(newest)
}
