//! The right to call a site: a client with a good token for as long as its connection is kept, one exchange of a
//! token at a time, and nothing sent once a connection is disconnected.
//!
//! How a token is exchanged is [`refresh`]'s; that it is exchanged although nobody calls is [`watch`]'s.
//!
//! Invariants: a rotated refresh token is never lost, and one expiry is one exchange over all processes on a
//! database. Tests play thousands of schedules of workers that crash and answers that get lost.

pub(crate) mod lasting;
mod refresh;
pub mod watch;

use crate::clock::later;
use crate::context::Context;
use crate::failure::Failure;
use crate::pace::limited::Limited;
use backline_clients::jira::{Auth, Jira, JiraError};
use backline_clients::secret::Secret;
use backline_core::ids::ConnectionId;
use backline_store::connection::{Connection, ConnectionKind, ConnectionStatus};
use backline_store::grant::{Credentials, Grant};
use jiff::Timestamp;
use lasting::Lasting;
use refresh::Unkept;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

/// A token is exchanged this long before it ends.
const REFRESH_BEFORE: Duration = Duration::from_secs(300);
/// A token that ends within this may have ended for Jira already.
const ENDING: Duration = Duration::from_secs(60);
/// How often a token that is old already when it arrives is exchanged again.
const ROUNDS: usize = 3;
/// A token that replaced a refused one is not itself replaced for a refusal before this.
const RENEW_AGAIN: Duration = Duration::from_secs(300);

/// One gate for each connection: calls pass it together, a disconnect alone.
#[derive(Debug, Default)]
pub struct Grants {
    gates: Mutex<BTreeMap<ConnectionId, Gate>>,
    /// The versions that replaced refused ones, and when.
    replacements: Mutex<BTreeMap<ConnectionId, (i64, Timestamp)>>,
    /// Under which this process takes its turns to exchange.
    owner: OnceLock<String>,
}

#[derive(Debug, Clone, Default)]
struct Gate {
    calls: Arc<RwLock<()>>,
    /// Held by whoever exchanges; in it a pair that was given and could not be kept, because the store failed.
    exchange: Arc<tokio::sync::Mutex<Option<Unkept>>>,
}

/// Which token a call is made with: what its refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub version: i64,
    expires_at: Option<Timestamp>,
}

impl Token {
    /// Whether the call may have failed only because the token has ended, so that renewing it once may help.
    ///
    /// Jira answers an ended token as 401, and at times as 403 or 404. Those two are its own word on the person or
    /// the issue unless the token was about to end. A scope that is missing stays missing.
    pub fn may_have_ended(self, error: &JiraError, now: Timestamp) -> bool {
        #[cfg(feature = "sabotage")]
        if matches!(error, JiraError::Gone) && crate::sabotage::has(crate::sabotage::Bug::NotFoundIsExpired) {
            return true;
        }
        match error {
            JiraError::Unauthorized => true,
            JiraError::Forbidden { .. } | JiraError::NotInstalled | JiraError::Gone => self.is_ending(now),
            _ => false,
        }
    }

    pub fn is_ending(self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|expires_at| later(now, ENDING) >= expires_at)
    }
}

/// A client, and the promise that the connection is not disconnected while it is held.
pub struct Permit {
    jira: Jira,
    pub token: Token,
    _calls: OwnedRwLockReadGuard<()>,
}

impl Deref for Permit {
    type Target = Jira;
    fn deref(&self) -> &Jira {
        &self.jira
    }
}

impl Grants {
    fn gate(&self, connection: ConnectionId) -> Gate {
        self.gates.lock().expect("no panic while the gates are held").entry(connection).or_default().clone()
    }

    fn owner(&self, cx: &Context) -> &str {
        self.owner.get_or_init(|| cx.ledger.fresh_id(cx.clock.now()).to_string())
    }

    /// A client for a connection, with a token that is good for some minutes.
    ///
    /// # Errors
    /// [`Failure::Disconnected`], or [`Failure::GrantLost`] when a person has to consent again.
    pub async fn jira(&self, cx: &Context, id: ConnectionId) -> Result<Permit, Failure> {
        let gate = self.gate(id);
        let calls = gate.calls.clone().read_owned().await;
        let connection = usable(cx, id).await?;
        let mut grant = load(cx, id).await?;
        let mut left = REFRESH_BEFORE;
        // Once, but for a process that was stopped for an hour between two of these steps.
        for _ in 0..ROUNDS {
            if has_left(cx, &grant, left) {
                break;
            }
            // What was just given is used, however short it lives.
            left = ENDING;
            let mut unkept = gate.exchange.lock().await;
            grant = refresh::refresh(cx, &mut unkept, self.owner(cx), &connection, grant.version).await?;
        }
        if !has_left(cx, &grant, Duration::ZERO) {
            return Err(refresh::unavailable(None));
        }
        let site = connection.site.as_ref().ok_or(Failure::Disconnected)?;
        let base = match connection.kind {
            ConnectionKind::JiraToken => site.url.clone(),
            ConnectionKind::JiraApp | ConnectionKind::JiraScopedToken => {
                format!("{}/ex/jira/{}", cx.settings().jira_gateway, site.cloud_id)
            }
        };
        let token = Token { version: grant.version, expires_at: grant.expires_at };
        let transport = Lasting::through(cx, &grant, Limited::new(cx, site.cloud_id.as_str()));
        let auth = match grant.credentials {
            Credentials::OAuth { access, .. } => Auth::Bearer(plain(&access)),
            Credentials::ApiToken { email, token } => Auth::Basic { email, token: plain(&token) },
        };
        Ok(Permit { jira: Jira::new(transport, base, auth), token, _calls: calls })
    }

    /// Exchanges the token of `version` now, whatever its age: Jira said that it no longer works. Of several
    /// calls that were refused with one token, the first exchanges it and the others find the new one.
    ///
    /// # Errors
    /// [`JiraError::Unauthorized`] when the refused token is itself one that was just given for a refused one:
    /// exchanging it again would only go round in circles.
    pub async fn renew(&self, cx: &Context, id: ConnectionId, version: i64) -> Result<(), Failure> {
        let renewed = self.replacements.lock().expect("no panic while they are held").get(&id).copied();
        if renewed.is_some_and(|(made, at)| made == version && cx.clock.now() < later(at, RENEW_AGAIN)) {
            return Err(JiraError::Unauthorized.into());
        }
        let made = (self.exchange(cx, id, version).await?.version, cx.clock.now());
        self.replacements.lock().expect("no panic while they are held").insert(id, made);
        Ok(())
    }

    async fn exchange(&self, cx: &Context, id: ConnectionId, version: i64) -> Result<Grant, Failure> {
        let gate = self.gate(id);
        let _calls = gate.calls.clone().read_owned().await;
        let connection = usable(cx, id).await?;
        let mut unkept = gate.exchange.lock().await;
        refresh::refresh(cx, &mut unkept, self.owner(cx), &connection, version).await
    }

    /// Waits for calls under way, then lets nothing pass while `act` runs.
    pub async fn alone<T>(&self, id: ConnectionId, act: impl Future<Output = T>) -> T {
        let gate = self.gate(id);
        let _calls = gate.calls.write().await;
        act.await
    }
}

async fn usable(cx: &Context, id: ConnectionId) -> Result<Connection, Failure> {
    let connection = cx.ledger.load_connection(id).await?.ok_or(Failure::Disconnected)?;
    match connection.status {
        ConnectionStatus::Connected => Ok(connection),
        ConnectionStatus::NeedsReconnect { .. } => Err(Failure::GrantLost),
        ConnectionStatus::Pending | ConnectionStatus::Disconnected => Err(Failure::Disconnected),
    }
}

async fn load(cx: &Context, id: ConnectionId) -> Result<Grant, Failure> {
    cx.ledger.load_grant(id).await?.ok_or(Failure::Disconnected)
}

fn has_left(cx: &Context, grant: &Grant, left: Duration) -> bool {
    grant.expires_at.is_none_or(|expires_at| later(cx.clock.now(), left) < expires_at)
}

fn plain(secret: &SecretString) -> Secret<String> {
    Secret::new(secret.expose_secret().to_owned())
}

#[cfg(test)]
mod tests;
