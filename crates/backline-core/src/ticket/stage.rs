//! How far the fix of a subject has come, from facts alone.

use crate::mapping::lifecycle::Stage;
use crate::pull_request::{PullRequest, State, Tracked};
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
    let is_in_review = |pr: &PullRequest| pr.state == State::Open && !pr.is_draft;
    if pull_requests.iter().any(|tracked| is_in_review(&tracked.pull_request)) {
        return Stage::InReview;
    }
    let counts = |tracked: &&Tracked| tracked.pull_request.targets_default_branch;
    let is_unverified = |merged_by| open.iter().all(|v| v.last_seen_at <= merged_by);
    match pull_requests.iter().filter(counts).filter_map(|tracked| tracked.merged_by).max() {
        Some(merged_by) if is_unverified(merged_by) => Stage::Verifying,
        _ => Stage::Open,
    }
}
