//! What GitHub's simulator keeps, as plain values. Knows nothing of HTTP or of GitHub's JSON.
//!
//! Invariant: a record names others by id or object name only, so each can be journalled alone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 40 lower-case hexadecimal digits, the name of a commit, tree or blob.
pub type Sha = String;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserKind {
    User,
    Bot,
    Organization,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct User {
    pub id: u64,
    pub login: String,
    pub name: String,
    pub kind: UserKind,
    /// Organisations have none.
    pub token: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Label {
    pub id: u64,
    pub name: String,
    pub color: String,
    pub description: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Repo {
    pub id: u64,
    pub owner: u64,
    pub name: String,
    pub description: String,
    pub default_branch: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub pushed_at: Timestamp,
    /// Numbers are shared by issues and pull requests; this is the last one given.
    pub last_number: u64,
    /// By lower-cased name.
    pub labels: BTreeMap<String, Label>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Signature {
    pub name: String,
    pub email: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Commit {
    pub sha: Sha,
    pub tree: Sha,
    pub parents: Vec<Sha>,
    pub message: String,
    pub author: Signature,
    pub committer: Signature,
    /// The user who made it, when the simulator knows.
    pub user: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EntryKind {
    Blob,
    Tree,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub mode: String,
    pub kind: EntryKind,
    pub sha: Sha,
}

/// One directory, by name.
pub type Tree = BTreeMap<String, Entry>;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pull {
    pub id: u64,
    pub repo: u64,
    pub number: u64,
    pub title: String,
    /// `null` and empty are different answers of GitHub.
    pub body: Option<String>,
    pub is_open: bool,
    pub is_draft: bool,
    pub author: u64,
    pub head_ref: String,
    pub head_sha: Sha,
    pub base_ref: String,
    /// The base branch when the pull request was opened, last pushed to, or merged.
    pub base_sha: Sha,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub merged_at: Option<Timestamp>,
    pub merged_by: Option<u64>,
    pub merge_commit_sha: Option<Sha>,
    /// Names in lower case, in the order in which they were added.
    pub labels: Vec<String>,
    pub assignees: Vec<u64>,
    pub requested_reviewers: Vec<u64>,
    pub maintainer_can_modify: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Comment {
    pub id: u64,
    pub repo: u64,
    pub number: u64,
    pub author: u64,
    pub body: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReviewState {
    Approved,
    ChangesRequested,
    Commented,
    Dismissed,
    Pending,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Review {
    pub id: u64,
    pub repo: u64,
    pub number: u64,
    pub author: u64,
    pub state: ReviewState,
    pub body: String,
    pub commit: Sha,
    pub submitted_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Hook {
    pub id: u64,
    pub repo: u64,
    pub active: bool,
    pub events: Vec<String>,
    pub url: String,
    /// `json` or `form`.
    pub content_type: String,
    pub secret: Option<String>,
    pub insecure_ssl: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub last: Option<Outcome>,
}

/// How a delivery ended. `code` is the receiver's HTTP status, or 502 and 504 where there was no answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    pub code: u16,
    pub status: String,
    pub duration_ms: u64,
    pub response_headers: BTreeMap<String, String>,
    pub response_body: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delivery {
    pub id: u64,
    /// The same for every attempt to deliver one event: what a receiver tells doubles by.
    pub guid: String,
    pub hook: u64,
    pub repo: u64,
    pub event: String,
    pub action: Option<String>,
    /// JSON text as it was first sent; every attempt sends the same bytes.
    pub payload: String,
    pub is_redelivery: bool,
    pub url: String,
    pub at: Timestamp,
    /// `None` while it is on its way.
    pub outcome: Option<Outcome>,
}
