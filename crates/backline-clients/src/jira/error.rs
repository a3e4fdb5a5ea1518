//! Why a call to Jira failed, cut by what to do next.
//!
//! Classified by status and by the shape of the body, which tells Atlassian's gateway from Jira; Jira's own words
//! are localised, so they are kept for people and never compared. The gateway's two English texts are the one
//! exception: nothing else tells a missing scope from an expired token.

mod body;

use super::budget;
use crate::json;
use crate::transport::{Response, TransportError};
use backline_core::ids::FieldId;
use body::Shape;
use std::time::Duration;

/// What went wrong. Every `wait` is `None` where Jira named none.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JiraError {
    /// Not executed: requeue what `scope` covers, after the wait.
    #[error("jira asks us to slow down")]
    Throttled { wait: Option<Duration>, scope: ThrottleScope },
    /// The token is expired or revoked: refresh once, then try once more.
    #[error("jira does not accept the token")]
    Unauthorized,
    /// The grant lacks a scope, which refreshing cannot mend: reconnect.
    #[error("the grant lacks a scope: {detail}")]
    ScopeMissing { detail: String },
    /// The grant does not reach the site, or the app was removed from it: reconnect.
    #[error("the app does not reach this site")]
    NotInstalled,
    /// The request is wrong as it stands, or a permission is missing (Jira says 400 for many): block, and show why.
    #[error("jira refused: {}", body::sentence(fields))]
    Refused { fields: Vec<FieldProblem> },
    /// The person behind the grant may not do this.
    #[error("jira forbids this: {message}")]
    Forbidden { message: String },
    /// Deleted, or no longer visible to us: the two cannot be told apart.
    #[error("jira does not find it")]
    Gone,
    /// Changed at the same moment: read again, plan again.
    #[error("jira reports a conflicting change")]
    Conflict,
    /// Jira no longer has this endpoint: stop everything that needs it.
    #[error("jira has removed this endpoint: {detail}")]
    Removed { detail: String },
    /// Not Jira's answer: a login or proxy page, or JSON of another shape.
    #[error("jira's answer is not understood: {detail}")]
    Garbled { is_html: bool, detail: String },
    /// Jira failed; a write may have been executed.
    #[error("jira fails with status {status}")]
    Unavailable { status: u16, wait: Option<Duration> },
    /// There is no answer. `not_sent` says that a write certainly had no effect.
    #[error("jira cannot be reached")]
    Unreachable {
        not_sent: bool,
        #[source]
        source: TransportError,
    },
}

/// What a 429 covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThrottleScope {
    /// The hourly points of the site or the app: everything waits.
    Quota,
    /// One endpoint's calls a second.
    Burst,
    /// Writes to one issue.
    Issue,
    Unknown,
}

/// One complaint; without a field it is about the whole request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    pub field: Option<FieldId>,
    /// Jira's own words, localised, one line, never empty.
    pub message: String,
}

impl JiraError {
    /// Whether a write that failed so may have been executed all the same.
    pub fn effect_unknown(&self) -> bool {
        match self {
            Self::Garbled { .. } | Self::Unavailable { .. } => true,
            Self::Unreachable { not_sent, .. } => !not_sent,
            _ => false,
        }
    }
}

pub(crate) fn unreachable(source: TransportError) -> JiraError {
    JiraError::Unreachable { not_sent: source.is_not_sent(), source }
}

pub(crate) fn garbled(detail: String) -> JiraError {
    JiraError::Garbled { is_html: false, detail }
}

/// Passes a 2xx that is not markup.
pub(crate) fn check(response: &Response) -> Result<(), JiraError> {
    if !response.is_success() {
        return Err(classify(response));
    }
    if json::is_html(&response.body) {
        return Err(JiraError::Garbled { is_html: true, detail: "a page where JSON was due".to_owned() });
    }
    Ok(())
}

pub(crate) fn classify(response: &Response) -> JiraError {
    let said = body::read(&response.body);
    let text = || body::sentence(&said.problems);
    let status = response.status;
    let is_gateway = said.shape == Shape::Gateway;
    match status {
        401 if is_gateway && text().contains("scope") => JiraError::ScopeMissing { detail: text() },
        401 => JiraError::Unauthorized,
        403 if is_gateway || text().contains("not installed on this instance") => JiraError::NotInstalled,
        403 if said.problems.is_empty() => {
            JiraError::Forbidden { message: "a refusal without Jira's own words".to_owned() }
        }
        403 => JiraError::Forbidden { message: text() },
        // Taking these for a missing issue would unlink every ticket of the site.
        404 if is_gateway => JiraError::NotInstalled,
        404 if said.shape == Shape::Problem => JiraError::Removed { detail: text() },
        404 if said.shape == Shape::Html => {
            JiraError::Garbled { is_html: true, detail: "a page with status 404".to_owned() }
        }
        404 => JiraError::Gone,
        405 | 410 => JiraError::Removed { detail: text() },
        409 => JiraError::Conflict,
        429 => {
            let scope = budget::throttle(response).map_or(ThrottleScope::Unknown, |throttle| throttle.scope);
            JiraError::Throttled { wait: budget::asked(response), scope }
        }
        408 | 425 | 500.. => JiraError::Unavailable { status, wait: budget::asked(response) },
        400..500 => JiraError::Refused { fields: said.or_status(status) },
        _ => JiraError::Garbled { is_html: false, detail: format!("status {status}") },
    }
}

#[cfg(test)]
mod tests;
