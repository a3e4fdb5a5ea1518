//! Looks whether a failure was mended outside Backline: in Jira, by a person who does not tell us.
//!
//! One of those that wait for it is looked at, as it is when a person asks; nobody is told again. The waits double
//! up to a bound, and end at a horizon that pages show: from then on a person has to ask.

use crate::clock::later;
use crate::context::Context;
use backline_core::ids::NoticeId;
use backline_core::notice::LOOK_HORIZON;
use backline_store::StoreError;
use backline_store::work::{Lease, Next};
use std::time::Duration;

/// The longest wait, in first waits: an hour where the first is a minute.
const WAITS_MAX: u32 = 60;

pub async fn probe(cx: &Context, id: NoticeId, lease: &Lease) -> Result<(), StoreError> {
    let now = cx.clock.now();
    let notice = cx.ledger.load_notice(id).await?;
    let is_looked_at = notice.is_some_and(|notice| {
        notice.over_at.is_none() && notice.subjects > 0 && now.duration_since(notice.first_at) < LOOK_HORIZON
    });
    if !is_looked_at {
        return cx.ledger.finish(lease, Next::Done).await;
    }
    let next = Next::Retry(later(now, wait(cx.look_again, lease.attempt)));
    cx.ledger.finish_probe(lease, id, next, now).await
}

/// Twice the first wait after the first look, then twice that, up to the bound.
fn wait(first: Duration, attempt: u32) -> Duration {
    first.saturating_mul(1_u32.checked_shl(attempt.min(16)).unwrap_or(WAITS_MAX).min(WAITS_MAX))
}

#[cfg(test)]
mod tests {
    use super::wait;
    use std::time::Duration;

    #[test]
    fn looks_come_slower_up_to_an_hour() {
        let minutes = |attempt| wait(Duration::from_secs(60), attempt).as_secs() / 60;
        assert_eq!([1, 2, 3, 4, 5, 6, 7, 99].map(minutes), [2, 4, 8, 16, 32, 60, 60, 60]);
    }
}
