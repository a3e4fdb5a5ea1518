//! Connecting a Jira site by consent (OAuth 2.0, authorization code), and disconnecting it.
//!
//! The state of a consent is unguessable, bound to the browser's session, used once and good for ten minutes.
//! Atlassian documents no PKCE for this flow, so none is sent.

pub mod token;

use crate::clock::later;
use crate::context::Context;
use crate::failure::Failure;
use crate::feed::hook;
use crate::grant::lasting::BELIEVED;
use crate::grant::watch;
use backline_clients::jira::{Auth, Jira, JiraError};
use backline_clients::oauth::{GrantError, OAuthApp, TokenPair};
use backline_clients::secret::Secret;
use backline_core::ids::{CloudId, ConnectionId};
use backline_core::jira::issue::Site;
use backline_store::StoreError;
use backline_store::connection::{Connection, ConnectionKind, ConnectionStatus};
use backline_store::grant::Credentials;
use backline_store::oauth_state::StateCheck;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// Scopes without which Backline cannot keep tickets.
pub const SCOPES: [&str; 4] = ["read:jira-work", "write:jira-work", "read:jira-user", "offline_access"];
/// Scopes that make it quicker, and without which it works.
pub const OPTIONAL_SCOPES: [&str; 1] = [hook::SCOPE];

/// What came back from Atlassian in the address.
#[derive(Debug, Clone, Default)]
pub struct Callback {
    pub code: Option<String>,
    pub state: Option<String>,
    pub error: Option<String>,
    pub error_description: Option<String>,
}

#[derive(Debug)]
pub enum Completed {
    Connected(ConnectionId),
    /// The grant covers several sites: a person chooses.
    ChooseSite(ConnectionId, Vec<Site>),
}

/// Why nothing was connected. Each has a page of its own with a next step.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("the OAuth app is not configured")]
    NotConfigured,
    #[error("access was denied at Atlassian")]
    Denied,
    #[error("this return belongs to no consent that was begun here")]
    StateUnknown,
    #[error("this return was used before")]
    StateUsed,
    #[error("this consent took longer than ten minutes")]
    StateExpired,
    #[error("this consent was begun in another browser session")]
    StateForeign,
    #[error("the consent covers no Jira site")]
    NoSite,
    #[error("the consent lacks {}", .0.join(", "))]
    MissingScope(Vec<String>),
    #[error("Atlassian refused the code")]
    CodeRefused(String),
    #[error("Atlassian refused the app's client secret")]
    WrongSecret,
    #[error("Atlassian could not be reached")]
    Unavailable(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Begins a consent for a browser session; the address to send the person to.
pub async fn begin(cx: &Context, session_hash: &str, actor: &str) -> Result<String, ConnectError> {
    let app = app(cx)?;
    let state = hex::encode(cx.randomness.bytes());
    cx.store.begin_oauth_state(&state, session_hash, "/integrations/jira", actor, cx.clock.now()).await?;
    Ok(app.authorize_url(&state))
}

/// Completes a consent. No exchange is made unless the state is ours, fresh, unused and of this session.
pub async fn complete(
    cx: &Context,
    session_hash: &str,
    callback: Callback,
) -> Result<Completed, ConnectError> {
    let now = cx.clock.now();
    let state = callback.state.as_deref().unwrap_or_default();
    let actor = match cx.store.take_oauth_state(state, session_hash, now).await? {
        StateCheck::Fresh { actor, .. } => actor,
        StateCheck::Used => return Err(ConnectError::StateUsed),
        StateCheck::Expired => return Err(ConnectError::StateExpired),
        StateCheck::ForeignSession => return Err(ConnectError::StateForeign),
        StateCheck::Unknown => return Err(ConnectError::StateUnknown),
    };
    if callback.error.is_some() {
        return Err(ConnectError::Denied);
    }
    let code = callback.code.as_deref().filter(|code| !code.is_empty()).ok_or(ConnectError::Denied)?;
    let app = app(cx)?;
    let pair = app.exchange_code(cx.transport.as_ref(), code).await.map_err(explain)?;
    let missing: Vec<String> = SCOPES
        .iter()
        .filter(|scope| !pair.scopes.iter().any(|s| s == *scope))
        .map(|s| (*s).to_owned())
        .collect();
    if !missing.is_empty() {
        return Err(ConnectError::MissingScope(missing));
    }
    let sites = app.accessible_resources(cx.transport.as_ref(), &pair.access).await.map_err(unreached)?;
    if sites.is_empty() {
        return Err(ConnectError::NoSite);
    }
    let connection = Connection {
        id: ConnectionId(cx.store.ids().uuid(now)),
        kind: ConnectionKind::JiraApp,
        status: ConnectionStatus::Pending,
        site: None,
        offered: sites.clone(),
        account: None,
        scopes: pair.scopes.clone(),
        epoch: 1,
        connected_at: now,
        connected_by: actor,
    };
    let expires_at = later(now, Duration::from_secs(pair.expires_in_s));
    let kept = cx.store.create_connection(connection, credentials(&pair)?, Some(expires_at), now).await?;
    match sites.as_slice() {
        [site] => Ok(Completed::Connected(choose_site(cx, kept.id, &site.cloud_id).await?)),
        _ => Ok(Completed::ChooseSite(kept.id, sites)),
    }
}

/// Settles on one of the sites that a consent covers; answers the connection that stays, which is the earlier one
/// when this site was connected before.
pub async fn choose_site(
    cx: &Context,
    id: ConnectionId,
    cloud_id: &CloudId,
) -> Result<ConnectionId, ConnectError> {
    let app = app(cx)?;
    let grant = cx.store.load_grant(id).await?.ok_or(ConnectError::StateUnknown)?;
    let Credentials::OAuth { access, .. } = grant.credentials else { return Err(ConnectError::StateUnknown) };
    let base = format!("{}/ex/jira/{cloud_id}", app.api_url);
    let auth = Auth::Bearer(Secret::new(access.expose_secret().to_owned()));
    let person = Jira::new(cx.transport.clone(), base, auth).myself().await.map_err(unreached)?;
    // Whoever connects a site again mends its projects: what waited for it is due.
    let kept = cx.store.choose_site(id, cloud_id, Some(person), cx.clock.now()).await?;
    cx.store.mark_due(vec![watch::first(kept.id, cx.clock.now())]).await?;
    cx.wake.notify_one();
    Ok(kept.id)
}

/// Ends a connection: waits for calls under way, then deletes its tokens. Tickets stay as they are.
pub async fn disconnect(cx: &Context, id: ConnectionId, actor: &str) -> Result<(), Failure> {
    hook::forget(cx, id).await;
    let now = cx.clock.now();
    cx.grants.alone(id, cx.store.disconnect(id, actor, now)).await?;
    if cx.has_peers() {
        // Until then other processes may believe what they read before.
        cx.clock.sleep(BELIEVED).await;
    }
    Ok(())
}

fn app(cx: &Context) -> Result<OAuthApp, ConnectError> {
    cx.settings().atlassian.clone().ok_or(ConnectError::NotConfigured)
}

/// # Errors
/// Without a refresh token the connection would end within the hour.
fn credentials(pair: &TokenPair) -> Result<Credentials, ConnectError> {
    let secret = |secret: &Secret<String>| SecretString::from(secret.expose().clone());
    let refresh =
        pair.refresh.as_ref().ok_or_else(|| ConnectError::MissingScope(vec!["offline_access".to_owned()]))?;
    Ok(Credentials::OAuth { access: secret(&pair.access), refresh: secret(refresh) })
}

fn unreached(error: JiraError) -> ConnectError {
    match error {
        JiraError::ScopeMissing { detail } => ConnectError::MissingScope(vec![detail]),
        other => ConnectError::Unavailable(other.to_string()),
    }
}

fn explain(error: GrantError) -> ConnectError {
    match error {
        GrantError::Revoked { detail } => ConnectError::CodeRefused(detail),
        GrantError::Misconfigured { .. } => ConnectError::WrongSecret,
        other => ConnectError::Unavailable(other.to_string()),
    }
}
