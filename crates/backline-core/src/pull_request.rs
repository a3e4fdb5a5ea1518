//! A pull request as any code host shows it, reduced to what the rules need.

use crate::ids::{PullRequestId, RepositoryName};
use jiff::Timestamp;
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
}

impl PullRequest {
    /// `owner/name#12`.
    pub fn label(&self) -> String {
        format!("{}#{}", self.repository, self.number)
    }
}
