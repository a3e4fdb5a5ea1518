//! What the token endpoint says.
//!
//! Branches on the `error` word, never on the status: Atlassian answers a dead refresh token with 403 and either
//! of two words.

use crate::secret::{self, Secret};
use crate::transport::{Method, Request, Response, TOKEN_DEADLINE, Transport, wait};
use crate::{json, text};
use serde::Deserialize;
use serde_json::Value as Json;
use std::time::Duration;
use zeroize::Zeroize as _;

/// How long an access token lives, assumed where an answer does not say.
const LIFE_S: u64 = 3_600;
/// The longest life that is believed: a refresh token that rests for 90 days dies.
const LIFE_S_MAX: u64 = 24 * 3_600;

/// Tokens as they were given.
#[derive(Debug, Clone)]
pub struct TokenPair {
    pub access: Secret<String>,
    /// `None` where the answer had none: then the previous one stays valid.
    pub refresh: Option<Secret<String>>,
    pub expires_in_s: u64,
    /// What was granted, which may be less than what was asked for.
    pub scopes: Vec<String>,
}

/// Why there are no tokens, cut by what to do next. `detail` is Atlassian's own words, for people.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// The code or refresh token is dead: a person must give consent again.
    #[error("the grant no longer works: {detail}")]
    Revoked { detail: String },
    /// The app's id or secret is wrong: the operator must correct it; consent would not help.
    #[error("atlassian refuses the app's own credentials: {detail}")]
    Misconfigured { detail: String },
    /// The answer was lost or unreadable: the old refresh token may be rotated away. It may be sent again for ten
    /// minutes; after that only consent helps.
    #[error("the token endpoint's answer was lost: {detail}")]
    Unknown { detail: String, wait: Option<Duration> },
    /// Nothing happened: try again, after `wait` where the endpoint asked for one.
    #[error("the token endpoint cannot serve us now")]
    Unavailable { wait: Option<Duration> },
}

pub(super) async fn request(
    transport: &dyn Transport,
    token_url: &str,
    body: &Json,
) -> Result<TokenPair, GrantError> {
    let mut request = Request::new(Method::Post, token_url).header("accept", "application/json").json(body);
    request.deadline = TOKEN_DEADLINE;
    let mut response = transport.send(request).await.map_err(|error| {
        if error.is_not_sent() {
            tracing::warn!(%error, "cannot reach the token endpoint");
            GrantError::Unavailable { wait: None }
        } else {
            GrantError::Unknown { detail: error.to_string(), wait: None }
        }
    })?;
    if !response.is_success() {
        let sent =
            ["client_secret", "code", "refresh_token"].map(|name| body[name].as_str().unwrap_or_default());
        secret::cut(&mut response.body, sent);
    }
    let result = read(&response);
    response.body.zeroize();
    result
}

/// The body of any answer; its tokens move into [`Secret`]s without a copy. All else may have any shape: a pair that
/// was rotated is never thrown away for an odd word beside it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wire {
    access_token: Option<String>,
    refresh_token: Option<String>,
    expires_in: Json,
    scope: Json,
    error: Json,
    error_description: Json,
}

fn read(response: &Response) -> Result<TokenPair, GrantError> {
    let asked = wait::asked(response, &["x-ratelimit-reset"]);
    let wire: Wire = serde_json::from_slice(json::without_mark(&response.body)).unwrap_or_default();
    if response.is_success() {
        return pair(wire).ok_or_else(|| GrantError::Unknown {
            detail: format!("status {} without a token", response.status),
            wait: None,
        });
    }
    let word = json::text(&wire.error).unwrap_or_default();
    let detail = text::clean(&match json::text(&wire.error_description) {
        Some(description) => format!("{description} ({word})"),
        None => word.clone(),
    });
    match (word.as_str(), response.status) {
        ("invalid_grant" | "unauthorized_client", _) => Err(GrantError::Revoked { detail }),
        ("access_denied" | "invalid_client", _) => Err(GrantError::Misconfigured { detail }),
        // A server error never means that nothing was done.
        (_, 300..400 | 408 | 500..) => {
            Err(GrantError::Unknown { detail: format!("status {}", response.status), wait: asked })
        }
        _ => Err(GrantError::Unavailable { wait: asked }),
    }
}

fn pair(wire: Wire) -> Option<TokenPair> {
    let token = |token: Option<String>| token.filter(|token| !token.is_empty()).map(Secret::new);
    Some(TokenPair {
        access: token(wire.access_token)?,
        refresh: token(wire.refresh_token),
        expires_in_s: life_s(&wire.expires_in),
        scopes: match &wire.scope {
            Json::Array(scopes) => scopes.iter().filter_map(json::text).collect(),
            scope => json::text(scope).unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        },
    })
}

/// A token without a readable life is taken to live as long as Atlassian's do: that it ended sooner shows by a 401.
fn life_s(expires_in: &Json) -> u64 {
    let told = json::text(expires_in).and_then(|seconds| seconds.parse::<f64>().ok());
    told.filter(|seconds| !seconds.is_nan()).map_or(LIFE_S, |seconds| (seconds as u64).min(LIFE_S_MAX))
}
