//! What can be planned: the wire shape of `POST /_sim/plan`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// One planned fault. Without `nth`, `times` or `after` it fires on every match.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    #[serde(rename = "match", default)]
    pub matching: Match,
    /// Fires on this matching call only, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// Fires on the first so many matching calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Fires on every matching call after the first so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    pub fault: Fault,
}

/// Which requests; what is absent matches all. In `path`, `*` stands for any characters, also `/`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// What goes wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// The request is carried out and answered `ms` late, also when the client no longer waits.
    Delay { ms: u64 },
    /// The connection is closed without an answer and nothing is done.
    Reset,
    /// The request is carried out, then the connection is closed without an answer.
    ResetAfterCommit,
    /// The connection is closed at once and the request is carried out `ms` later.
    LateCommit { ms: u64 },
    /// The answer's body ends after `n` bytes although its length says more.
    Truncate { n: usize },
    /// The request is carried out and answered 2xx with a body that is not the answer.
    Garbage {
        #[serde(default, rename = "as")]
        shape: Garbage,
    },
    /// Nothing is done; this answer is given.
    Status {
        status: u16,
        #[serde(default)]
        body: Option<Value>,
        #[serde(default)]
        headers: BTreeMap<String, String>,
    },
    /// Nothing is done; 429 with the headers that Jira documents. `retry_after` is seconds or an HTTP date.
    RateLimited {
        #[serde(default)]
        retry_after: Option<Value>,
        #[serde(default)]
        reason: Option<String>,
    },
    /// Nothing is done; 5xx.
    ServerError {
        #[serde(default = "unavailable")]
        status: u16,
    },
    /// The request is carried out and answered 5xx.
    ServerErrorAfterCommit {
        #[serde(default = "unavailable")]
        status: u16,
    },
    /// Nothing is done; a web page is answered, as a proxy or a login wall does.
    Html {
        #[serde(default = "ok")]
        status: u16,
    },
    /// Not bound to a request: while planned, the search index is `ms` behind.
    SearchLag { ms: u64 },
}

/// What stands in place of the answer.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Garbage {
    /// Cut JSON.
    #[default]
    Broken,
    /// JSON of another shape.
    Json,
    Html,
    /// The answer with the id and key of another issue.
    ForeignId,
}

fn unavailable() -> u16 {
    503
}

fn ok() -> u16 {
    200
}

impl Entry {
    pub(super) fn fires_on(&self, call: u64) -> bool {
        self.nth.is_none_or(|n| call == n)
            && self.times.is_none_or(|n| call <= n)
            && self.after.is_none_or(|n| call > n)
    }
}

impl Fault {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Delay { .. } => "delay",
            Self::Reset => "reset",
            Self::ResetAfterCommit => "reset_after_commit",
            Self::LateCommit { .. } => "late_commit",
            Self::Truncate { .. } => "truncate",
            Self::Garbage { .. } => "garbage",
            Self::Status { .. } => "status",
            Self::RateLimited { .. } => "rate_limited",
            Self::ServerError { .. } => "server_error",
            Self::ServerErrorAfterCommit { .. } => "server_error_after_commit",
            Self::Html { .. } => "html",
            Self::SearchLag { .. } => "search_lag",
        }
    }
}
