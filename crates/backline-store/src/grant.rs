//! The credentials of a connection, sealed, and the turn to renew them.
//!
//! Invariant: new tokens are kept only over the version that they were exchanged for. Whoever lost the race
//! reads again; nobody writes an older pair over a newer one.

use crate::column::{ms_of, time, time_of};
use crate::crypto::{KeyRing, Place};
use crate::entity::{connection, jira_grant};
use crate::error::StoreError;
use crate::store::Store;
use crate::writer::Tx;
use backline_core::ids::ConnectionId;
use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// What a request to Jira is authorised with. Prints nothing of itself.
#[derive(Debug, Clone)]
pub enum Credentials {
    OAuth { access: SecretString, refresh: SecretString },
    ApiToken { email: String, token: SecretString },
}

/// A connection's credentials as they are now.
#[derive(Debug, Clone)]
pub struct Grant {
    pub connection: ConnectionId,
    pub credentials: Credentials,
    /// When the access token ends; `None` for an API token.
    pub expires_at: Option<Timestamp>,
    /// Rises with each pair of tokens.
    pub version: i64,
    /// The connection's epoch when this was read; see [`crate::connection::Connection::epoch`].
    pub epoch: i64,
    /// Set from before an exchange until its result is kept. Found set at start, the answer was lost: the same
    /// refresh token may be used again within ten minutes.
    pub refresh_started_at: Option<Timestamp>,
}

/// Whose turn it is to renew a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshTurn {
    /// Ours. `lost_since` is when an earlier exchange of the same token began whose answer never came.
    Yours { lost_since: Option<Timestamp> },
    /// Somebody is at it until then.
    Another { until: Timestamp },
    /// It was renewed meanwhile: load it again.
    Newer,
}

/// How credentials read inside their envelope.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Opened {
    Oauth { access: String, refresh: String },
    ApiToken { email: String, token: String },
}

impl Store {
    /// `None` when disconnected.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] when the envelope does not open.
    pub async fn load_grant(&self, id: ConnectionId) -> Result<Option<Grant>, StoreError> {
        let db = self.snapshot().await?;
        find(&db, self.keys(), id).await
    }

    /// Keeps a renewed pair over the one that `read` holds, and ends the turn; answers the new version.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another pair was kept meanwhile, [`StoreError::Fenced`] when the connection
    /// was ended or renewed by a new consent: the store's state stands, these credentials are dropped.
    pub async fn store_grant(
        &self,
        read: &Grant,
        credentials: Credentials,
        expires_at: Option<Timestamp>,
    ) -> Result<i64, StoreError> {
        let keys = self.keys().clone();
        let (id, epoch, expected) = (read.connection, read.epoch, read.version);
        self.write(move |tx| {
            Box::pin(async move {
                let connection = connection::Entity::find_by_id(id.0).one(tx).await?;
                if connection.is_none_or(|row| row.epoch != epoch) {
                    return Err(StoreError::Fenced);
                }
                let version = expected + 1;
                let sealed = seal(&keys, id, version, &credentials);
                let kept = jira_grant::Entity::update_many()
                    .col_expr(jira_grant::Column::Version, Expr::value(version))
                    .col_expr(jira_grant::Column::ExpiresAt, Expr::value(ms_of(expires_at)))
                    .col_expr(jira_grant::Column::Sealed, Expr::value(sealed))
                    .col_expr(jira_grant::Column::RefreshOwner, Expr::null())
                    .col_expr(jira_grant::Column::RefreshStartedAt, Expr::null())
                    .col_expr(jira_grant::Column::RefreshUntil, Expr::null())
                    .filter(jira_grant::Column::Connection.eq(id.0))
                    .filter(jira_grant::Column::Version.eq(expected))
                    .exec(tx)
                    .await?;
                if kept.rows_affected == 0 { Err(StoreError::Conflict("the grant")) } else { Ok(version) }
            })
        })
        .await
    }

    /// Takes the turn to exchange the refresh token of `version`, durably, before the exchange is sent.
    pub async fn begin_refresh(
        &self,
        id: ConnectionId,
        version: i64,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
    ) -> Result<RefreshTurn, StoreError> {
        let (owner, clock) = (owner.to_owned(), self.time());
        self.write(move |tx| {
            Box::pin(async move {
                let now = clock.read(tx, now).await?;
                let row = jira_grant::Entity::find_by_id(id.0).one(tx).await?;
                let row = row.ok_or(StoreError::Missing("the grant"))?;
                if row.version != version {
                    return Ok(RefreshTurn::Newer);
                }
                if let Some(until) = row.refresh_until
                    && until > now
                    && row.refresh_owner.as_deref() != Some(owner.as_str())
                {
                    return Ok(RefreshTurn::Another { until: time(until)? });
                }
                let until = now + i64::from(lease_ms);
                // The first start counts: Atlassian's ten minutes run from there.
                let started = row.refresh_started_at.unwrap_or(now);
                jira_grant::Entity::update_many()
                    .col_expr(jira_grant::Column::RefreshOwner, Expr::value(owner))
                    .col_expr(jira_grant::Column::RefreshStartedAt, Expr::value(started))
                    .col_expr(jira_grant::Column::RefreshUntil, Expr::value(until))
                    .filter(jira_grant::Column::Connection.eq(id.0))
                    .exec(tx)
                    .await?;
                Ok(RefreshTurn::Yours { lost_since: time_of(row.refresh_started_at)? })
            })
        })
        .await
    }

    /// Gives the turn back after an exchange that certainly did not happen or was refused.
    pub async fn end_refresh(&self, id: ConnectionId, version: i64, owner: &str) -> Result<(), StoreError> {
        let owner = owner.to_owned();
        self.write(move |tx| {
            Box::pin(async move {
                jira_grant::Entity::update_many()
                    .col_expr(jira_grant::Column::RefreshOwner, Expr::null())
                    .col_expr(jira_grant::Column::RefreshStartedAt, Expr::null())
                    .col_expr(jira_grant::Column::RefreshUntil, Expr::null())
                    .filter(jira_grant::Column::Connection.eq(id.0))
                    .filter(jira_grant::Column::Version.eq(version))
                    .filter(jira_grant::Column::RefreshOwner.eq(owner))
                    .exec(tx)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}

pub(crate) async fn find<C: ConnectionTrait>(
    db: &C,
    keys: &KeyRing,
    id: ConnectionId,
) -> Result<Option<Grant>, StoreError> {
    let Some(row) = jira_grant::Entity::find_by_id(id.0).one(db).await? else { return Ok(None) };
    let Some(connection) = connection::Entity::find_by_id(id.0).one(db).await? else { return Ok(None) };
    Ok(Some(Grant {
        connection: id,
        credentials: unseal(keys, id, row.version, &row.sealed)?,
        expires_at: time_of(row.expires_at)?,
        version: row.version,
        epoch: connection.epoch,
        refresh_started_at: time_of(row.refresh_started_at)?,
    }))
}

/// Keeps the credentials of a new consent, whatever was there. The version goes on, so that an exchange that
/// is under way for the old pair is refused.
pub(crate) async fn replace(
    tx: &Tx,
    keys: &KeyRing,
    id: ConnectionId,
    credentials: &Credentials,
    expires_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let older = jira_grant::Entity::find_by_id(id.0).one(tx).await?;
    let version = older.map_or(1, |row| row.version + 1);
    let row = jira_grant::ActiveModel {
        connection: Set(id.0),
        version: Set(version),
        expires_at: Set(ms_of(expires_at)),
        refresh_owner: Set(None),
        refresh_started_at: Set(None),
        refresh_until: Set(None),
        sealed: Set(seal(keys, id, version, credentials)),
    };
    use jira_grant::Column::{ExpiresAt, RefreshOwner, RefreshStartedAt, RefreshUntil, Sealed, Version};
    let over = OnConflict::column(jira_grant::Column::Connection)
        .update_columns([Version, ExpiresAt, RefreshOwner, RefreshStartedAt, RefreshUntil, Sealed])
        .to_owned();
    jira_grant::Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
    Ok(())
}

fn seal(keys: &KeyRing, id: ConnectionId, version: i64, credentials: &Credentials) -> String {
    let opened = match credentials {
        Credentials::OAuth { access, refresh } => Opened::Oauth {
            access: access.expose_secret().to_owned(),
            refresh: refresh.expose_secret().to_owned(),
        },
        Credentials::ApiToken { email, token } => {
            Opened::ApiToken { email: email.clone(), token: token.expose_secret().to_owned() }
        }
    };
    let text = serde_json::to_string(&opened).expect("credentials are plain text");
    keys.seal(place(&id.to_string(), version), &SecretString::from(text))
}

fn unseal(keys: &KeyRing, id: ConnectionId, version: i64, sealed: &str) -> Result<Credentials, StoreError> {
    let text = keys.open(place(&id.to_string(), version), sealed).map_err(|_| StoreError::WrongKey)?;
    let text = Zeroizing::new(text.expose_secret().to_owned());
    match serde_json::from_str(&text) {
        Ok(Opened::Oauth { access, refresh }) => {
            Ok(Credentials::OAuth { access: access.into(), refresh: refresh.into() })
        }
        Ok(Opened::ApiToken { email, token }) => Ok(Credentials::ApiToken { email, token: token.into() }),
        // The parser's message could quote the secret.
        Err(_) => Err(StoreError::Corrupt(format!("the credentials of connection {id}"))),
    }
}

fn place(row: &str, version: i64) -> Place<'_> {
    Place { table: "jira_grant", row, field: "credentials", version }
}
