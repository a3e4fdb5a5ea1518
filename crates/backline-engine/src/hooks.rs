//! What code hosts and Jira tell us: verified before it is read, kept before it is answered, and then only a reason
//! to look.

use crate::clock::later;
use crate::context::Context;
use crate::feed;
use backline_clients::github::{Event, verify_signature};
use backline_clients::jira::delivery::{self, verify_token};
use backline_store::StoreError;
use backline_store::connection::Connection;
use backline_store::work::{Due, Priority, WorkKey};
use std::time::Duration;

/// Changes that come this close together are looked at together.
const GATHERED: Duration = Duration::from_millis(200);

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Something is to be looked at.
    Due,
    /// Nothing that concerns us, or a delivery that was seen before.
    Nothing,
}

/// Why a delivery was not taken.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// Answer 401; the body was not read.
    #[error("the signature does not fit")]
    Unsigned,
    #[error("no webhook secret is configured")]
    NotConfigured,
    /// Answer 503: it was not kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A delivery of GitHub's, by the headers that it names itself with.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'d> {
    pub event: &'d str,
    pub id: &'d str,
    pub signature: &'d str,
    pub body: &'d [u8],
}

/// A delivery of Jira's, by the headers that it names itself with.
#[derive(Debug, Clone, Copy)]
pub struct JiraDelivery<'d> {
    /// The same over its repetitions; unique on its site.
    pub id: &'d str,
    pub authorization: &'d str,
    pub body: &'d [u8],
}

/// Takes a delivery: the tickets that it speaks of are known to be stale when this returns.
pub async fn jira(cx: &Context, delivery: JiraDelivery<'_>) -> Result<Received, HookError> {
    let settings = cx.settings();
    let app = settings.atlassian.as_ref().ok_or(HookError::NotConfigured)?;
    let now = cx.clock.now();
    if !verify_token(&app.client_secret, delivery.authorization, now) {
        return Err(HookError::Unsigned);
    }
    let Some(delivered) = delivery::read(delivery.body) else { return Ok(Received::Nothing) };
    let Some(issue) = delivered.issue else { return Ok(Received::Nothing) };
    let Some(connection) = connection_of(cx, &delivered.webhooks).await? else {
        return Ok(Received::Nothing);
    };
    let Some(site) = connection.site else { return Ok(Received::Nothing) };
    let known = cx.store.tickets_of_issues(&site.cloud_id, &[issue]).await?;
    if known.is_empty() {
        return Ok(Received::Nothing);
    }
    let due = feed::due(connection.id, Some(site.cloud_id.clone()), later(now, GATHERED));
    let stale = known.into_iter().map(|known| known.subject).collect();
    // An identifier is one of its site's.
    let id = format!("{}:{}", site.cloud_id, delivery.id);
    let is_new = cx.store.receive_change(&id, stale, due, now).await?;
    cx.wake.notify_one();
    Ok(if is_new { Received::Due } else { Received::Nothing })
}

/// Whose webhook it was; where Jira does not say, the connection in use.
async fn connection_of(cx: &Context, webhooks: &[i64]) -> Result<Option<Connection>, StoreError> {
    for webhook in webhooks {
        if let Some(id) = cx.store.connection_of_hook(*webhook).await? {
            return Ok(cx.store.load_connection(id).await?.filter(Connection::is_usable));
        }
    }
    Ok(cx.store.active_connection().await?.filter(Connection::is_usable))
}

/// Takes a delivery: due work is durable when this returns.
pub async fn github(cx: &Context, delivery: Delivery<'_>) -> Result<Received, HookError> {
    let settings = cx.settings();
    let github = settings.github.as_ref().ok_or(HookError::NotConfigured)?;
    let secret = github.webhook_secret.as_ref().ok_or(HookError::NotConfigured)?;
    if !verify_signature(secret, delivery.body, delivery.signature) {
        return Err(HookError::Unsigned);
    }
    let event = Event::read(delivery.event, delivery.body);
    let Event::PullRequest { repository, number, action } = event else { return Ok(Received::Nothing) };
    if !github.follows(&repository) {
        return Ok(Received::Nothing);
    }
    let now = cx.clock.now();
    let due = Due {
        key: WorkKey::PullRequest { repository, number },
        site: None,
        at: now,
        priority: Priority::PullRequest,
        reason: format!("GitHub says {action}"),
    };
    // Deduplicated and due in one transaction: a delivery that was answered is never lost.
    let is_new = cx.store.receive_delivery("github", delivery.id, vec![due], now).await?;
    cx.wake.notify_one();
    Ok(if is_new { Received::Due } else { Received::Nothing })
}
