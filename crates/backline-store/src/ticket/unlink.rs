//! Ending the link between a subject and its issue, because a person said so.
//!
//! Invariants: an unlinked generation is closed for good, so that its issue is never written again; whatever of it
//! is open and matches a rule becomes the next generation in the same step.

use crate::column::ms;
use crate::entity::{subject, subject_member, ticket, work};
use crate::error::StoreError;
use crate::ids_source::Ids;
use crate::store::Store;
use crate::timeline::{TimelineEntry, TimelineKind};
use crate::vulnerability;
use crate::work::{Priority, WorkKey};
use crate::writer::Tx;
use crate::{notice, project, route, timeline};
use backline_core::ids::SubjectId;
use backline_core::notice::End;
use backline_core::vulnerability::Vulnerability;
use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

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
        let (actor, ids) = (actor.to_owned(), self.shared_ids());
        self.write(move |tx| {
            Box::pin(async move {
                let row = subject::Entity::find_by_id(id.0).one(tx).await?;
                let row = row.ok_or(StoreError::Missing("the ticket"))?;
                let kept = ticket::Entity::find_by_id(id.0).one(tx).await?;
                let Some(kept) = kept.filter(|_| row.unlinked_at.is_none()) else {
                    return Err(StoreError::Conflict("the link of the ticket"));
                };
                unlink(tx, ids.as_ref(), (&row, &kept), &actor, now).await
            })
        })
        .await
    }
}

/// The same for a subject and its ticket as they were just read.
pub(crate) async fn unlink(
    tx: &Tx,
    ids: &dyn Ids,
    (row, kept): (&subject::Model, &ticket::Model),
    actor: &str,
    now: Timestamp,
) -> Result<Unlinked, StoreError> {
    let id = SubjectId(row.id);
    close(tx, id, now).await?;
    let open = open_members(tx, id).await?;
    let projects = project::active(tx).await?;
    route::assign(tx, ids, &projects, &open, Priority::Update, now).await?;
    let next = successor(tx, row).await?;
    let becomes = match next {
        Some(_) => "The issue stays in Jira as it is; a new ticket is made",
        None => "The issue stays in Jira as it is; nothing of it is open and matches a rule",
    };
    let by = |text: String| TimelineEntry::new(now, TimelineKind::Done, text).by(actor);
    let mut entries = vec![by(format!("Unlinked {}", kept.key)).with_detail(becomes).about_subject(id)];
    entries.extend(
        next.map(|next| {
            by(format!("Takes the place of {}, which was unlinked", kept.key)).about_subject(next)
        }),
    );
    timeline::add(tx, ids, entries).await?;
    Ok(Unlinked { next })
}

async fn close(tx: &Tx, id: SubjectId, now: Timestamp) -> Result<(), StoreError> {
    notice::leave(tx, &[id], End::Unlinked, now).await?;
    subject::Entity::update_many()
        .col_expr(subject::Column::UnlinkedAt, Expr::value(ms(now)))
        .col_expr(subject::Column::ConnectedProject, Expr::null())
        .col_expr(subject::Column::Blocked, Expr::null())
        .filter(subject::Column::Id.eq(id.0))
        .exec(tx)
        .await?;
    // Out of the hands that hold it: their lease no longer stands, and so nothing that they bring is kept.
    work::Entity::update_many()
        .col_expr(work::Column::DueAt, Expr::null())
        .col_expr(work::Column::LeaseOwner, Expr::null())
        .col_expr(work::Column::LeaseUntil, Expr::null())
        .filter(work::Column::Key.eq(WorkKey::Subject(id).to_string()))
        .exec(tx)
        .await?;
    Ok(())
}

async fn open_members(tx: &Tx, id: SubjectId) -> Result<Vec<Vulnerability>, StoreError> {
    let members =
        subject_member::Entity::find().filter(subject_member::Column::Subject.eq(id.0)).all(tx).await?;
    let found = vulnerability::by_id(tx, members.into_iter().map(|member| member.vulnerability)).await?;
    Ok(found.into_values().filter(|one| one.status.is_open()).collect())
}

/// Of the same key, a later generation that a project keeps. Its Jira project may be another: rules change.
async fn successor(tx: &Tx, closed: &subject::Model) -> Result<Option<SubjectId>, StoreError> {
    let row = subject::Entity::find()
        .filter(subject::Column::GroupKey.eq(closed.group_key.as_str()))
        .filter(subject::Column::ConnectedProject.is_not_null())
        .filter(subject::Column::UnlinkedAt.is_null())
        .order_by_desc(subject::Column::Id)
        .one(tx)
        .await?;
    Ok(row.map(|row| SubjectId(row.id)))
}
