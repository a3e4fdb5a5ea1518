//! How far the changes of a site were read, and the webhook that tells of them.

use crate::column::{ms_of, time_of};
use crate::entity::feed;
use crate::error::StoreError;
use crate::store::Store;
use backline_core::ids::{ConnectionId, SubjectId};
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

/// How far the changes of a site were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feed {
    /// Everything that was changed before this, by our clock, was asked for.
    pub read_to: Option<Timestamp>,
    /// When every ticket had been compared last.
    pub audited_at: Option<Timestamp>,
    /// The last ticket that the comparison under way has seen.
    pub audit_after: Option<SubjectId>,
    pub hook: Option<Hook>,
    /// Without one: when it is tried again to have one.
    pub hook_again: Option<Timestamp>,
    /// The store was restored from a backup of this time: tickets that were made since are looked for before any
    /// is made.
    pub sweep_from: Option<Timestamp>,
}

/// A webhook that Jira keeps for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    pub id: i64,
    pub url: String,
    pub filter: String,
    /// When Jira forgets it.
    pub until: Timestamp,
}

impl Store {
    pub async fn load_feed(&self, connection: ConnectionId) -> Result<Feed, StoreError> {
        let row = feed::Entity::find_by_id(connection.0).one(self.reader()).await?;
        row.map_or_else(|| Ok(Feed::default()), model)
    }

    pub async fn save_feed(&self, connection: ConnectionId, feed: Feed) -> Result<(), StoreError> {
        self.write(move |tx| Box::pin(async move { put(tx, connection, &feed).await })).await
    }

    /// Has every ticket compared at the next look.
    pub async fn audit_again(&self, connection: ConnectionId) -> Result<(), StoreError> {
        self.write_beside(move |tx| {
            Box::pin(async move {
                feed::Entity::update_many()
                    .col_expr(feed::Column::AuditedAt, Expr::value(None::<i64>))
                    .filter(feed::Column::Connection.eq(connection.0))
                    .exec(tx)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// The connection whose webhook has this number.
    pub async fn connection_of_hook(&self, hook: i64) -> Result<Option<ConnectionId>, StoreError> {
        let row = feed::Entity::find().filter(feed::Column::Hook.eq(hook)).one(self.reader()).await?;
        Ok(row.map(|row| ConnectionId(row.connection)))
    }
}

pub(crate) async fn put<C: ConnectionTrait>(
    db: &C,
    connection: ConnectionId,
    feed: &Feed,
) -> Result<(), StoreError> {
    let hook = feed.hook.as_ref();
    let row = feed::Model {
        connection: connection.0,
        read_to: ms_of(feed.read_to),
        audited_at: ms_of(feed.audited_at),
        audit_after: feed.audit_after.map(|after| after.0),
        hook: hook.map(|hook| hook.id),
        hook_url: hook.map(|hook| hook.url.clone()),
        hook_filter: hook.map(|hook| hook.filter.clone()),
        hook_until: ms_of(hook.map_or(feed.hook_again, |hook| Some(hook.until))),
        sweep_from: ms_of(feed.sweep_from),
    };
    use feed::Column::{
        AuditAfter, AuditedAt, Connection, Hook, HookFilter, HookUntil, HookUrl, ReadTo, SweepFrom,
    };
    let over = OnConflict::column(Connection)
        .update_columns([ReadTo, AuditedAt, AuditAfter, Hook, HookUrl, HookFilter, HookUntil, SweepFrom])
        .to_owned();
    feed::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(over)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub(crate) fn model(row: feed::Model) -> Result<Feed, StoreError> {
    let until = time_of(row.hook_until)?;
    let hook = match (row.hook, row.hook_url, row.hook_filter, until) {
        (Some(id), Some(url), Some(filter), Some(until)) => Some(Hook { id, url, filter, until }),
        _ => None,
    };
    let hook_again = until.filter(|_| hook.is_none());
    Ok(Feed {
        hook_again,
        read_to: time_of(row.read_to)?,
        audited_at: time_of(row.audited_at)?,
        audit_after: row.audit_after.map(SubjectId),
        hook,
        sweep_from: time_of(row.sweep_from)?,
    })
}

#[cfg(test)]
mod tests;
