//! Consents under way: the `state` of an authorization request, for one use by one browser session.
//!
//! Only hashes are kept: reading the table does not let anybody answer a callback.
//!
//! Source: <https://www.rfc-editor.org/rfc/rfc9700> section 4.7

use crate::column::ms;
use crate::entity::oauth_state;
use crate::error::StoreError;
use crate::store::Store;
use jiff::{SignedDuration, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};

/// How long a person may take on Atlassian's page.
pub const STATE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// Used and expired ones are kept this long, to tell a late callback from an invented one.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What a callback may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateCheck {
    /// The one valid use; it is used up now.
    Fresh {
        return_to: String,
        actor: String,
    },
    Used,
    Expired,
    /// Begun in another browser session.
    ForeignSession,
    Unknown,
}

impl Store {
    /// Remembers a request that is about to be sent. `return_to` is a path of ours, for afterwards.
    pub async fn begin_oauth_state(
        &self,
        state: &str,
        session: &str,
        return_to: &str,
        actor: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let row = oauth_state::ActiveModel {
            state_hash: Set(hash(state)),
            session_hash: Set(hash(session)),
            return_to: Set(return_to.to_owned()),
            actor: Set(actor.to_owned()),
            created_at: Set(ms(now)),
            used_at: Set(None),
        };
        self.write(move |tx| {
            Box::pin(async move {
                oauth_state::Entity::delete_many()
                    .filter(oauth_state::Column::CreatedAt.lt(ms(now) - KEPT.as_millis() as i64))
                    .exec(tx)
                    .await?;
                oauth_state::Entity::insert(row).exec_without_returning(tx).await?;
                Ok(())
            })
        })
        .await
    }

    /// Judges a callback's state and uses it up. A callback from another session leaves it as it is.
    pub async fn take_oauth_state(
        &self,
        state: &str,
        session: &str,
        now: Timestamp,
    ) -> Result<StateCheck, StoreError> {
        let (state, session) = (hash(state), hash(session));
        self.write(move |tx| {
            Box::pin(async move {
                let Some(row) = oauth_state::Entity::find_by_id(state.clone()).one(tx).await? else {
                    return Ok(StateCheck::Unknown);
                };
                if row.session_hash != session {
                    return Ok(StateCheck::ForeignSession);
                }
                if row.used_at.is_some() {
                    return Ok(StateCheck::Used);
                }
                if ms(now) - row.created_at > STATE_LIFETIME.as_millis() as i64 {
                    return Ok(StateCheck::Expired);
                }
                oauth_state::Entity::update_many()
                    .col_expr(oauth_state::Column::UsedAt, Expr::value(ms(now)))
                    .filter(oauth_state::Column::StateHash.eq(state))
                    .exec(tx)
                    .await?;
                Ok(StateCheck::Fresh { return_to: row.return_to, actor: row.actor })
            })
        })
        .await
    }
}

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::StateCheck;
    use crate::Store;
    use jiff::{Timestamp, ToSpan};

    #[tokio::test]
    async fn a_state_is_good_once_in_its_own_session_for_ten_minutes() {
        let store = Store::fresh().await;
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let late = now + 11.minutes();
        for state in ["one", "two"] {
            store.begin_oauth_state(state, "mine", "/integrations", "a@acme.test", now).await.unwrap();
        }
        let check =
            async |state: &str, session: &str, at| store.take_oauth_state(state, session, at).await.unwrap();
        assert_eq!(check("none", "mine", now).await, StateCheck::Unknown);
        assert_eq!(check("one", "other", now).await, StateCheck::ForeignSession);
        let fresh =
            StateCheck::Fresh { return_to: "/integrations".to_owned(), actor: "a@acme.test".to_owned() };
        assert_eq!(check("one", "mine", now).await, fresh);
        assert_eq!(check("one", "mine", now).await, StateCheck::Used);
        assert_eq!(check("two", "mine", late).await, StateCheck::Expired);
    }
}
