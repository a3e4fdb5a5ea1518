//! Deliveries of webhooks that were taken, so that one that comes twice does nothing twice.

use crate::column::ms;
use crate::entity::delivery;
use crate::error::StoreError;
use crate::store::Store;
use crate::work::{Due, mark};
use crate::writer::Tx;
use jiff::{SignedDuration, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

/// How long a delivery is remembered.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

impl Store {
    /// Takes a delivery and makes `due` what it is about, in one transaction. `false` when it was seen before:
    /// nothing is written then.
    pub async fn receive_delivery(
        &self,
        service: &str,
        id: &str,
        due: Vec<Due>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let id = format!("{service}:{id}");
        self.write_beside(move |tx| {
            Box::pin(async move {
                let is_new = take(tx, id, now).await?;
                if is_new {
                    mark(tx, due).await?;
                }
                Ok(is_new)
            })
        })
        .await
    }
}

/// Remembers a delivery; `false` when it is remembered already. Of two that come at once, in two processes, the table
/// takes one.
pub(crate) async fn take(tx: &Tx, id: String, now: Timestamp) -> Result<bool, StoreError> {
    delivery::Entity::delete_many()
        .filter(delivery::Column::ReceivedAt.lt(ms(now) - KEPT.as_millis() as i64))
        .exec(tx)
        .await?;
    let row = delivery::ActiveModel { id: Set(id), received_at: Set(ms(now)) };
    let over = OnConflict::column(delivery::Column::Id).do_nothing_on([delivery::Column::Id]).to_owned();
    let taken = delivery::Entity::insert_many([row]).on_conflict(over).exec_without_returning(tx).await?;
    Ok(taken > 0)
}

#[cfg(test)]
mod tests {
    use crate::Store;
    use jiff::{Timestamp, ToSpan};

    #[tokio::test]
    async fn a_delivery_counts_once_in_thirty_days_and_service() {
        let store = Store::fresh().await;
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let take =
            async |service: &str, at| store.receive_delivery(service, "1", Vec::new(), at).await.unwrap();
        assert!(take("github", now).await);
        assert!(!take("github", now + 700.hours()).await);
        assert!(take("jira", now).await);
        store.receive_delivery("github", "2", Vec::new(), now + 721.hours()).await.unwrap();
        assert!(take("github", now + 721.hours()).await, "thirty days are over");
    }
}
