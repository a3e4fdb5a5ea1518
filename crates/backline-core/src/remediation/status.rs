//! Where a remediation stands, from its pull request and from what scans say since.
//!
//! Computed anew each time; nothing here remembers what the status was.
//!
//! Invariant: merged is not resolved. Only vulnerabilities that a scan or a person has closed resolve it.

use super::Status;
use crate::pull_request::{PullRequest, State, Tracked};
use crate::vulnerability;
use jiff::Timestamp;

/// The status of the remediation that a pull request is, for vulnerabilities given as their status and the date
/// of the newest report that showed them.
///
/// - open: in progress;
/// - closed unmerged: cancelled;
/// - merged, and every vulnerability closed: resolved (one that was dismissed does not hold it up);
/// - merged into the default branch, and one shown by a report that is newer than the merge: failed;
/// - merged into the default branch otherwise: awaiting verification, also where no vulnerability is left to ask;
/// - merged elsewhere: in progress, since nothing has reached the default branch ([`note`] says so).
pub fn status(tracked: &Tracked, vulnerabilities: &[(vulnerability::Status, Timestamp)]) -> Status {
    let pull_request = &tracked.pull_request;
    match pull_request.state {
        State::Open => return Status::InProgress,
        State::Closed => return Status::Cancelled,
        State::Merged => {}
    }
    let mut open = vulnerabilities.iter().filter(|(status, _)| status.is_open()).peekable();
    if open.peek().is_none() && !vulnerabilities.is_empty() {
        return Status::Resolved;
    }
    if !pull_request.targets_default_branch {
        return Status::InProgress;
    }
    if open.any(|(_, last_seen_at)| tracked.merged_by.is_none_or(|merged_by| *last_seen_at > merged_by)) {
        Status::Failed
    } else {
        Status::PendingApproval
    }
}

/// What a person should know beside the status.
pub fn note(pull_request: &PullRequest) -> Option<String> {
    let is_elsewhere = pull_request.state == State::Merged && !pull_request.targets_default_branch;
    is_elsewhere.then(|| {
        format!(
            "merged into {}, which is not the default branch: it fixes nothing there yet",
            pull_request.base
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{Status, note, status};
    use crate::ids::{PullRequestId, RepositoryName};
    use crate::pull_request::{PullRequest, State, Tracked};
    use crate::vulnerability::Status as Vulnerability;
    use jiff::Timestamp;

    const BEFORE: &str = "2026-03-01T08:00:00Z";
    const MERGED: &str = "2026-03-02T08:00:00Z";
    const AFTER: &str = "2026-03-03T08:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a date")
    }

    fn pull_request(state: State, targets_default_branch: bool) -> PullRequest {
        PullRequest {
            repository: RepositoryName::new("acme/api"),
            number: 12,
            url: String::new(),
            title: String::new(),
            body: String::new(),
            state,
            is_draft: false,
            branch: "fix".to_owned(),
            base: "release/1.x".to_owned(),
            targets_default_branch,
            author: "ann".to_owned(),
            author_is_bot: false,
            head_sha: String::new(),
            commit_messages: Vec::new(),
            merged_at: (state == State::Merged).then(|| at(MERGED)),
            updated_at: at(AFTER),
        }
    }

    /// First seen merged half a second after the second that the host tells began.
    fn tracked(pull_request: PullRequest) -> Tracked {
        let merged_by = pull_request.merged_by(at("2026-03-02T08:00:00.500Z"));
        Tracked { id: PullRequestId(uuid::Uuid::nil()), pull_request, merged_by }
    }

    fn check(state: State, vulnerabilities: &[(Vulnerability, &str)], expected: Status) {
        let vulnerabilities: Vec<_> =
            vulnerabilities.iter().map(|(status, seen)| (*status, at(seen))).collect();
        assert_eq!(status(&tracked(pull_request(state, true)), &vulnerabilities), expected);
    }

    #[test]
    fn merged_is_not_resolved() {
        check(State::Merged, &[(Vulnerability::PendingAction, BEFORE)], Status::PendingApproval);
        check(State::Merged, &[(Vulnerability::PendingAction, MERGED)], Status::PendingApproval);
        check(State::Merged, &[], Status::PendingApproval);
    }

    #[test]
    fn merged_and_gone_is_resolved() {
        check(State::Merged, &[(Vulnerability::Resolved, BEFORE)], Status::Resolved);
        check(
            State::Merged,
            &[(Vulnerability::Resolved, BEFORE), (Vulnerability::Dismissed, AFTER)],
            Status::Resolved,
        );
        let mixed = [(Vulnerability::Resolved, BEFORE), (Vulnerability::Open, BEFORE)];
        check(State::Merged, &mixed, Status::PendingApproval);
    }

    #[test]
    fn seen_in_a_scan_after_the_merge_is_failed() {
        check(State::Merged, &[(Vulnerability::Open, AFTER)], Status::Failed);
        check(
            State::Merged,
            &[(Vulnerability::Resolved, BEFORE), (Vulnerability::Open, AFTER)],
            Status::Failed,
        );
    }

    #[test]
    fn within_the_second_of_the_merge_what_was_seen_first_is_from_before_it() {
        let seen = |at| [(Vulnerability::PendingAction, at)];
        check(State::Merged, &seen("2026-03-02T08:00:00.400Z"), Status::PendingApproval);
        check(State::Merged, &seen("2026-03-02T08:00:00.600Z"), Status::Failed);
    }

    #[test]
    fn an_open_one_is_in_progress_and_a_closed_one_cancelled() {
        check(State::Open, &[(Vulnerability::Resolved, BEFORE)], Status::InProgress);
        check(State::Closed, &[(Vulnerability::Open, AFTER)], Status::Cancelled);
    }

    #[test]
    fn a_merge_into_another_branch_fixes_nothing_yet() {
        let elsewhere = tracked(pull_request(State::Merged, false));
        assert_eq!(status(&elsewhere, &[(Vulnerability::Open, at(AFTER))]), Status::InProgress);
        assert_eq!(status(&elsewhere, &[(Vulnerability::Resolved, at(BEFORE))]), Status::Resolved);
        assert_eq!(
            note(&elsewhere.pull_request).as_deref(),
            Some("merged into release/1.x, which is not the default branch: it fixes nothing there yet")
        );
        assert_eq!(note(&pull_request(State::Merged, true)), None);
    }
}
