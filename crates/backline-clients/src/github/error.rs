//! Why a call to GitHub failed, cut by what to do next.

use crate::text;
use crate::transport::{Response, TransportError, wait};
use serde_json::Value as Json;
use std::time::Duration;

/// What GitHub asks for when it names no time after a secondary limit.
/// Source: <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>
const SECONDARY_WAIT: Duration = Duration::from_secs(60);

/// What went wrong. `message` is GitHub's own words, for people.
#[derive(Debug, thiserror::Error)]
pub enum GitHubError {
    /// Not executed: wait, at least `wait` where GitHub named or implied it.
    #[error("github asks us to slow down")]
    Throttled { wait: Option<Duration> },
    /// The token is expired or revoked: a person must give a new one.
    #[error("github does not accept the token")]
    Unauthorized,
    /// The token may not do this, or the feature is off for the repository.
    #[error("github forbids this: {message}")]
    Forbidden { message: String },
    /// Deleted, or not visible to the token: the two cannot be told apart.
    #[error("github does not find it")]
    Gone,
    /// The repository has another name now: ask for it by its id.
    #[error("the repository has moved")]
    Moved,
    /// The request is wrong as it stands.
    #[error("github refused: {message}")]
    Refused { message: String },
    /// Not GitHub's answer: a proxy page, or JSON of another shape. A write may have been executed.
    #[error("github's answer is not understood: {detail}")]
    Garbled { detail: String },
    /// GitHub failed; a write may have been executed.
    #[error("github fails with status {status}")]
    Unavailable { status: u16, wait: Option<Duration> },
    /// There is no answer. `not_sent` says that a write certainly had no effect.
    #[error("github cannot be reached")]
    Unreachable {
        not_sent: bool,
        #[source]
        source: TransportError,
    },
}

impl GitHubError {
    /// Whether a write that failed so may have been executed all the same.
    pub fn effect_unknown(&self) -> bool {
        match self {
            Self::Garbled { .. } | Self::Unavailable { .. } => true,
            Self::Unreachable { not_sent, .. } => !not_sent,
            _ => false,
        }
    }
}

pub(super) fn unreachable(source: TransportError) -> GitHubError {
    GitHubError::Unreachable { not_sent: source.is_not_sent(), source }
}

/// For any answer that is not a 2xx.
pub(super) fn classify(response: &Response) -> GitHubError {
    let body: Json = serde_json::from_slice(&response.body).unwrap_or_default();
    let message = message(&body);
    let status = response.status;
    match status {
        301 | 302 | 307 | 308 => GitHubError::Moved,
        401 => GitHubError::Unauthorized,
        429 => GitHubError::Throttled { wait: asked(response) },
        403 if response.header("retry-after").is_some()
            || response.header("x-ratelimit-remaining") == Some("0") =>
        {
            GitHubError::Throttled { wait: asked(response) }
        }
        // A secondary limit comes as 403, sometimes with nothing but its words.
        403 if message.contains("secondary rate limit") => {
            GitHubError::Throttled { wait: Some(SECONDARY_WAIT) }
        }
        403 => GitHubError::Forbidden { message },
        404 | 410 => GitHubError::Gone,
        408 | 500.. => GitHubError::Unavailable { status, wait: asked(response) },
        400..500 => GitHubError::Refused { message },
        _ => GitHubError::Garbled { detail: format!("status {status}") },
    }
}

fn asked(response: &Response) -> Option<Duration> {
    wait::asked(response, &["x-ratelimit-reset"])
}

/// `message`, then what `errors` adds to it.
fn message(body: &Json) -> String {
    let mut words = vec![body["message"].as_str().unwrap_or("without a reason").to_owned()];
    for error in body["errors"].as_array().into_iter().flatten() {
        let parts = [&error["resource"], &error["field"], &error["code"], &error["message"]];
        let parts: Vec<&str> = parts.iter().filter_map(|part| part.as_str()).collect();
        words.push(error.as_str().map_or_else(|| parts.join(" "), str::to_owned));
    }
    text::clean(&words.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::answer;

    fn of(status: u16, body: &str, headers: &[(&str, &str)]) -> GitHubError {
        let mut response = answer(status, body);
        response.headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        classify(&response)
    }

    #[test]
    fn every_refusal_says_what_to_do_next() {
        let table = [
            (301, "", "Moved"),
            (401, r#"{"message":"Bad credentials"}"#, "Unauthorized"),
            (403, r#"{"message":"Resource not accessible by personal access token"}"#, "Forbidden"),
            (403, r#"{"message":"You have exceeded a secondary rate limit."}"#, "Throttled"),
            (404, r#"{"message":"Not Found"}"#, "Gone"),
            (410, r#"{"message":"Issues are disabled"}"#, "Gone"),
            (409, "", "Refused"),
            (422, r#"{"message":"Validation Failed"}"#, "Refused"),
            (429, "", "Throttled"),
            (502, "<html>", "Unavailable"),
            (304, "", "Garbled"),
        ];
        for (status, body, kind) in table {
            assert!(format!("{:?}", of(status, body, &[])).starts_with(kind), "{status} {body}");
        }
    }

    #[test]
    fn a_used_up_budget_comes_as_403_and_ends_at_its_reset() {
        let date = ("date", "Wed, 08 Oct 2025 14:59:30 GMT");
        let primary =
            of(403, "", &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1759935600"), date]);
        assert!(matches!(primary, GitHubError::Throttled { wait: Some(wait) } if wait.as_secs() == 30));
        let secondary = of(403, "", &[("retry-after", "7"), ("x-ratelimit-remaining", "12")]);
        assert!(matches!(secondary, GitHubError::Throttled { wait: Some(wait) } if wait.as_secs() == 7));
        let worded = of(403, r#"{"message":"You have exceeded a secondary rate limit."}"#, &[]);
        assert!(matches!(worded, GitHubError::Throttled { wait: Some(wait) } if wait == SECONDARY_WAIT));
    }

    #[test]
    fn a_refusal_names_the_fields() {
        let body = r#"{"message":"Validation Failed","errors":[{"resource":"Hook","code":"custom","message":"exists"},"x"]}"#;
        assert_eq!(
            of(422, body, &[]).to_string(),
            "github refused: Validation Failed; Hook custom exists; x"
        );
    }
}
