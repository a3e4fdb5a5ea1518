//! One exchange of a refresh token: whose turn it is, what is durable before and after it, and what is left when its
//! answer gets lost.
//!
//! That an exchange begins stands in the store before it is sent, and stays there until its result is known: Atlassian
//! takes the same old token again for ten minutes, so a lost answer is recovered by asking again within them.
//! Source: <https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/>
//!
//! Invariants: nobody sends without the turn, nor once it has run out. A pair is used by nobody before it is kept,
//! and a pair that could not be kept is held until it can be. A grant is called lost only while the store still
//! holds the very pair that was refused.

use super::{load, plain, watch};
use crate::clock::later;
use crate::context::Context;
use crate::failure::Failure;
use backline_clients::jira::JiraError;
use backline_clients::oauth::{GrantError, TokenPair};
use backline_clients::transport::TOKEN_DEADLINE;
use backline_core::notice::Blocked;
use backline_store::StoreError;
use backline_store::connection::{Connection, grant_cause};
use backline_store::grant::{Credentials, Grant, RefreshTurn};
use jiff::Timestamp;
use secrecy::SecretString;
use std::time::Duration;

/// How long a turn is kept: an exchange with its deadline, and a slow store before and after it.
pub(super) const TURN_MS: u32 = 40_000;
/// The second is for the answer that got lost.
const ATTEMPTS: usize = 2;
/// Within this an exchanged token is taken again.
const REUSE: Duration = Duration::from_secs(600);

/// A pair that was given, before it is kept.
#[derive(Debug)]
pub(super) struct Unkept {
    /// Epoch and version of the pair that it replaces.
    over: (i64, i64),
    credentials: Credentials,
    expires_at: Timestamp,
}

/// Exchanges the refresh token of `version`, unless somebody has a newer pair already; answers the pair that is kept.
/// The caller holds the process's own lock on the connection.
pub(super) async fn refresh(
    cx: &Context,
    unkept: &mut Option<Unkept>,
    owner: &str,
    connection: &Connection,
    version: i64,
) -> Result<Grant, Failure> {
    let id = connection.id;
    // Another may have done it while we waited.
    let grant = load(cx, id).await?;
    unkept.take_if(|given| given.over != (grant.epoch, grant.version));
    if grant.version != version {
        return Ok(grant);
    }
    let Credentials::OAuth { refresh, .. } = &grant.credentials else {
        return lost(cx, connection, &grant, "the API token is not accepted").await;
    };
    if let Some(given) = unkept.take() {
        return keep(cx, unkept, &grant, given).await;
    }
    let app = cx.settings().atlassian.clone().ok_or(Failure::GrantLost)?;
    // Whatever becomes of us, somebody looks at the grant while its token is still taken again.
    cx.ledger.mark_due(vec![watch::soon(id, cx.clock.now())]).await?;
    let token = plain(refresh);
    let (mut lost_since, mut sent_at) = (None, cx.clock.now());
    let mut answer = Err(GrantError::Unavailable { wait: None });
    for _ in 0..ATTEMPTS {
        let now = cx.clock.now();
        // The turn anew for each: a process that seemed dead may have kept its pair meanwhile.
        lost_since = match cx.ledger.begin_refresh(id, version, owner, now, TURN_MS).await? {
            RefreshTurn::Yours { lost_since } => lost_since,
            RefreshTurn::Newer => return load(cx, id).await,
            RefreshTurn::Another { .. } => return Err(unavailable(None)),
        };
        // A process that was stopped for longer than its turn must not speak any more.
        sent_at = cx.clock.now();
        if later(sent_at, TOKEN_DEADLINE) > later(now, Duration::from_millis(TURN_MS.into())) {
            break;
        }
        answer = app.refresh(cx.transport.as_ref(), &token).await;
        if !matches!(answer, Err(GrantError::Unknown { .. })) {
            break;
        }
    }
    match answer {
        Ok(pair) => {
            // Its life began at some time between the request and now.
            let expires_at = later(sent_at, Duration::from_secs(pair.expires_in_s));
            let credentials = credentials(pair, refresh);
            keep(cx, unkept, &grant, Unkept { over: (grant.epoch, version), credentials, expires_at }).await
        }
        Err(GrantError::Revoked { detail }) => {
            let is_late = lost_since.is_some_and(|since| later(since, REUSE) <= cx.clock.now());
            let detail = match is_late {
                true => format!(
                    "{detail}. The answer to an earlier renewal got lost, and its ten minutes passed before it could \
                     be asked for again"
                ),
                false => detail,
            };
            lost(cx, connection, &grant, &detail).await
        }
        Err(error) => {
            let is_nothing_done = !matches!(error, GrantError::Unknown { .. });
            let wait = match &error {
                GrantError::Unavailable { wait } | GrantError::Unknown { wait, .. } => *wait,
                _ => None,
            };
            match error {
                GrantError::Misconfigured { detail } => {
                    tracing::error!(%detail, "atlassian refuses the app's client secret");
                }
                error => tracing::warn!(%error, "the token was not exchanged; it is tried again"),
            }
            if is_nothing_done && lost_since.is_none() {
                cx.ledger.end_refresh(id, version, owner).await?;
            }
            Err(unavailable(wait))
        }
    }
}

/// Makes a pair durable. Atlassian disables the old one, so losing the new one loses the grant: it is kept before
/// anyone may use it, and held until the store has said so. Whoever waits here may be cut off at any moment; the next
/// one in this process finds the pair where it is held.
async fn keep(
    cx: &Context,
    unkept: &mut Option<Unkept>,
    read: &Grant,
    new: Unkept,
) -> Result<Grant, Failure> {
    let new = unkept.insert(new);
    match cx.ledger.store_grant(read, new.credentials.clone(), Some(new.expires_at)).await {
        // After a conflict too: what another kept over the same pair is newer, and as good.
        Ok(_) | Err(StoreError::Conflict(_)) => {
            *unkept = None;
            load(cx, read.connection).await
        }
        // Connected again or disconnected meanwhile: that stands, and shows at the next look.
        Err(StoreError::Fenced) => {
            *unkept = None;
            Err(unavailable(None))
        }
        // It may have been kept all the same, which the next look finds out.
        Err(error) => Err(error.into()),
    }
}

/// Atlassian may leave the refresh token out: the old one goes on then.
fn credentials(pair: TokenPair, old: &SecretString) -> Credentials {
    let secret =
        |secret: backline_clients::secret::Secret<String>| SecretString::from(secret.expose().clone());
    Credentials::OAuth {
        access: secret(pair.access),
        refresh: pair.refresh.map_or_else(|| old.clone(), secret),
    }
}

pub(super) fn unavailable(wait: Option<Duration>) -> Failure {
    JiraError::Unavailable { status: 503, wait }.into()
}

/// The grant is gone: said once, and the queue is kept until a person consents again.
async fn lost(cx: &Context, connection: &Connection, read: &Grant, detail: &str) -> Result<Grant, Failure> {
    let site = connection.site.as_ref().map_or_else(String::new, |site| site.name.clone());
    let blocked = Blocked {
        cause: grant_cause(connection.id),
        what: format!("The connection to {site} no longer works"),
        why: format!("Atlassian refused to renew it: {detail}"),
        remedy: "Connect again; everything that waits goes on by itself".to_owned(),
        page: "/integrations/jira".to_owned(),
    };
    match cx.ledger.lose_grant(read, detail, blocked, cx.clock.now()).await {
        Ok(()) => {}
        // Somebody has a newer pair: what was refused is only the old one.
        Err(StoreError::Conflict(_)) => return load(cx, connection.id).await,
        // Connected again or disconnected meanwhile: that stands.
        Err(StoreError::Fenced) => return Err(unavailable(None)),
        Err(error) => return Err(error.into()),
    }
    cx.wake.notify_one();
    Err(Failure::GrantLost)
}
