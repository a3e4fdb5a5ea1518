//! Who calls: the token of the request, and whether it holds the scope that the address needs.
//!
//! Invariant: a handler that asks for a [`Caller`] runs only behind [`admit`].

use super::problem::Problem;
use crate::app::App;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use backline_core::ids::ApiTokenId;
use backline_store::api_token::{ApiToken, TokenScope};
use std::sync::Arc;

/// What stands before a group of addresses.
#[derive(Clone)]
pub struct Guard {
    pub app: App,
    pub scope: TokenScope,
}

/// The token that a request came with.
#[derive(Debug, Clone)]
pub struct Caller(Arc<ApiToken>);

impl Caller {
    pub fn token(&self) -> ApiTokenId {
        self.0.id
    }

    /// For timelines and saved versions: who made the token, and its name.
    pub fn actor(&self) -> String {
        format!("{} (API token {})", self.0.created_by, self.0.name)
    }
}

/// Lets a request pass whose token holds the scope.
pub async fn admit(
    State(guard): State<Guard>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let text = bearer(request.headers()).ok_or_else(|| unknown("The request carries no API token."))?;
    let token = guard.app.store.find_api_token(text, guard.app.now()).await?;
    let token = token.ok_or_else(|| unknown("The API token is not known, expired or revoked."))?;
    if !token.may(guard.scope) {
        return Err(lacking(&token, guard.scope));
    }
    request.extensions_mut().insert(Caller(Arc::new(token)));
    Ok(next.run(request).await)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn unknown(detail: &str) -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        detail,
        "Send `Authorization: Bearer blt_…` with a token of `backline token create`.",
    )
}

fn lacking(token: &ApiToken, scope: TokenScope) -> Problem {
    let held: Vec<&str> = token.scopes.iter().map(|scope| word(*scope)).collect();
    Problem::new(
        StatusCode::FORBIDDEN,
        "forbidden",
        format!("The API token “{}” holds {}, and this needs {}.", token.name, held.join(", "), word(scope)),
        format!("Use a token with the scope {}.", word(scope)),
    )
}

/// As scopes are written.
pub fn word(scope: TokenScope) -> &'static str {
    match scope {
        TokenScope::ReportWrite => "report:write",
        TokenScope::Read => "read",
        TokenScope::Plan => "plan",
        TokenScope::Admin => "admin",
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| unknown("The request carries no API token."))
    }
}

#[cfg(test)]
mod tests {
    use super::bearer;
    use axum::http::header::AUTHORIZATION;
    use axum::http::{HeaderMap, HeaderValue};

    #[test]
    fn only_a_bearer_token_is_read() {
        let read = |text: &'static str| {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(text))]);
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(read("Bearer blt_a_b").as_deref(), Some("blt_a_b"));
        assert_eq!(read("bearer  blt_a_b ").as_deref(), Some("blt_a_b"));
        assert_eq!((read("Basic YTpi"), read("blt_a_b")), (None, None));
    }
}
