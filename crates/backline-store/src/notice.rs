//! Failures by cause: one notice for everything that one act would mend.
//!
//! Invariant: at most one open notice a cause. It is over when nothing waits for it any more, and what is to be
//! told of it is due in the same transaction. Why it ended is kept with it.
//!
//! A failure that subjects wait for is looked at again by itself, one subject at a time; once one of them goes on,
//! all others are due at once.

use crate::column::{KEYS_MAX, from_json, ms, time, time_of, to_json, word};
use crate::entity::{notice, notice_subject, work};
use crate::error::StoreError;
use crate::ids_source::Ids;
use crate::store::Store;
use crate::work::{Due, Lease, Next, Priority, WorkKey, give_back, mark};
use crate::writer::Tx;
use backline_core::ids::{NoticeId, SubjectId};
use backline_core::notice::{Blocked, End};
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use std::sync::Arc;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: NoticeId,
    pub blocked: Blocked,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    /// When people were told; `None` until then.
    pub told_at: Option<Timestamp>,
    pub over_at: Option<Timestamp>,
    pub over_told_at: Option<Timestamp>,
    /// Why it is over; `None` while it is not.
    pub ended_as: Option<End>,
    /// Subjects that wait for it now; 0 for a connection's own failure.
    pub subjects: u64,
    /// And at its worst.
    pub subjects_max: u64,
}

impl Store {
    pub async fn load_notice(&self, id: NoticeId) -> Result<Option<Notice>, StoreError> {
        let db = self.snapshot().await?;
        match notice::Entity::find_by_id(id.0).one(&db).await? {
            Some(row) => model(&db, row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Open ones, the newest first, then up to `past` that are over.
    pub async fn list_notices(&self, past: u64) -> Result<Vec<Notice>, StoreError> {
        let db = self.snapshot().await?;
        let mut rows = notice::Entity::find()
            .filter(notice::Column::OverAt.is_null())
            .order_by_desc(notice::Column::LastAt)
            .all(&db)
            .await?;
        rows.extend(
            notice::Entity::find()
                .filter(notice::Column::OverAt.is_not_null())
                .order_by_desc(notice::Column::OverAt)
                .limit(past)
                .all(&db)
                .await?,
        );
        let mut notices = Vec::with_capacity(rows.len());
        for row in rows {
            notices.push(model(&db, row).await?);
        }
        Ok(notices)
    }

    /// Records that people were told: of the failure, or that it is over.
    pub async fn notice_told(&self, id: NoticeId, is_over: bool, now: Timestamp) -> Result<(), StoreError> {
        let column = if is_over { notice::Column::OverToldAt } else { notice::Column::ToldAt };
        self.write_beside(move |tx| {
            Box::pin(async move {
                notice::Entity::update_many()
                    .col_expr(column, Expr::value(ms(now)))
                    .filter(notice::Column::Id.eq(id.0))
                    .exec(tx)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Has everything told that was not told yet: there is somebody to tell it to now.
    pub async fn tell_untold(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let is_open = Condition::all()
                    .add(notice::Column::OverAt.is_null())
                    .add(notice::Column::ToldAt.is_null());
                let lacks_its_end = Condition::all()
                    .add(notice::Column::OverAt.is_not_null())
                    .add(notice::Column::ToldAt.is_not_null())
                    .add(notice::Column::OverToldAt.is_null());
                let untold = notice::Entity::find().filter(Condition::any().add(is_open).add(lacks_its_end));
                for row in untold.all(tx).await? {
                    tell(tx, row.id, "there is a channel to tell it in", now).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Raises a failure that no subject waits for, such as a code host's.
    pub async fn raise_notice(&self, blocked: Blocked, now: Timestamp) -> Result<(), StoreError> {
        let ids = self.shared_ids();
        self.write(move |tx| {
            Box::pin(async move {
                raise(tx, &ids, &blocked, now).await?;
                Ok(())
            })
        })
        .await
    }

    /// Has one of those that wait for a failure looked at again, each in its turn, and gives the lease back.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease has passed on: nothing is written.
    pub async fn finish_probe(
        &self,
        lease: &Lease,
        id: NoticeId,
        next: Next,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let lease = lease.clone();
        self.write(move |tx| {
            Box::pin(async move {
                give_back(tx, &lease, next).await?;
                let row = notice::Entity::find_by_id(id.0).one(tx).await?;
                if row.is_none_or(|row| row.over_at.is_some()) {
                    return Ok(());
                }
                notice::Entity::update_many()
                    .col_expr(notice::Column::ReleasedAt, Expr::value(None::<i64>))
                    .filter(notice::Column::Id.eq(id.0))
                    .exec(tx)
                    .await?;
                let waiting = waiting(tx, id.0).await?;
                let turn = (lease.attempt as usize).checked_rem(waiting.len());
                let due = turn.map(|turn| look(waiting[turn], "it may be mended", now));
                mark(tx, due.into_iter().collect()).await
            })
        })
        .await
    }

    /// What was open under a cause is over; writes nothing where nothing is.
    pub async fn end_notice(&self, cause: &str, as_what: End, now: Timestamp) -> Result<(), StoreError> {
        let open = notice::Entity::find()
            .filter(notice::Column::Cause.eq(cause))
            .filter(notice::Column::OverAt.is_null());
        if open.one(self.reader()).await?.is_none() {
            return Ok(());
        }
        let cause = cause.to_owned();
        self.write(move |tx| Box::pin(async move { end(tx, &cause, as_what, now).await })).await
    }
}

/// A subject waits for the cause of `blocked`, and for no other. The cause is looked at again at `look_at`, or when
/// it is to be anyway.
pub(crate) async fn hold(
    tx: &Tx,
    ids: &Arc<dyn Ids>,
    subject: SubjectId,
    blocked: &Blocked,
    look_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = raise(tx, ids, blocked, now).await?;
    let others: Vec<Uuid> =
        notices_of(tx, &[subject.0]).await?.into_iter().filter(|other| *other != id).collect();
    drop_members(tx, &others, &[subject.0], End::Replaced, now).await?;
    let row = notice_subject::ActiveModel { notice: Set(id), subject: Set(subject.0) };
    let columns = [notice_subject::Column::Notice, notice_subject::Column::Subject];
    notice_subject::Entity::insert_many([row])
        .on_conflict(OnConflict::columns(columns).do_nothing_on(columns).to_owned())
        .exec_without_returning(tx)
        .await?;
    let count = members(tx, id).await?;
    notice::Entity::update_many()
        .col_expr(notice::Column::SubjectsMax, Expr::value(i64::try_from(count).unwrap_or(i64::MAX)))
        .filter(notice::Column::Id.eq(id))
        .filter(notice::Column::SubjectsMax.lt(i64::try_from(count).unwrap_or(i64::MAX)))
        .exec(tx)
        .await?;
    look_again(tx, id, look_at).await
}

/// The look that is due already keeps its time: it may have been put off for good reason.
async fn look_again(tx: &Tx, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
    let key = WorkKey::Probe(NoticeId(id));
    let is_due = work::Entity::find_by_id(key.to_string())
        .filter(work::Column::DueAt.is_not_null())
        .one(tx)
        .await?
        .is_some();
    if is_due {
        return Ok(());
    }
    let reason = "a failure".to_owned();
    mark(tx, vec![Due { key, site: None, at, priority: Priority::Check, reason }]).await
}

/// Subjects wait for nothing any more; notices that nobody waits for end. Where something was mended, whoever waits
/// for the same is due.
pub(crate) async fn leave(
    tx: &Tx,
    subjects: &[SubjectId],
    end: End,
    now: Timestamp,
) -> Result<(), StoreError> {
    for part in subjects.chunks(KEYS_MAX) {
        let subjects: Vec<Uuid> = part.iter().map(|subject| subject.0).collect();
        let notices = notices_of(tx, &subjects).await?;
        drop_members(tx, &notices, &subjects, end, now).await?;
    }
    Ok(())
}

async fn notices_of(tx: &Tx, subjects: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
    let rows = notice_subject::Entity::find()
        .filter(notice_subject::Column::Subject.is_in(subjects.to_vec()))
        .all(tx)
        .await?;
    let mut notices: Vec<Uuid> = rows.into_iter().map(|row| row.notice).collect();
    notices.sort();
    notices.dedup();
    Ok(notices)
}

async fn drop_members(
    tx: &Tx,
    notices: &[Uuid],
    subjects: &[Uuid],
    end: End,
    now: Timestamp,
) -> Result<(), StoreError> {
    for id in notices {
        notice_subject::Entity::delete_many()
            .filter(notice_subject::Column::Notice.eq(*id))
            .filter(notice_subject::Column::Subject.is_in(subjects.to_vec()))
            .exec(tx)
            .await?;
        if members(tx, *id).await? == 0 {
            over(tx, *id, end, now).await?;
        } else if end == End::Mended {
            release(tx, *id, now).await?;
        }
    }
    Ok(())
}

/// Makes everything due that waits for what was mended. Once between two looks that nobody asked for: of those that
/// wait, some may be refused again, and each that is not would wake the others anew.
async fn release(tx: &Tx, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    let first = notice::Entity::update_many()
        .col_expr(notice::Column::ReleasedAt, Expr::value(ms(now)))
        .filter(notice::Column::Id.eq(id))
        .filter(notice::Column::ReleasedAt.is_null())
        .exec(tx)
        .await?;
    if first.rows_affected == 0 {
        return Ok(());
    }
    let again = waiting(tx, id).await?.into_iter().map(|subject| look(subject, "it was mended", now));
    mark(tx, again.collect()).await
}

/// Those that wait for a notice, by id.
async fn waiting(tx: &Tx, id: Uuid) -> Result<Vec<SubjectId>, StoreError> {
    let rows = notice_subject::Entity::find()
        .filter(notice_subject::Column::Notice.eq(id))
        .order_by_asc(notice_subject::Column::Subject)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| SubjectId(row.subject)).collect())
}

fn look(subject: SubjectId, reason: &str, now: Timestamp) -> Due {
    let key = WorkKey::Subject(subject);
    Due { key, site: None, at: now, priority: Priority::Update, reason: reason.to_owned() }
}

async fn members<C: ConnectionTrait>(db: &C, notice: Uuid) -> Result<u64, StoreError> {
    Ok(notice_subject::Entity::find().filter(notice_subject::Column::Notice.eq(notice)).count(db).await?)
}

/// The open notice of a cause, made where there is none.
pub(crate) async fn raise(
    tx: &Tx,
    ids: &Arc<dyn Ids>,
    blocked: &Blocked,
    now: Timestamp,
) -> Result<Uuid, StoreError> {
    let known = notice::Entity::find()
        .filter(notice::Column::Cause.eq(blocked.cause.as_str()))
        .filter(notice::Column::OverAt.is_null())
        .one(tx)
        .await?;
    if let Some(row) = known {
        notice::Entity::update_many()
            .col_expr(notice::Column::LastAt, Expr::value(ms(now)))
            .filter(notice::Column::Id.eq(row.id))
            .exec(tx)
            .await?;
        return Ok(row.id);
    }
    let id = ids.uuid(now);
    let row = notice::Model {
        id,
        cause: blocked.cause.clone(),
        document: to_json(blocked),
        first_at: ms(now),
        last_at: ms(now),
        told_at: None,
        over_at: None,
        over_told_at: None,
        subjects_max: 0,
        ended_as: None,
        released_at: None,
    };
    let row = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
    notice::Entity::insert(row).exec_without_returning(tx).await?;
    tell(tx, id, "a failure", now).await?;
    Ok(id)
}

/// Ends the open notice of a cause, whoever waits for it.
pub(crate) async fn end(tx: &Tx, cause: &str, end: End, now: Timestamp) -> Result<(), StoreError> {
    let open = notice::Entity::find()
        .filter(notice::Column::Cause.eq(cause))
        .filter(notice::Column::OverAt.is_null())
        .one(tx)
        .await?;
    let Some(row) = open else { return Ok(()) };
    notice_subject::Entity::delete_many().filter(notice_subject::Column::Notice.eq(row.id)).exec(tx).await?;
    over(tx, row.id, end, now).await
}

async fn over(tx: &Tx, id: Uuid, end: End, now: Timestamp) -> Result<(), StoreError> {
    notice::Entity::update_many()
        .col_expr(notice::Column::OverAt, Expr::value(ms(now)))
        .col_expr(notice::Column::EndedAs, Expr::value(end.word()))
        .filter(notice::Column::Id.eq(id))
        .filter(notice::Column::OverAt.is_null())
        .exec(tx)
        .await?;
    tell(tx, id, "it is over", now).await
}

async fn tell(tx: &Tx, id: Uuid, reason: &str, now: Timestamp) -> Result<(), StoreError> {
    let due = Due {
        key: WorkKey::Notice(NoticeId(id)),
        site: None,
        at: now,
        priority: Priority::Update,
        reason: reason.to_owned(),
    };
    mark(tx, vec![due]).await
}

async fn model<C: ConnectionTrait>(db: &C, row: notice::Model) -> Result<Notice, StoreError> {
    Ok(Notice {
        id: NoticeId(row.id),
        subjects: members(db, row.id).await?,
        blocked: from_json(row.document)?,
        first_at: time(row.first_at)?,
        last_at: time(row.last_at)?,
        told_at: time_of(row.told_at)?,
        over_at: time_of(row.over_at)?,
        over_told_at: time_of(row.over_told_at)?,
        ended_as: row.ended_as.as_deref().map(word).transpose()?,
        subjects_max: u64::try_from(row.subjects_max).unwrap_or_default(),
    })
}
