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

pub async fn accessible(State(accounts): State<Arc<Accounts>>, headers: HeaderMap) -> Response {
    let Some(access) = access(&accounts, &headers) else { return unauthorized("Unauthorized") };
    let scopes: Vec<&String> = access.scopes.iter().filter(|scope| scope.contains("jira")).collect();
    let sites = accounts.sites();
    let sites = sites.iter().filter(|site| access.sites.contains(&site.cloud_id));
    let rows = sites.filter(|_| !scopes.is_empty()).map(|site| {
        json!({
            "id": site.cloud_id,
            "url": format!("{}/sites/{}", accounts.url, site.slug),
            "name": site.slug,
            "scopes": scopes,
            "avatarUrl": format!("{}/sites/{}/avatar.svg", accounts.url, site.slug),
        })
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
    let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    accounts.access_of(header.strip_prefix("Bearer ")?)
}

fn unauthorized(message: &str) -> Response {
    (StatusCode::UNAUTHORIZED, Json(json!({"code": 401, "message": message}))).into_response()
}

fn acted(mut response: Response, access: &Access) -> Response {
    response.extensions_mut().insert(Actor(format!("app:{}/{}", access.client_id, access.account_id)));
    response
}
