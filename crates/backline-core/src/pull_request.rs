//! A pull request as any code host shows it, reduced to what the rules need.

use crate::ids::{PullRequestId, RepositoryName};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Open,
    /// Closed without having been merged.
    Closed,
    Merged,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Merged => "merged",
        }
    }
}

/// What a code host says of a pull request now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    pub repository: RepositoryName,
    pub number: u64,
    /// For people.
    pub url: String,
    pub title: String,
    /// Markdown; empty where the host says null. Byte for byte as read.
    pub body: String,
    pub state: State,
    pub is_draft: bool,
    pub branch: String,
    pub base: String,
    /// Whether `base` is the repository's default branch; a merge elsewhere fixes nothing.
    pub targets_default_branch: bool,
    pub author: String,
    pub author_is_bot: bool,
    pub head_sha: String,
    /// Messages of its commits, oldest first; at most 250.
    pub commit_messages: Vec<String>,
    pub merged_at: Option<Timestamp>,
    pub updated_at: Timestamp,
}

/// A pull request that Backline knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracked {
    pub id: PullRequestId,
    pub pull_request: PullRequest,
    /// The latest moment at which it can have been merged ([`PullRequest::merged_by`]); `None` until it is.
    pub merged_by: Option<Timestamp>,
}

impl PullRequest {
    /// `owner/name#12`.
    pub fn label(&self) -> String {
        format!("{}#{}", self.repository, self.number)
    }

    /// The latest moment at which it can have been merged, where `seen_at` is when it was first seen merged.
    ///
    /// Hosts tell whole seconds, so the merge lies anywhere in the second that they tell, but before it was seen.
    /// A scan from after this moment is from after the merge for certain.
    pub fn merged_by(&self, seen_at: Timestamp) -> Option<Timestamp> {
        if self.state != State::Merged {
            return None;
        }
        // A host that tells no time of the merge tells one of the last change, which is not earlier.
        let told = self.merged_at.unwrap_or(self.updated_at);
        let end_of_second = told.saturating_add(SignedDuration::from_millis(999)).unwrap_or(Timestamp::MAX);
        Some(end_of_second.min(seen_at).max(told))
    }
}
