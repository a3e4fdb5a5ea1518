//! Keeping the chain: sealed within a second of what was added, and its end told to the log once a day.
//!
//! The log is kept elsewhere than the database, so that whoever could write the database anew, proofs and all, from an
//! older copy of it, is found by what the log says.

use crate::context::Context;
use backline_store::StoreError;
use backline_store::audit::Verified;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What comes within this is sealed together.
const GATHER: Duration = Duration::from_millis(500);
/// What another process added and did not live to seal is found so much later.
const SWEEP: Duration = Duration::from_secs(60);
/// Rows that are held against their proofs at a start.
const NEWEST: u64 = 1_000;
const CHECKPOINT_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// Seals until told to stop, and what is left then too.
pub async fn keep(cx: Context, stop: CancellationToken) {
    let added = cx.store.audit_bell();
    let mut told_at = None;
    loop {
        let now = cx.clock.now();
        if told_at.is_none_or(|told_at| now.duration_since(told_at) >= CHECKPOINT_EVERY) {
            // A start does not wait for a million rows, nor does its machine.
            let newest = told_at.is_none().then_some(NEWEST);
            told_at = Some(now);
            if let Err(error) = checkpoint(&cx, newest).await {
                tracing::error!(%error, "the audit could not be verified");
            }
        } else {
            seal(&cx).await;
        }
        let is_stopped = tokio::select! {
            () = stop.cancelled() => true,
            () = added.notified() => false,
            () = cx.clock.sleep(SWEEP) => false,
        };
        if is_stopped {
            return seal(&cx).await;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = cx.clock.sleep(GATHER) => {}
        }
    }
}

async fn seal(cx: &Context) {
    match cx.store.seal_audit(cx.clock.now()).await {
        Ok(_) => {}
        Err(StoreError::Closed) => {}
        Err(error) => {
            tracing::error!(%error, "the audit was not sealed; `backline audit verify` says what is wrong")
        }
    }
}

/// Reads the chain, or its newest rows, and tells the log where it ends, or what is wrong with it.
pub async fn checkpoint(cx: &Context, newest: Option<u64>) -> Result<Verified, StoreError> {
    seal(cx).await;
    let verified = cx.store.verify_audit(newest, None).await?;
    match (&verified.head, verified.faults.first()) {
        (_, Some(fault)) => {
            tracing::error!(faults = verified.faults.len(), "the audit was tampered with: {}", fault.what);
        }
        (Some(head), None) => tracing::info!(
            audit.rows = head.rows,
            audit.seal = %head.seal,
            "audit checkpoint {}:{}",
            head.rows,
            head.seal
        ),
        (None, None) => {}
    }
    Ok(verified)
}
