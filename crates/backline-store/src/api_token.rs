//! API tokens: `blt_<id>_<secret>`. Only the secret's hash is kept; the token is shown once.

use crate::audit::{Action, AuditEntry};
use crate::column::{from_json, ms, ms_of, time, time_of, to_json};
use crate::entity::api_token;
use crate::error::StoreError;
use crate::store::Store;
use backline_core::ids::ApiTokenId;
use jiff::{SignedDuration, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A use is written at most this often, so that reading stays reading.
const LAST_USE_GRAIN: SignedDuration = SignedDuration::from_mins(5);

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenScope {
    #[serde(rename = "report:write")]
    ReportWrite,
    #[serde(rename = "read")]
    Read,
    #[serde(rename = "plan")]
    Plan,
    #[serde(rename = "admin")]
    Admin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    pub id: ApiTokenId,
    /// The part between the underscores, for lists.
    pub public_id: String,
    pub name: String,
    pub scopes: Vec<TokenScope>,
    pub created_by: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl ApiToken {
    /// `admin` holds every other scope.
    pub fn may(&self, scope: TokenScope) -> bool {
        self.scopes.contains(&scope) || self.scopes.contains(&TokenScope::Admin)
    }
}

/// A token to be made. `public_id` and `secret` are fresh random text without underscores.
#[derive(Debug, Clone)]
pub struct NewToken {
    pub public_id: String,
    pub secret: String,
    pub name: String,
    pub scopes: Vec<TokenScope>,
    pub created_by: String,
    pub expires_at: Option<Timestamp>,
}

impl Store {
    /// Keeps a token; answers the text to show, once. Tokens of the same name give way when `replaces`.
    pub async fn create_api_token(
        &self,
        new: NewToken,
        replaces: bool,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let text = format!("blt_{}_{}", new.public_id, new.secret);
        let row = api_token::Model {
            id: self.uuid(now),
            public_id: new.public_id,
            secret_hash: hash(&new.secret),
            name: new.name,
            scopes: to_json(&new.scopes),
            created_by: new.created_by,
            created_at: ms(now),
            expires_at: ms_of(new.expires_at),
            last_used_at: None,
            revoked_at: None,
        };
        let audit = self.auditor();
        let scopes = row.scopes.to_string();
        self.write(move |tx| {
            Box::pin(async move {
                if replaces {
                    api_token::Entity::update_many()
                        .col_expr(api_token::Column::RevokedAt, Expr::value(ms(now)))
                        .filter(api_token::Column::Name.eq(row.name.as_str()))
                        .filter(api_token::Column::RevokedAt.is_null())
                        .exec(tx)
                        .await?;
                }
                let act = AuditEntry::new(now, row.created_by.as_str(), Action::TokenMade, named(&row));
                audit.add(tx, [act.with_reason(scopes)]).await?;
                let row = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
                api_token::Entity::insert(row).exec_without_returning(tx).await?;
                Ok(text)
            })
        })
        .await
    }

    /// The token that a text names, if it is known, not revoked and not expired. Its last use is kept, to within
    /// a few minutes.
    pub async fn find_api_token(&self, text: &str, now: Timestamp) -> Result<Option<ApiToken>, StoreError> {
        let Some((public_id, secret)) = text.strip_prefix("blt_").and_then(|rest| rest.split_once('_'))
        else {
            return Ok(None);
        };
        let row = api_token::Entity::find()
            .filter(api_token::Column::PublicId.eq(public_id))
            .filter(api_token::Column::RevokedAt.is_null())
            .one(self.reader())
            .await?;
        let Some(row) = row else { return Ok(None) };
        // Hashes are compared, so the time tells nothing of the secret.
        if row.secret_hash != hash(secret) || row.expires_at.is_some_and(|at| at <= ms(now)) {
            return Ok(None);
        }
        if row.last_used_at.is_none_or(|used| used + LAST_USE_GRAIN.as_millis() as i64 <= ms(now)) {
            self.touch_api_token(row.id, now).await?;
        }
        token(row).map(Some)
    }

    async fn touch_api_token(&self, id: uuid::Uuid, now: Timestamp) -> Result<(), StoreError> {
        self.write_beside(move |tx| {
            Box::pin(async move {
                api_token::Entity::update_many()
                    .col_expr(api_token::Column::LastUsedAt, Expr::value(ms(now)))
                    .filter(api_token::Column::Id.eq(id))
                    .exec(tx)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    pub async fn list_api_tokens(&self) -> Result<Vec<ApiToken>, StoreError> {
        let rows =
            api_token::Entity::find().order_by_desc(api_token::Column::CreatedAt).all(self.reader()).await?;
        rows.into_iter().map(token).collect()
    }

    /// Takes effect with the next request. Answers whether there was one to revoke.
    pub async fn revoke_api_token(
        &self,
        public_id: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (public_id, by, audit) = (public_id.to_owned(), by.to_owned(), self.auditor());
        self.write(move |tx| {
            Box::pin(async move {
                let row = api_token::Entity::find()
                    .filter(api_token::Column::PublicId.eq(public_id))
                    .filter(api_token::Column::RevokedAt.is_null())
                    .one(tx)
                    .await?;
                let Some(row) = row else { return Ok(false) };
                api_token::Entity::update_many()
                    .col_expr(api_token::Column::RevokedAt, Expr::value(ms(now)))
                    .filter(api_token::Column::Id.eq(row.id))
                    .exec(tx)
                    .await?;
                audit.add(tx, [AuditEntry::new(now, by, Action::TokenRevoked, named(&row))]).await?;
                Ok(true)
            })
        })
        .await
    }
}

/// "nightly scan (a1b2)": names are not unique.
fn named(row: &api_token::Model) -> String {
    format!("{} ({})", row.name, row.public_id)
}

fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

fn token(row: api_token::Model) -> Result<ApiToken, StoreError> {
    Ok(ApiToken {
        id: ApiTokenId(row.id),
        public_id: row.public_id,
        name: row.name,
        scopes: from_json(row.scopes)?,
        created_by: row.created_by,
        created_at: time(row.created_at)?,
        expires_at: time_of(row.expires_at)?,
        last_used_at: time_of(row.last_used_at)?,
        revoked_at: time_of(row.revoked_at)?,
    })
}

#[cfg(test)]
mod tests {
    use super::{NewToken, TokenScope};
    use crate::Store;
    use jiff::{Timestamp, ToSpan};

    fn new(id: &str, expires_at: Option<Timestamp>) -> NewToken {
        NewToken {
            public_id: id.to_owned(),
            secret: format!("secret{id}"),
            name: "ci".to_owned(),
            scopes: vec![TokenScope::ReportWrite],
            created_by: "ada@acme.test".to_owned(),
            expires_at,
        }
    }

    #[tokio::test]
    async fn a_token_works_until_it_ends_or_is_revoked_and_shows_its_last_use() {
        let store = Store::fresh().await;
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let text = store.create_api_token(new("a", Some(now + 1.hour())), false, now).await.unwrap();
        let found = store.find_api_token(&text, now).await.unwrap().unwrap();
        assert!(found.may(TokenScope::ReportWrite) && !found.may(TokenScope::Read));
        assert_eq!(store.list_api_tokens().await.unwrap()[0].last_used_at, Some(now));
        assert!(store.find_api_token("blt_a_wrong", now).await.unwrap().is_none());
        assert!(store.find_api_token(&text, now + 1.hour()).await.unwrap().is_none());
        assert!(store.revoke_api_token("a", "ada", now).await.unwrap());
        assert!(store.find_api_token(&text, now).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_token_that_replaces_ends_those_of_its_name() {
        let store = Store::fresh().await;
        let now = Timestamp::UNIX_EPOCH;
        let first = store.create_api_token(new("a", None), false, now).await.unwrap();
        let second = store.create_api_token(new("b", None), true, now).await.unwrap();
        assert!(store.find_api_token(&first, now).await.unwrap().is_none());
        assert!(store.find_api_token(&second, now).await.unwrap().is_some());
    }
}
