//! Browser sessions. Only the hash of a session's id is kept.

use crate::column::{ms, time};
use crate::entity::session;
use crate::error::StoreError;
use crate::store::Store;
use backline_core::ids::UserId;
use jiff::{SignedDuration, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

/// The longest that a session is kept without being saved again.
pub const LIFETIME_MAX: SignedDuration = SignedDuration::from_hours(24 * 7);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    pub id_hash: String,
    pub user: Option<UserId>,
    pub data: Vec<u8>,
    pub expires_at: Timestamp,
}

impl Store {
    /// Keeps a session, new or known. Those that ended long before this one's end go: no session is kept for
    /// longer than [`LIFETIME_MAX`], so they have ended whatever the time is now.
    pub async fn save_session(&self, stored: StoredSession) -> Result<(), StoreError> {
        let row = session::Model {
            id_hash: stored.id_hash,
            user: stored.user.map(|user| user.0),
            data: stored.data,
            expires_at: ms(stored.expires_at),
        };
        let expires_at = row.expires_at;
        self.write_beside(move |tx| {
            Box::pin(async move {
                let over = OnConflict::column(session::Column::IdHash)
                    .update_columns([
                        session::Column::User,
                        session::Column::Data,
                        session::Column::ExpiresAt,
                    ])
                    .to_owned();
                let row = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
                session::Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
                session::Entity::delete_many()
                    .filter(session::Column::ExpiresAt.lt(expires_at - LIFETIME_MAX.as_millis() as i64))
                    .exec(tx)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// `None` when there is none or it has expired.
    pub async fn find_session(
        &self,
        id_hash: &str,
        now: Timestamp,
    ) -> Result<Option<StoredSession>, StoreError> {
        let row = session::Entity::find_by_id(id_hash)
            .filter(session::Column::ExpiresAt.gt(ms(now)))
            .one(self.reader())
            .await?;
        row.map(|row| {
            Ok(StoredSession {
                id_hash: row.id_hash,
                user: row.user.map(UserId),
                data: row.data,
                expires_at: time(row.expires_at)?,
            })
        })
        .transpose()
    }

    pub async fn delete_session(&self, id_hash: &str) -> Result<(), StoreError> {
        let id_hash = id_hash.to_owned();
        self.write_beside(move |tx| {
            Box::pin(async move {
                session::Entity::delete_by_id(id_hash).exec(tx).await?;
                Ok(())
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::StoredSession;
    use crate::Store;
    use jiff::{Timestamp, ToSpan};

    #[tokio::test]
    async fn a_session_ends_by_itself_and_its_row_goes_with_time() {
        let store = Store::fresh().await;
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let session = |id: &str, expires_at| StoredSession {
            id_hash: id.to_owned(),
            user: None,
            data: vec![1],
            expires_at,
        };
        store.save_session(session("one", now + 1.hour())).await.unwrap();
        assert!(store.find_session("one", now).await.unwrap().is_some());
        assert!(store.find_session("one", now + 2.hours()).await.unwrap().is_none());
        store.save_session(session("two", now + 200.hours())).await.unwrap();
        assert!(store.find_session("one", now).await.unwrap().is_none(), "its row is gone");
        store.delete_session("two").await.unwrap();
        assert!(store.find_session("two", now).await.unwrap().is_none());
    }
}
