//! Failures by cause: one notice for everything that one act would mend.
//!
//! Invariant: at most one open notice a cause. It is over when nothing waits for it any more, and what is to be
//! told of it is due in the same transaction.

use crate::column::{KEYS_MAX, from_json, ms, time, time_of, to_json};
use crate::entity::{notice, notice_subject};
use crate::error::StoreError;
use crate::ids_source::Ids;
use crate::store::Store;
use crate::work::{Due, Priority, WorkKey, mark};
use crate::writer::Tx;
use backline_core::ids::{NoticeId, SubjectId};
use backline_core::notice::Blocked;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
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
        self.write(move |tx| {
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
                let open = notice::Entity::find()
                    .filter(notice::Column::OverAt.is_null())
                    .filter(notice::Column::ToldAt.is_null());
                for row in open.all(tx).await? {
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

    /// Ends whatever is open under a cause; writes nothing where nothing is.
    pub async fn end_notice(&self, cause: &str, now: Timestamp) -> Result<(), StoreError> {
        let open = notice::Entity::find()
            .filter(notice::Column::Cause.eq(cause))
            .filter(notice::Column::OverAt.is_null());
        if open.one(self.reader()).await?.is_none() {
            return Ok(());
        }
        let cause = cause.to_owned();
        self.write(move |tx| Box::pin(async move { end(tx, &cause, now).await })).await
    }
}

/// A subject waits for the cause of `blocked`, and for no other.
pub(crate) async fn hold(
    tx: &Tx,
    ids: &Arc<dyn Ids>,
    subject: SubjectId,
    blocked: &Blocked,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = raise(tx, ids, blocked, now).await?;
    let others: Vec<Uuid> =
        notices_of(tx, &[subject.0]).await?.into_iter().filter(|other| *other != id).collect();
    drop_members(tx, &others, &[subject.0], now).await?;
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
    Ok(())
}

/// Subjects wait for nothing any more; notices that nobody waits for end.
pub(crate) async fn leave(tx: &Tx, subjects: &[SubjectId], now: Timestamp) -> Result<(), StoreError> {
    for part in subjects.chunks(KEYS_MAX) {
        let subjects: Vec<Uuid> = part.iter().map(|subject| subject.0).collect();
        let notices = notices_of(tx, &subjects).await?;
        drop_members(tx, &notices, &subjects, now).await?;
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
    now: Timestamp,
) -> Result<(), StoreError> {
    for id in notices {
        notice_subject::Entity::delete_many()
            .filter(notice_subject::Column::Notice.eq(*id))
            .filter(notice_subject::Column::Subject.is_in(subjects.to_vec()))
            .exec(tx)
            .await?;
        if members(tx, *id).await? == 0 {
            over(tx, *id, now).await?;
        }
    }
    Ok(())
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
    };
    let row = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
    notice::Entity::insert(row).exec_without_returning(tx).await?;
    tell(tx, id, "a failure", now).await?;
    Ok(id)
}

/// Ends the open notice of a cause, whoever waits for it.
pub(crate) async fn end(tx: &Tx, cause: &str, now: Timestamp) -> Result<(), StoreError> {
    let open = notice::Entity::find()
        .filter(notice::Column::Cause.eq(cause))
        .filter(notice::Column::OverAt.is_null())
        .one(tx)
        .await?;
    let Some(row) = open else { return Ok(()) };
    notice_subject::Entity::delete_many().filter(notice_subject::Column::Notice.eq(row.id)).exec(tx).await?;
    over(tx, row.id, now).await
}

async fn over(tx: &Tx, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    notice::Entity::update_many()
        .col_expr(notice::Column::OverAt, Expr::value(ms(now)))
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
        subjects_max: u64::try_from(row.subjects_max).unwrap_or_default(),
    })
}
