//! The table of REST endpoints: method, path, scopes, how complete, from where, and the handler.
//!
//! Both doors lead here with the prefix taken off and the [`Call`] put in. Each row counts its calls and checks
//! the scopes of an app's token; what no row names is answered 501 and counted.
//!
//! Invariant: there is no endpoint without a row, so `/_sim/coverage` is complete by construction.

#[cfg(test)]
mod tests;

use super::call::Call;
use super::refusal::Refusal;
use crate::coverage::{Counter, Coverage, Support};
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use serde_json::json;
use std::collections::BTreeMap;

pub const READ: &[&str] = &["read:jira-work"];
pub const WRITE: &[&str] = &["write:jira-work"];
pub const USERS: &[&str] = &["read:jira-user"];
pub const WEBHOOKS: &[&str] = &["read:jira-work", "manage:jira-webhook"];
pub const PROJECT_ADMIN: &[&str] = &["manage:jira-project"];
pub const CONFIGURATION: &[&str] = &["manage:jira-configuration"];
/// Any token will do.
pub const ANY: &[&str] = &[];

/// One endpoint. `path` is as published, below `/rest/api/3`.
pub struct Route {
    method: &'static str,
    path: &'static str,
    scopes: &'static [&'static str],
    support: Support,
    handler: MethodRouter,
}

/// An endpoint that does all that the contract says of it.
pub fn full<H, T>(
    method: &'static str,
    path: &'static str,
    scopes: &'static [&'static str],
    handler: H,
) -> Route
where
    H: Handler<T, ()>,
    T: 'static,
{
    Route { method, path, scopes, support: Support::Full, handler: on(filter(method), handler) }
}

/// An endpoint of which `missing` is not simulated.
pub fn partial<H, T>(
    method: &'static str,
    path: &'static str,
    scopes: &'static [&'static str],
    missing: &'static str,
    handler: H,
) -> Route
where
    H: Handler<T, ()>,
    T: 'static,
{
    let support = Support::Partial(missing);
    Route { method, path, scopes, support, handler: on(filter(method), handler) }
}

fn filter(method: &'static str) -> MethodFilter {
    match method {
        "GET" => MethodFilter::GET,
        "POST" => MethodFilter::POST,
        "PUT" => MethodFilter::PUT,
        _ => MethodFilter::DELETE,
    }
}

const SOURCE: &str = "https://developer.atlassian.com/cloud/jira/platform/rest/v3/";

/// Puts the rows together.
pub fn router(routes: Vec<Route>, coverage: &Coverage) -> Router {
    let mut by_path: BTreeMap<&'static str, MethodRouter> = BTreeMap::new();
    for route in routes {
        let counter = coverage.add(route.method, route.path, route.support, SOURCE);
        let scopes = route.scopes;
        let guarded = route.handler.layer(from_fn(move |request: Request, next: Next| {
            guard(request, next, scopes, counter.clone())
        }));
        let methods = by_path.remove(route.path).unwrap_or_default().merge(guarded);
        by_path.insert(route.path, methods);
    }
    let mut router = Router::new();
    for (path, methods) in by_path {
        router = router.route(path, methods.fallback(wrong_method));
    }
    router.fallback(unsupported)
}

async fn guard(request: Request, next: Next, scopes: &'static [&'static str], counter: Counter) -> Response {
    counter.count();
    let held = request.extensions().get::<Call>().and_then(|call| call.scopes.as_ref());
    if held.is_some_and(|held| scopes.iter().any(|scope| !held.contains(*scope))) {
        return Refusal::gateway(StatusCode::UNAUTHORIZED, "Unauthorized; scope does not match")
            .into_response();
    }
    next.run(request).await
}

async fn wrong_method(method: Method) -> Refusal {
    let detail = format!("Request method '{method}' is not supported.");
    Refusal::problem(StatusCode::METHOD_NOT_ALLOWED, detail)
}

/// Response extension by which the doors learn that nothing simulates the request.
#[derive(Debug, Clone, Copy)]
pub struct Unsupported;

async fn unsupported() -> Response {
    let body = json!({"errorMessages": ["The simulator does not have this endpoint."], "errors": {}});
    let mut response = (StatusCode::NOT_IMPLEMENTED, axum::Json(body)).into_response();
    response.extensions_mut().insert(Unsupported);
    response
}
