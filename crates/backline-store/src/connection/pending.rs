//! Consents for which a site is still to be chosen: kept for a few minutes, then forgotten with their tokens.

use super::row::model;
use super::{Connection, ConnectionStatus};
use crate::entity::{connection, jira_grant};
use crate::error::StoreError;
use crate::store::Store;
use crate::writer::Tx;
use backline_core::ids::ConnectionId;
use jiff::{SignedDuration, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

impl Store {
    /// Forgets consents for which nobody chose a site in time, with their tokens.
    pub async fn forget_stale_consents(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                let pending = pending(tx).await?;
                for id in pending.iter().filter(|kept| is_stale(kept, now)).map(|kept| kept.id) {
                    forget(tx, id).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// The consent for which a site is still to be chosen.
    pub async fn pending_connection(&self, now: Timestamp) -> Result<Option<Connection>, StoreError> {
        Ok(pending(self.reader()).await?.into_iter().find(|kept| !is_stale(kept, now)))
    }
}

/// How long a person may take to choose a site.
const CHOICE_MAX: SignedDuration = SignedDuration::from_mins(10);

pub(super) fn is_stale(connection: &Connection, now: Timestamp) -> bool {
    now.duration_since(connection.connected_at) > CHOICE_MAX
}

/// Consents without a site, the newest first.
async fn pending<C: ConnectionTrait>(db: &C) -> Result<Vec<Connection>, StoreError> {
    let rows = connection::Entity::find()
        .filter(connection::Column::Status.eq(ConnectionStatus::Pending.word()))
        .order_by_desc(connection::Column::ConnectedAt)
        .all(db)
        .await?;
    rows.into_iter().map(model).collect()
}

/// Forgets every consent without a site but `kept`.
pub(super) async fn forget_pending(tx: &Tx, kept: Option<ConnectionId>) -> Result<(), StoreError> {
    for connection in pending(tx).await?.iter().filter(|connection| Some(connection.id) != kept) {
        forget(tx, connection.id).await?;
    }
    Ok(())
}

async fn forget(tx: &Tx, id: ConnectionId) -> Result<(), StoreError> {
    jira_grant::Entity::delete_by_id(id.0).exec(tx).await?;
    connection::Entity::delete_by_id(id.0).exec(tx).await?;
    Ok(())
}
