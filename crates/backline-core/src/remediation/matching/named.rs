//! The names in a pull request that can lead to a vulnerability of any repository: keys of tickets, and Backline's own
//! ids.
//!
//! Only says where to look. Whether a name counts is decided by [`super::find`], so this takes too many rather than
//! too few.

use super::mention::Mentions;
use crate::ids::IssueKey;
use crate::pull_request::PullRequest;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use uuid::Uuid;

/// Names without what they are the names of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// Whatever has the form of a key, `UTF-8` too.
    pub keys: BTreeSet<IssueKey>,
    /// Of remediations or vulnerabilities.
    pub ids: BTreeSet<Uuid>,
}

/// What a pull request names in its title, branch, description and commits, quoted or not.
pub fn named(pull_request: &PullRequest) -> Named {
    static IN_BRANCH: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[A-Z][A-Z0-9_]+-[1-9][0-9]*").expect("the pattern is constant"));
    static ID: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").expect("the pattern is constant")
    });
    let mentions = Mentions::read(pull_request);
    let mut keys: BTreeSet<IssueKey> =
        mentions.words().filter(|word| IssueKey::is_written(word)).map(IssueKey::new).collect();
    for found in IN_BRANCH.find_iter(&pull_request.branch.to_ascii_uppercase()) {
        // Underscores join words in a branch and are letters of a key: every rest may be the key.
        let starts = found.as_str().match_indices('_').map(|(at, _)| at + 1).chain([0]);
        let rests = starts.map(|start| &found.as_str()[start..]);
        keys.extend(rests.filter(|rest| IssueKey::is_written(rest)).map(IssueKey::new));
    }
    let branch = pull_request.branch.to_ascii_lowercase();
    let tail = branch.strip_prefix("backline/").unwrap_or_default();
    let ids = ID.find_iter(tail).filter_map(|found| Uuid::parse_str(found.as_str()).ok()).collect();
    Named { keys, ids }
}
