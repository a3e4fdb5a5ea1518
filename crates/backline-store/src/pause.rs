//! What a site asked to be left alone until a time: heeded by every process on the database, and by the next start.
//!
//! Invariant: a time that is kept is only ever put off. What is over is forgotten with the next one that is kept.

use crate::column::{ms, time};
use crate::entity::pause;
use crate::error::StoreError;
use crate::postgres::hint::Hint;
use crate::store::Store;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

impl Store {
    /// Keeps that a scope, in the caller's own words, is to be left alone until a time.
    pub async fn keep_pause(
        &self,
        scope: String,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let row = pause::ActiveModel { scope: Set(scope), until: Set(ms(until)) };
        // `MIN` and `LEAST` differ by database; a CASE reads the same in both.
        let later = "CASE WHEN \"excluded\".\"until\" > \"pause\".\"until\" THEN \"excluded\".\"until\" \
                     ELSE \"pause\".\"until\" END";
        let over = OnConflict::column(pause::Column::Scope)
            .value(pause::Column::Until, Expr::cust(later))
            .to_owned();
        self.write_beside(move |tx| {
            Box::pin(async move {
                pause::Entity::delete_many().filter(pause::Column::Until.lte(ms(now))).exec(tx).await?;
                pause::Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
                Ok(Hint::Pauses.tell(tx).await?)
            })
        })
        .await
    }

    /// What is to be left alone now, and until when.
    pub async fn pauses(&self, now: Timestamp) -> Result<Vec<(String, Timestamp)>, StoreError> {
        let rows = pause::Entity::find().filter(pause::Column::Until.gt(ms(now))).all(self.reader()).await?;
        rows.into_iter().map(|row| Ok((row.scope, time(row.until)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::Store;
    use jiff::Timestamp;

    #[tokio::test]
    async fn a_pause_is_only_put_off_and_ends() {
        let store = Store::fresh().await;
        let at = |second| Timestamp::from_second(second).unwrap();
        for until in [20, 30, 25] {
            store.keep_pause("site acme".to_owned(), at(until), at(1)).await.unwrap();
        }
        assert_eq!(store.pauses(at(29)).await.unwrap(), [("site acme".to_owned(), at(30))]);
        assert!(store.pauses(at(30)).await.unwrap().is_empty());
        store.keep_pause("site globex".to_owned(), at(60), at(40)).await.unwrap();
        assert_eq!(store.pauses(at(1)).await.unwrap().len(), 1, "what is over is forgotten");
    }
}
