//! Answers that were given to requests with an `Idempotency-Key`, kept for a day.
//!
//! An answer may hold a secret that is shown once (a fresh token), so it is sealed. Of the key only a hash is kept.
//!
//! Source: <https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>

use crate::column::{ms, unsigned};
use crate::crypto::Place;
use crate::entity::kept_answer;
use crate::error::StoreError;
use crate::store::Store;
use backline_core::ids::ApiTokenId;
use jiff::{SignedDuration, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use secrecy::SecretString;
use sha2::{Digest, Sha256};

/// How long the same key gives the same answer.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What was asked, and what was answered.
#[derive(Debug)]
pub struct KeptAnswer {
    /// Method, path and query.
    pub request: String,
    /// SHA-256 of the request's body in hexadecimal; `None` if nothing of it was read.
    pub body_hash: Option<String>,
    pub status: u16,
    /// JSON; empty where the answer had no body.
    pub answer: SecretString,
}

impl Store {
    pub async fn find_answer(
        &self,
        token: ApiTokenId,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<KeptAnswer>, StoreError> {
        let key_hash = hash(key);
        let found = kept_answer::Entity::find_by_id((token.0, key_hash.clone()))
            .filter(kept_answer::Column::KeptAt.gt(ms(now - KEPT)))
            .one(self.reader())
            .await?;
        let Some(row) = found else { return Ok(None) };
        let answer = self.keys().open(place(&key_hash), &row.answer).map_err(|_| StoreError::WrongKey)?;
        Ok(Some(KeptAnswer {
            request: row.request,
            body_hash: row.body_hash,
            status: unsigned(row.status)?,
            answer,
        }))
    }

    /// Keeps an answer in place of an older one, and lets go of those whose day is over.
    pub async fn keep_answer(
        &self,
        token: ApiTokenId,
        key: &str,
        kept: KeptAnswer,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key_hash = hash(key);
        let row = kept_answer::Model {
            token: token.0,
            answer: self.keys().seal(place(&key_hash), &kept.answer),
            key_hash,
            request: kept.request,
            body_hash: kept.body_hash,
            status: kept.status.into(),
            kept_at: ms(now),
        };
        self.write_beside(move |tx| {
            Box::pin(async move {
                use kept_answer::{Column, Entity};
                Entity::delete_many().filter(Column::KeptAt.lte(ms(now - KEPT))).exec(tx).await?;
                let over = OnConflict::columns([Column::Token, Column::KeyHash])
                    .update_columns([
                        Column::Request,
                        Column::BodyHash,
                        Column::Status,
                        Column::Answer,
                        Column::KeptAt,
                    ])
                    .to_owned();
                let row = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
                Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
                Ok(())
            })
        })
        .await
    }
}

fn hash(key: &str) -> String {
    hex::encode(Sha256::digest(key.as_bytes()))
}

fn place(key_hash: &str) -> Place<'_> {
    Place { table: "kept_answer", row: key_hash, field: "answer", version: 1 }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, KeptAnswer};
    use crate::Store;
    use backline_core::ids::ApiTokenId;
    use jiff::{Timestamp, ToSpan};
    use secrecy::{ExposeSecret, SecretString};

    #[tokio::test]
    async fn an_answer_is_kept_a_day_for_its_own_token() {
        let store = Store::fresh().await;
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let [mine, other] = [1, 2].map(|id| ApiTokenId(uuid::Uuid::from_u128(id)));
        let kept = KeptAnswer {
            request: "POST /tokens".to_owned(),
            body_hash: None,
            status: 201,
            answer: SecretString::from(r#"{"token": "blt_a_b"}"#),
        };
        store.keep_answer(mine, "k", kept, now).await.unwrap();
        let find = async |token, at| store.find_answer(token, "k", at).await.unwrap();
        let found = find(mine, now + 23.hours()).await.unwrap();
        assert_eq!((found.status, found.answer.expose_secret()), (201, r#"{"token": "blt_a_b"}"#));
        assert!(find(other, now).await.is_none());
        assert!(find(mine, now + KEPT).await.is_none());
    }
}
