//! The link from a ticket to a pull request, as Jira's remote link.

use crate::pull_request::{PullRequest, State};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A remote link. Jira keeps one for a `global_id`, so writing it twice changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteLink {
    pub global_id: String,
    pub relationship: String,
    pub url: String,
    pub title: String,
    pub summary: String,
    /// Jira strikes a resolved link through.
    pub is_resolved: bool,
}

impl RemoteLink {
    pub fn to_pull_request(pr: &PullRequest) -> Self {
        let state = match pr.state {
            State::Open if pr.is_draft => "Draft",
            State::Open => "Open",
            State::Closed => "Closed without merging",
            State::Merged => "Merged",
        };
        Self {
            global_id: format!("backline:pull-request:{}", pr.url),
            relationship: "fixed by".to_owned(),
            url: pr.url.clone(),
            title: format!("{} {}", pr.label(), pr.title),
            summary: state.to_owned(),
            is_resolved: pr.state != State::Open,
        }
    }

    /// Tells whether what Jira has is what we would write (hex SHA-256).
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for part in [&self.relationship, &self.url, &self.title, &self.summary] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        hash.update([u8::from(self.is_resolved)]);
        hex::encode(hash.finalize())
    }
}
