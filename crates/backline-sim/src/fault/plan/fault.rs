//! The kinds of faults. What one does stands at its variant; its parameters, their types and examples stand in
//! [`crate::fault::kind`].

use super::act::Act;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

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
    /// The request is carried out; the answer's body ends after `n` bytes although its length says more.
    Truncate { n: usize },
    /// The request is carried out and answered with its status and a body that is not the answer.
    Garbage {
        #[serde(default, rename = "as")]
        shape: Garbage,
    },
    /// Nothing is done; this answer is given.
    Status {
        status: u16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
        #[serde(default)]
        headers: BTreeMap<String, String>,
    },
    /// Nothing is done; the service's own answer to too many requests. `retry_after` is seconds or an HTTP date.
    RateLimited {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<Value>,
        #[serde(default, rename = "as")]
        form: Wait,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(default = "too_many")]
        status: u16,
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
    /// Nothing is done; 400 with a text for each field, as Jira refuses values.
    FieldErrors {
        errors: BTreeMap<String, String>,
        #[serde(default)]
        messages: Vec<String>,
    },
    /// Nothing is done; 410, the endpoint was taken away.
    Gone,
    /// The access token of the request expires for good, and this request and all later ones with it are answered
    /// with `status`. A request without such a token is answered so once.
    ExpiredToken {
        #[serde(default = "unauthorized")]
        status: u16,
    },
    /// Nothing is done; the token endpoint's word that a grant is dead.
    InvalidGrant {
        #[serde(default)]
        error: DeadGrant,
    },
    /// Nothing is done; the gateway's word that the token lacks a scope, which is a 401.
    ScopeMismatch,
    /// The search index is `ms` behind for the matching request, whatever lag the site has otherwise.
    SearchLag { ms: u64 },
    /// Somebody else does something right before the request is carried out, or right after, before its answer.
    Act(Act),
}

/// What stands in place of the answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Garbage {
    /// Cut JSON.
    #[default]
    Broken,
    /// JSON of another shape.
    Json,
    /// A login page.
    Html,
    /// The answer with the id and key of another issue.
    ForeignId,
    /// No body.
    Empty,
}

/// How seconds of `retry_after` are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    #[default]
    Seconds,
    /// An HTTP date, so many seconds from now on the simulators' clock.
    Date,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadGrant {
    #[default]
    InvalidGrant,
    UnauthorizedClient,
}

fn too_many() -> u16 {
    429
}

fn unavailable() -> u16 {
    503
}

fn ok() -> u16 {
    200
}

fn unauthorized() -> u16 {
    401
}

impl Fault {
    /// The kind, as it stands in a plan and in history.
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
            Self::FieldErrors { .. } => "field_errors",
            Self::Gone => "gone",
            Self::ExpiredToken { .. } => "expired_token",
            Self::InvalidGrant { .. } => "invalid_grant",
            Self::ScopeMismatch => "scope_mismatch",
            Self::SearchLag { .. } => "search_lag",
            Self::Act(_) => "act",
        }
    }
}
