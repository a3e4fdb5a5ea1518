//! What people did to a ticket's status, and how often we wrote over them.

use crate::clock::later;
use backline_core::mapping::closing::Meaning;
use backline_core::ticket::closed::News;
use backline_core::ticket::{Applied, Ticket};
use backline_core::vulnerability::Dismissal;
use backline_store::reconcile::Decided;
use jiff::Timestamp;
use std::time::Duration;

/// How long it is remembered how often people were written over.
const COUNTED: Duration = Duration::from_secs(24 * 3_600);

/// Records what a person did to the status; what it decides is told.
pub(super) fn heed(ticket: &mut Ticket, news: &News, now: Timestamp) -> Option<Decided> {
    let by = ticket.key.to_string();
    match news {
        News::Closed(closed) => {
            ticket.applied.closed = Some(closed.clone());
            if closed.means == Meaning::Reopen {
                ticket.applied.reopenings.push(now);
            }
            let days = closed.expires_days.map(|days| Duration::from_secs(u64::from(days) * 24 * 3_600));
            Some(Decided::Dismissed(Dismissal {
                at: now,
                by,
                reason: format!("was closed in Jira as {}", closed.as_what),
                kind: closed.means.dismissal()?,
                until: days.map(|days| later(now, days)),
                ticket: Some(ticket.issue.clone()),
            }))
        }
        News::OpenAgain { was_dismissed } => {
            ticket.applied.closed = None;
            was_dismissed.then_some(Decided::TakenBack { by })
        }
    }
}

/// Drops what counts for a day only.
pub(super) fn forget(applied: &mut Applied, now: Timestamp) {
    let is_kept = |at: &Timestamp| later(*at, COUNTED) > now;
    applied.reopenings.retain(is_kept);
    for times in applied.overruled.values_mut() {
        times.retain(is_kept);
    }
    applied.overruled.retain(|_, times| !times.is_empty());
}
