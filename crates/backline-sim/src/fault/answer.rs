//! The answers that faults give in place of the service's own, in the words of the service that was asked.

use super::{DeadGrant, Garbage, Wait};
use crate::history::Faulted;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

const PAGE: &str = "<!DOCTYPE html><html><head><title>Log in</title></head>\
     <body><h1>Log in to continue</h1><p>Your session has ended.</p></body></html>";

/// A response whose body fails at its first poll: the server has not sent the head by then and closes.
pub fn closed(faulted: Faulted) -> Response {
    let broken = stream::once(async { Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset)) });
    marked(Response::new(Body::from_stream(broken)), faulted)
}

pub async fn truncated(response: Response, n: usize, faulted: Faulted) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let sent = bytes.slice(..n.min(bytes.len()));
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len().max(n.saturating_add(1))));
    // The pause lets the head and the first bytes leave before the connection breaks.
    let body = stream::unfold(Some(sent), |state| async move {
        match state {
            Some(sent) => Some((Ok(sent), None)),
            None => {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Err(io::Error::from(io::ErrorKind::ConnectionReset)), None))
            }
        }
    });
    marked(Response::from_parts(parts, Body::from_stream(body)), faulted)
}

pub async fn garbage(response: Response, shape: Garbage, faulted: Faulted) -> Response {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = match shape {
        Garbage::Broken => "{\"id\":\"1000".to_owned(),
        Garbage::Json => json!({"answer": [1, 2, 3]}).to_string(),
        Garbage::Html => {
            parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html;charset=UTF-8"));
            PAGE.to_owned()
        }
        Garbage::Empty => String::new(),
        Garbage::ForeignId => {
            let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
            let mut value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
            if let Some(object) = value.as_object_mut() {
                object.insert("id".into(), json!("99999999"));
                object.insert("key".into(), json!("OTHER-99999"));
            }
            value.to_string()
        }
    };
    marked(Response::from_parts(parts, Body::from(body)), faulted)
}

pub fn chosen(status: u16, body: Option<Value>, headers: &BTreeMap<String, String>) -> Response {
    let mut response = match body {
        None => StatusCode::OK.into_response(),
        Some(Value::String(text)) => text.into_response(),
        Some(body) => axum::Json(body).into_response(),
    };
    *response.status_mut() = code(status);
    for (name, value) in headers {
        set(&mut response, name, value);
    }
    response
}

/// Too many requests, as a service says it.
pub struct TooMany {
    pub status: u16,
    pub retry_after: Option<Value>,
    pub form: Wait,
    pub reason: Option<String>,
}

/// Source: <https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>,
/// <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api> and
/// <https://docs.slack.dev/apis/web-api/rate-limits>.
pub fn rate_limited(service: &str, path: &str, now: Timestamp, limit: &TooMany) -> Response {
    let status = code(limit.status);
    let seconds = limit.retry_after.as_ref().and_then(Value::as_u64);
    let until = seconds.map(|seconds| later(now, seconds));
    let mut response = match service {
        "github" => {
            let is_secondary = limit.reason.as_deref() != Some("primary");
            let message = if is_secondary {
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
            } else {
                "API rate limit exceeded for user ID 1."
            };
            let about = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api";
            let mut response =
                (status, axum::Json(json!({"message": message, "documentation_url": about}))).into_response();
            if !is_secondary {
                set(&mut response, "x-ratelimit-remaining", "0");
                let until = until.unwrap_or_else(|| later(now, 3_600));
                set(&mut response, "x-ratelimit-reset", &until.as_second().to_string());
            }
            response
        }
        "slack" if path.starts_with("/slack/api/") => {
            (status, axum::Json(json!({"ok": false, "error": "ratelimited"}))).into_response()
        }
        "slack" => (status, "rate_limited").into_response(),
        _ => {
            let mut response = status.into_response();
            set(&mut response, "x-ratelimit-limit", "100");
            set(&mut response, "x-ratelimit-remaining", "0");
            if let Some(until) = until {
                set(&mut response, "x-ratelimit-reset", &until.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
            }
            if let Some(reason) = &limit.reason {
                set(&mut response, "ratelimit-reason", reason);
            }
            response
        }
    };
    let text = match (&limit.retry_after, until, limit.form) {
        (Some(Value::String(text)), _, _) => Some(text.clone()),
        (_, Some(until), Wait::Date) => Some(until.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()),
        (_, Some(_), Wait::Seconds) => seconds.map(|seconds| seconds.to_string()),
        _ => None,
    };
    if let Some(text) = text {
        set(&mut response, "retry-after", &text);
    }
    response
}

fn later(now: Timestamp, seconds: u64) -> Timestamp {
    let wait = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

pub fn server_error(status: u16) -> Response {
    let status = code(status);
    let text = status.canonical_reason().unwrap_or("Server error");
    let body = json!({"code": status.as_u16(), "message": text});
    (status, axum::Json(body)).into_response()
}

pub fn page(status: u16) -> Response {
    (code(status), [(header::CONTENT_TYPE, "text/html;charset=UTF-8")], PAGE).into_response()
}

pub fn field_errors(errors: &BTreeMap<String, String>, messages: &[String]) -> Response {
    (StatusCode::BAD_REQUEST, axum::Json(json!({"errorMessages": messages, "errors": errors})))
        .into_response()
}

pub fn gone(service: &str) -> Response {
    let text = "The requested API has been removed.";
    let body = match service {
        "jira" => json!({"errorMessages": [text], "errors": {}}),
        _ => json!({"message": text}),
    };
    (StatusCode::GONE, axum::Json(body)).into_response()
}

/// What a service says to a credential that it does not take, where the credential is none of Atlassian's tokens.
pub fn unauthorized(service: &str, status: u16) -> Response {
    let status = code(status);
    let body = match service {
        "github" => {
            json!({"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest"})
        }
        "slack" => json!({"ok": false, "error": "token_expired"}),
        _ => json!({
            "message": "Client must be authenticated to access this resource.", "status-code": status.as_u16()
        }),
    };
    (status, axum::Json(body)).into_response()
}

pub fn scope_mismatch() -> Response {
    let body = json!({"code": 401, "message": "Unauthorized; scope does not match"});
    (StatusCode::UNAUTHORIZED, axum::Json(body)).into_response()
}

pub fn dead_grant(error: DeadGrant) -> Response {
    let (error, description) = match error {
        DeadGrant::InvalidGrant => ("invalid_grant", "Unknown or invalid refresh token."),
        DeadGrant::UnauthorizedClient => ("unauthorized_client", "refresh_token is invalid"),
    };
    let body = json!({"error": error, "error_description": description});
    (StatusCode::FORBIDDEN, axum::Json(body)).into_response()
}

pub fn marked(mut response: Response, faulted: Faulted) -> Response {
    response.extensions_mut().insert(faulted);
    response
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn set(response: &mut Response, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (name.parse::<header::HeaderName>(), HeaderValue::from_str(value)) {
        response.headers_mut().insert(name, value);
    }
}
