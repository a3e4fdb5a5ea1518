//! What a token reaches: `accessible-resources` and `me`.

use super::{Access, Accounts};
use crate::history::Actor;
use crate::people;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;

/// One entry per site and product, so that a cloud id stands twice where the scopes are of two products. A token whose
/// grant was taken back reaches nothing.
pub async fn accessible(State(accounts): State<Arc<Accounts>>, headers: HeaderMap) -> Response {
    let Some(access) = access(&accounts, &headers) else {
        let now_ms = accounts.clock.now_ms();
        let is_revoked = bearer(&headers).is_some_and(|token| accounts.ledger().is_revoked(token, now_ms));
        return if is_revoked { Json(json!([])).into_response() } else { unauthorized("Unauthorized") };
    };
    let sites = accounts.sites();
    let sites = sites.iter().filter(|site| access.sites.contains(&site.cloud_id));
    let rows = sites.flat_map(|site| {
        let products = ["jira", "confluence"].into_iter().filter_map(|product| {
            let scopes: Vec<&String> = access.scopes.iter().filter(|scope| scope.contains(product)).collect();
            (!scopes.is_empty()).then_some(scopes)
        });
        let row = |scopes| {
            json!({
                "id": site.cloud_id,
                "url": format!("{}/sites/{}", accounts.url, site.slug),
                "name": site.slug,
                "scopes": scopes,
                "avatarUrl": format!("{}/sites/{}/avatar.svg", accounts.url, site.slug),
            })
        };
        products.map(row).collect::<Vec<Value>>()
    });
    acted(Json(Value::Array(rows.collect())).into_response(), &access)
}

pub async fn me(State(accounts): State<Arc<Accounts>>, headers: HeaderMap) -> Response {
    let Some(access) = access(&accounts, &headers) else { return unauthorized("Unauthorized") };
    let response = match people::find(&access.account_id) {
        Some(person) if access.scopes.contains("read:me") => Json(json!({
            "account_type": "atlassian",
            "account_id": person.account_id,
            "email": person.email,
            "name": person.name,
            "picture": format!("{}/sites/acme/avatar.svg", accounts.url),
            "account_status": "active",
            "nickname": person.name,
            "zoneinfo": "Africa/Johannesburg",
            "locale": "en-US",
            "extended_profile": {},
        }))
        .into_response(),
        _ => unauthorized("Unauthorized; scope does not match"),
    };
    acted(response, &access)
}

fn access(accounts: &Accounts, headers: &HeaderMap) -> Option<Access> {
    accounts.access_of(bearer(headers)?)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn unauthorized(message: &str) -> Response {
    (StatusCode::UNAUTHORIZED, Json(json!({"code": 401, "message": message}))).into_response()
}

fn acted(mut response: Response, access: &Access) -> Response {
    response.extensions_mut().insert(Actor(format!("app:{}/{}", access.client_id, access.account_id)));
    response
}
