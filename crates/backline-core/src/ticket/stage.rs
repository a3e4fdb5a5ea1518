//! How far the fix of a subject has come, from facts alone.

use crate::mapping::lifecycle::Stage;
use crate::pull_request::{State, Tracked};
use crate::vulnerability::{Status, Vulnerability};

/// The stage of a subject.
///
/// Merged alone is not resolved: the stage is `Verifying` until a complete scan no longer shows the
/// vulnerabilities. A merge counts only into the default branch, and only while no newer scan has seen them again.
pub fn stage(vulnerabilities: &[Vulnerability], pull_requests: &[Tracked]) -> Stage {
    let open: Vec<&Vulnerability> = vulnerabilities.iter().filter(|v| v.status.is_open()).collect();
    if open.is_empty() {
        let is_resolved = vulnerabilities.iter().any(|v| v.status == Status::Resolved);
        return if is_resolved { Stage::Done } else { Stage::Dismissed };
    }
    let pull_requests = || pull_requests.iter().map(|tracked| &tracked.pull_request);
    if pull_requests().any(|pr| pr.state == State::Open && !pr.is_draft) {
        return Stage::InReview;
    }
    let is_unverified = |merged_at| open.iter().all(|v| v.last_seen_at <= merged_at);
    match pull_requests().filter(|pr| pr.targets_default_branch).filter_map(|pr| pr.merged_at).max() {
        Some(merged_at) if is_unverified(merged_at) => Stage::Verifying,
        _ => Stage::Open,
    }
}
