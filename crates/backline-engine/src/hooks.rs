//! What code hosts tell us: verified on the raw bytes, kept before it is answered, and then only a reason to look.

use crate::context::Context;
use backline_clients::github::{Event, verify_signature};
use backline_store::StoreError;
use backline_store::work::{Due, Priority, WorkKey};

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
