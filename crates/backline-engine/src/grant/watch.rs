//! Looks after a grant that nobody calls with.
//!
//! An exchange that was cut off, by a crash or by a browser that left, has to be asked for again within ten minutes,
//! although nothing else may be due by then. And a refresh token that is not used for 90 days dies.
//!
//! Invariant: a look is due before an exchange begins, so that none is forgotten.
//! Source: <https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/>

use crate::clock::later;
use crate::context::Context;
use crate::failure::{Failure, backoff};
use backline_core::ids::ConnectionId;
use backline_store::StoreError;
use backline_store::grant::Grant;
use backline_store::work::{Due, Lease, Next, Priority, WorkKey};
use jiff::Timestamp;
use std::time::Duration;

/// When a turn to exchange has run out, whoever had it.
const SOON: Duration = Duration::from_millis(super::refresh::TURN_MS as u64 + 1_000);
/// A grant is exchanged at least once within this.
const EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// Looks that fail come no slower than this: the ten minutes run.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// A look right after an exchange that begins now would have ended.
pub(super) fn soon(id: ConnectionId, now: Timestamp) -> Due {
    due(id, later(now, SOON), "a token is being exchanged")
}

/// The first look at a connection that was made now.
pub fn first(id: ConnectionId, now: Timestamp) -> Due {
    due(id, later(now, EVERY), "it is connected")
}

fn due(id: ConnectionId, at: Timestamp, reason: &str) -> Due {
    Due { key: WorkKey::Grant(id), site: None, at, priority: Priority::Update, reason: reason.to_owned() }
}

/// Finishes an exchange that was cut off, exchanges a token that rests, and comes back a day later.
pub async fn watch(cx: &Context, id: ConnectionId, lease: &Lease) -> Result<(), StoreError> {
    let next = match look(cx, id).await {
        Ok(true) => Next::At(later(cx.clock.now(), EVERY)),
        // Nothing is kept here any more, or a person has to consent: either makes it due again.
        Ok(false) | Err(Failure::GrantLost | Failure::Disconnected) => Next::Done,
        Err(Failure::Store(error)) => return Err(error),
        Err(_) => Next::Retry(later(cx.clock.now(), backoff(lease.attempt).min(WAIT_MAX))),
    };
    cx.ledger.finish(lease, next).await
}

/// Whether there is something to look after.
async fn look(cx: &Context, id: ConnectionId) -> Result<bool, Failure> {
    let Some(grant) = cx.ledger.load_grant(id).await? else { return Ok(false) };
    if is_cut_off(&grant) {
        cx.grants.exchange(cx, id, grant.version).await?;
    } else if grant.expires_at.is_some_and(|expires_at| later(expires_at, EVERY / 2) <= cx.clock.now()) {
        drop(cx.grants.jira(cx, id).await?);
    }
    Ok(grant.expires_at.is_some())
}

fn is_cut_off(grant: &Grant) -> bool {
    grant.refresh_started_at.is_some()
}
