//! What happens to every request of the API before and after its handler: identity, rate headers, ETag.
//!
//! Rate limits are announced and never enforced, as on an Enterprise Server out of the box.

use super::Github;
use super::error::Refusal;
use crate::history::Actor;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::sync::Arc;

pub const LIMIT_PER_HOUR: u64 = 5000;
const ANSWER_BYTES_MAX: usize = 64 << 20;

pub async fn gate(State(github): State<Arc<Github>>, mut request: Request, next: Next) -> Response {
    let user = token(request.headers()).map(|token| github.state().user_by_token(&token).cloned());
    let actor = match &user {
        Some(Some(user)) => user.login.clone(),
        _ => "anonymous".to_owned(),
    };
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let mut response = if !request.headers().contains_key(header::USER_AGENT) {
        let message = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header";
        Refusal::new(StatusCode::FORBIDDEN, message).into_response()
    } else {
        match user {
            None => Refusal::new(StatusCode::UNAUTHORIZED, "Requires authentication").into_response(),
            Some(None) => Refusal::new(StatusCode::UNAUTHORIZED, "Bad credentials").into_response(),
            Some(Some(user)) => {
                request.extensions_mut().insert(user);
                next.run(request).await
            }
        }
    };
    if is_read && response.status() == StatusCode::OK {
        response = with_etag(response, known.as_ref()).await;
    }
    announce(response.headers_mut(), github.reset_second());
    response.extensions_mut().insert(Actor(actor));
    response
}

/// `token X`, `Bearer X`, or Basic with the token as password, as git and some clients send it.
fn token(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "token" | "bearer" => Some(rest.trim().to_owned()),
        "basic" => {
            let pair = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
            pair.split_once(':').map(|(_, password)| password.to_owned())
        }
        _ => None,
    }
}

async fn with_etag(response: Response, known: Option<&HeaderValue>) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, ANSWER_BYTES_MAX).await else {
        return Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "The answer is too large").into_response();
    };
    let mut hash = Sha256::new();
    hash.update(parts.headers.get(header::LINK).map(HeaderValue::as_bytes).unwrap_or_default());
    hash.update(&bytes);
    let tag = format!("W/\"{}\"", hex::encode(hash.finalize()));
    let is_known = known.and_then(|value| value.to_str().ok()).is_some_and(|known| {
        let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        known.split(',').any(|candidate| candidate.trim() == "*" || bare(candidate) == bare(&tag))
    });
    parts.headers.insert(header::ETAG, HeaderValue::from_str(&tag).expect("hexadecimal digits and quotes"));
    if is_known {
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.status = StatusCode::NOT_MODIFIED;
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn announce(headers: &mut HeaderMap, reset_second: i64) {
    let mut put = |name: &'static str, value: String| {
        let value = HeaderValue::from_str(&value).expect("digits and words");
        headers.insert(HeaderName::from_static(name), value);
    };
    put("x-ratelimit-limit", LIMIT_PER_HOUR.to_string());
    put("x-ratelimit-remaining", LIMIT_PER_HOUR.to_string());
    put("x-ratelimit-used", "0".to_owned());
    put("x-ratelimit-reset", reset_second.to_string());
    put("x-ratelimit-resource", "core".to_owned());
    put("x-github-media-type", "github.v3; format=json".to_owned());
    put("x-github-api-version-selected", "2022-11-28".to_owned());
}

impl Github {
    /// The end of the running hour, in seconds since 1970.
    pub fn reset_second(&self) -> i64 {
        (self.clock.now().as_second() / 3600 + 1) * 3600
    }
}
