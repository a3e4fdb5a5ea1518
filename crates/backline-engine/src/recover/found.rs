//! Issues that a walk after one lost create came upon besides: those of the others in the same call.
//!
//! Fifty creates whose answer was lost are looked for once, and not fifty times. Only what was found is shared, never
//! that something is missing: whoever does not find its own here asks Jira.

use crate::clock::later;
use crate::marker;
use backline_core::ids::CloudId;
use backline_core::jira::issue::Issue;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;
use uuid::Uuid;

/// How long what was read is taken for what is there.
const FRESH: Duration = Duration::from_secs(60);
/// More than are on the wire at once; beyond this what is old goes, and then all.
const KEPT_MAX: usize = 1_000;

/// By site and by the nonce of the attempt, with when each was read.
#[derive(Debug, Default)]
pub struct Found(Mutex<BTreeMap<(CloudId, Uuid), (Timestamp, Issue)>>);

impl Found {
    pub fn keep(&self, site: &CloudId, issues: &[Issue], now: Timestamp) {
        let mut kept = self.0.lock().expect("no panic while they are held");
        if kept.len() + issues.len() > KEPT_MAX {
            kept.retain(|_, (at, _)| later(*at, FRESH) > now);
        }
        if kept.len() + issues.len() > KEPT_MAX {
            kept.clear();
        }
        for issue in issues {
            if let Some(nonce) = issue.properties.get(marker::PROPERTY).and_then(marker::nonce) {
                kept.insert((site.clone(), nonce), (now, issue.clone()));
            }
        }
    }

    pub fn take(&self, site: &CloudId, nonce: Uuid, now: Timestamp) -> Option<Issue> {
        let mut kept = self.0.lock().expect("no panic while they are held");
        let (at, issue) = kept.remove(&(site.clone(), nonce))?;
        (later(at, FRESH) > now).then_some(issue)
    }
}
