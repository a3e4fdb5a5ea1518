//! The right to call a site: one refresh at a time, the new pair durable before it is used, and nothing sent
//! once a connection is disconnected.
//!
//! Invariant: a rotated refresh token is never lost. The refresh stands in the store before it is sent; if its
//! answer is lost, the same old token is sent again within Atlassian's reuse interval of ten minutes.
//! Source: <https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/>

use crate::clock::later;
use crate::context::Context;
use crate::failure::Failure;
use backline_clients::jira::{Auth, Jira};
use backline_clients::oauth::GrantError;
use backline_clients::secret::Secret;
use backline_core::ids::ConnectionId;
use backline_core::notice::Blocked;
use backline_store::StoreError;
use backline_store::connection::{Connection, ConnectionKind, ConnectionStatus, grant_cause};
use backline_store::grant::{Credentials, Grant, RefreshTurn};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

/// A token is exchanged this long before it ends.
const REFRESH_BEFORE: Duration = Duration::from_secs(300);

/// One gate for each connection: calls pass it together, a refresh or a disconnect alone.
#[derive(Debug, Default)]
pub struct Grants {
    gates: Mutex<BTreeMap<ConnectionId, Gate>>,
}

#[derive(Debug, Clone, Default)]
struct Gate {
    calls: Arc<RwLock<()>>,
    refresh: Arc<tokio::sync::Mutex<()>>,
}

/// A client, and the promise that the connection is not disconnected while it is held.
pub struct Permit {
    jira: Jira,
    /// Of the grant that it was made from: what a refusal of its token is about.
    pub version: i64,
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

    /// A client for a connection, with a token that is good for some minutes.
    ///
    /// # Errors
    /// [`Failure::Disconnected`], or [`Failure::GrantLost`] when a person has to consent again.
    pub async fn jira(&self, cx: &Context, id: ConnectionId) -> Result<Permit, Failure> {
        let gate = self.gate(id);
        let calls = gate.calls.clone().read_owned().await;
        let connection = self.usable(cx, id).await?;
        let grant = cx.ledger.load_grant(id).await?.ok_or(Failure::Disconnected)?;
        let grant = match is_fresh(cx, &grant) {
            true => grant,
            false => self.refresh(cx, &gate, &connection, grant.version).await?,
        };
        let site = connection.site.as_ref().ok_or(Failure::Disconnected)?;
        let base = match connection.kind {
            ConnectionKind::JiraToken => site.url.clone(),
            ConnectionKind::JiraApp | ConnectionKind::JiraScopedToken => {
                format!("{}/ex/jira/{}", cx.settings().jira_gateway, site.cloud_id)
            }
        };
        let version = grant.version;
        let auth = match grant.credentials {
            Credentials::OAuth { access, .. } => Auth::Bearer(plain(&access)),
            Credentials::ApiToken { email, token } => Auth::Basic { email, token: plain(&token) },
        };
        Ok(Permit { jira: Jira::new(cx.transport.clone(), base, auth), version, _calls: calls })
    }

    /// Exchanges the token of `version` now, whatever its age: Jira said that it no longer works. Of several
    /// calls that were refused with one token, the first exchanges it and the others find the new one.
    pub async fn renew(&self, cx: &Context, id: ConnectionId, version: i64) -> Result<(), Failure> {
        let gate = self.gate(id);
        let _calls = gate.calls.clone().read_owned().await;
        let connection = self.usable(cx, id).await?;
        self.refresh(cx, &gate, &connection, version).await.map(drop)
    }

    async fn usable(&self, cx: &Context, id: ConnectionId) -> Result<Connection, Failure> {
        let connection = cx.ledger.load_connection(id).await?.ok_or(Failure::Disconnected)?;
        match connection.status {
            ConnectionStatus::Connected => Ok(connection),
            ConnectionStatus::NeedsReconnect { .. } => Err(Failure::GrantLost),
            ConnectionStatus::Pending | ConnectionStatus::Disconnected => Err(Failure::Disconnected),
        }
    }

    /// Waits for calls under way, then lets nothing pass while `act` runs.
    pub async fn alone<T>(&self, id: ConnectionId, act: impl Future<Output = T>) -> T {
        let gate = self.gate(id);
        let _calls = gate.calls.write().await;
        act.await
    }

    /// Exchanges the refresh token of `version`, unless somebody has a newer pair already.
    async fn refresh(
        &self,
        cx: &Context,
        gate: &Gate,
        connection: &Connection,
        version: i64,
    ) -> Result<Grant, Failure> {
        let _refresh = gate.refresh.lock().await;
        // Another may have done it while we waited.
        let grant = cx.ledger.load_grant(connection.id).await?.ok_or(Failure::Disconnected)?;
        if grant.version != version {
            return Ok(grant);
        }
        let Credentials::OAuth { refresh, .. } = &grant.credentials else {
            return lost(cx, connection, "the API token is not accepted").await;
        };
        let app = cx.settings().atlassian.clone().ok_or(Failure::GrantLost)?;
        let now = cx.clock.now();
        match cx.ledger.begin_refresh(connection.id, version, OWNER, now, TURN_MS).await? {
            RefreshTurn::Yours { .. } => {}
            RefreshTurn::Newer => {
                return cx.ledger.load_grant(connection.id).await?.ok_or(Failure::Disconnected);
            }
            RefreshTurn::Another { .. } => return Err(unavailable()),
        }
        let token = plain(refresh);
        let mut pair = app.refresh(cx.transport.as_ref(), &token).await;
        if matches!(pair, Err(GrantError::Unknown { .. })) {
            pair = app.refresh(cx.transport.as_ref(), &token).await;
        }
        match pair {
            Ok(pair) => {
                let now = cx.clock.now();
                let credentials = Credentials::OAuth {
                    access: SecretString::from(pair.access.expose().clone()),
                    // Atlassian may leave it out: the old one goes on then.
                    refresh: pair
                        .refresh
                        .map_or_else(|| refresh.clone(), |new| SecretString::from(new.expose().clone())),
                };
                let expires_at = later(now, Duration::from_secs(pair.expires_in_s));
                // Atlassian disables the old pair, so losing the new one loses the grant: it is durable before
                // anyone may use it.
                cx.ledger.store_grant(&grant, credentials, Some(expires_at)).await?;
                cx.ledger.load_grant(connection.id).await?.ok_or(Failure::Disconnected)
            }
            Err(GrantError::Revoked { detail }) => lost(cx, connection, &detail).await,
            Err(GrantError::Misconfigured { detail }) => {
                tracing::error!(%detail, "atlassian refuses the app's client secret");
                cx.ledger.end_refresh(connection.id, version, OWNER).await?;
                Err(unavailable())
            }
            Err(error) => {
                tracing::warn!(%error, "the token was not exchanged; it is tried again");
                cx.ledger.end_refresh(connection.id, version, OWNER).await?;
                Err(unavailable())
            }
        }
    }
}

/// Who takes the turn to refresh, for other processes on the same database.
const OWNER: &str = "engine";
/// How long a turn is kept: two exchanges with their deadlines.
const TURN_MS: u32 = 40_000;

fn plain(secret: &SecretString) -> Secret<String> {
    Secret::new(secret.expose_secret().to_owned())
}

fn unavailable() -> Failure {
    backline_clients::jira::JiraError::Unavailable { status: 503, wait: None }.into()
}

fn is_fresh(cx: &Context, grant: &Grant) -> bool {
    grant.expires_at.is_none_or(|expires_at| later(cx.clock.now(), REFRESH_BEFORE) < expires_at)
}

/// The grant is gone: said once, and the queue is kept until a person consents again.
async fn lost(cx: &Context, connection: &Connection, detail: &str) -> Result<Grant, Failure> {
    let site = connection.site.as_ref().map_or_else(String::new, |site| site.name.clone());
    let blocked = Blocked {
        cause: grant_cause(connection.id),
        what: format!("The connection to {site} no longer works"),
        why: format!("Atlassian refused to renew it: {detail}"),
        remedy: "Connect again; everything that waits goes on by itself".to_owned(),
        page: "/integrations/jira".to_owned(),
    };
    let now = cx.clock.now();
    match cx.ledger.lose_grant(connection.id, connection.epoch, detail, blocked, now).await {
        Ok(()) => {}
        // Connected again or disconnected meanwhile: that stands.
        Err(StoreError::Fenced) => return Err(Failure::Disconnected),
        Err(error) => return Err(error.into()),
    }
    cx.wake.notify_one();
    Err(Failure::GrantLost)
}
