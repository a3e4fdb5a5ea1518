//! `POST /auth/oauth/token`: codes and refresh tokens for pairs.

use super::Accounts;
use super::ledger::{ACCESS_MS, Denied};
use crate::history::Actor;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    grant_type: String,
    client_id: String,
    client_secret: String,
    code: String,
    redirect_uri: String,
    refresh_token: String,
}

pub async fn exchange(State(accounts): State<Arc<Accounts>>, headers: HeaderMap, bytes: Bytes) -> Response {
    let Some(body) = parse(&headers, &bytes) else {
        return denied(StatusCode::BAD_REQUEST, "invalid_request", "The request body could not be read.");
    };
    let mut response = answer(&accounts, &body);
    response.extensions_mut().insert(Actor(format!("app:{}", body.client_id)));
    response
}

fn answer(accounts: &Accounts, body: &Body) -> Response {
    let app = &accounts.app;
    if body.client_id != app.client_id || body.client_secret != app.client_secret {
        return denied(StatusCode::UNAUTHORIZED, "access_denied", "Unauthorized");
    }
    let now_ms = accounts.clock.now_ms();
    let mut ledger = accounts.ledger();
    let pair = match body.grant_type.as_str() {
        "authorization_code" => ledger.redeem(&body.client_id, &body.code, &body.redirect_uri, now_ms),
        "refresh_token" => ledger.refresh(&body.client_id, &body.refresh_token, now_ms),
        other => {
            let text = format!("Unsupported grant type: {other}");
            return denied(StatusCode::FORBIDDEN, "unsupported_grant_type", &text);
        }
    };
    drop(ledger);
    let forbidden = StatusCode::FORBIDDEN;
    let pair = match pair {
        Ok(pair) => pair,
        Err(Denied::Code) => return denied(forbidden, "invalid_grant", "Invalid authorization code"),
        Err(Denied::UnknownRefresh) => {
            return denied(forbidden, "unauthorized_client", "refresh_token is invalid");
        }
        Err(Denied::DeadRefresh) => {
            return denied(forbidden, "invalid_grant", "Unknown or invalid refresh token.");
        }
    };
    let scope: Vec<&str> = pair.scopes.iter().map(String::as_str).collect();
    let mut answer = json!({
        "access_token": pair.access_token,
        "scope": scope.join(" "),
        "expires_in": ACCESS_MS / 1_000,
        "token_type": "Bearer",
    });
    if let Some(token) = pair.refresh_token {
        answer["refresh_token"] = token.into();
    }
    Json(answer).into_response()
}

fn parse(headers: &HeaderMap, bytes: &[u8]) -> Option<Body> {
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if is_form {
        let uri = format!("/?{}", std::str::from_utf8(bytes).ok()?).parse().ok()?;
        return axum::extract::Query::<Body>::try_from_uri(&uri).ok().map(|query| query.0);
    }
    serde_json::from_slice(bytes).ok()
}

fn denied(status: StatusCode, error: &str, description: &str) -> Response {
    (status, Json(json!({"error": error, "error_description": description}))).into_response()
}
