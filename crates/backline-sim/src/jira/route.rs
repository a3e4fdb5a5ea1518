//! The table of REST endpoints: method, path, scopes, how complete, from where, and the handler.
//!
//! Both doors lead here with the prefix taken off and the [`Call`] put in. Each row counts its calls, checks the
//! scopes of an app's token and asks the limits; what no row names is answered 501 and counted.
//!
//! Invariant: there is no endpoint without a row, so `/_sim/coverage` is complete by construction.

#[cfg(test)]
mod tests;

use super::call::Call;
use super::door::TENANT_INFO;
use super::limit::{Admission, Endpoint as Limited, Limits};
use super::published;
use super::refusal::Refusal;
use crate::coverage::{Counter, Coverage, Endpoint, Support, is_like};
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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

impl Route {
    fn published(&self) -> Option<published::Operation> {
        published::find(self.method, &format!("/rest/api/3{}", self.path))
    }

    fn endpoint(&self) -> Endpoint {
        let published = self.published();
        let path =
            published.map_or_else(|| format!("/rest/api/3{}", self.path), |found| found.path.to_owned());
        let source = published.map_or_else(|| SOURCE.to_owned(), |found| found.source());
        Endpoint { service: "jira", method: self.method, path, support: self.support, source }
    }
}

const SOURCE: &str = "https://developer.atlassian.com/cloud/jira/platform/rest/v3/";

/// Puts the rows together.
pub fn router(routes: Vec<Route>, coverage: &Coverage, limits: &Arc<Limits>) -> Router {
    let mut by_path: BTreeMap<&'static str, MethodRouter> = BTreeMap::new();
    let simulated: Vec<_> = routes.iter().map(|route| (route.method, route.path)).collect();
    let named = routes.iter().filter_map(|route| route.published());
    let known: BTreeSet<_> = named.map(|operation| (operation.method, operation.path)).collect();
    for route in routes {
        let endpoint = Limited { method: route.method, path: route.path };
        let counter = coverage.add(route.endpoint());
        let guard = Arc::new(Guard { endpoint, scopes: route.scopes, counter, limits: limits.clone() });
        let guarded = route
            .handler
            .layer(from_fn(move |request: Request, next: Next| guard.clone().pass(request, next)));
        let methods = by_path.remove(route.path).unwrap_or_default().merge(guarded);
        by_path.insert(route.path, methods);
    }
    for operation in published::operations() {
        let is_simulated = known.contains(&(operation.method, operation.path));
        if !is_simulated {
            if let Some(path) = swallowed(&simulated, &operation) {
                let methods = by_path.remove(path).unwrap_or_default();
                by_path.insert(path, methods.on(filter(operation.method), unsupported));
            }
            let path = operation.path.to_owned();
            let (service, method, support) = ("jira", operation.method, Support::Not);
            coverage.add(Endpoint { service, method, path, support, source: operation.source() });
        }
    }
    coverage.add(Endpoint {
        service: "jira",
        method: "GET",
        path: TENANT_INFO.to_owned(),
        support: Support::Full,
        source: "https://support.atlassian.com/jira/kb/retrieve-my-atlassian-sites-cloud-id/".into(),
    });
    let mut router = Router::new();
    for (path, methods) in by_path {
        router = router.route(path, methods.fallback(wrong_method));
    }
    router.fallback(unsupported)
}

/// The path of an operation that we do not simulate and that would be taken for one that we do, as `issue/picker` for
/// an issue of that name.
fn swallowed(simulated: &[(&str, &str)], operation: &published::Operation) -> Option<&'static str> {
    let path = operation.path.strip_prefix("/rest/api/3").filter(|path| !path.contains('{'))?;
    let takes = |(method, template): &(&str, &str)| *method == operation.method && is_like(template, path);
    simulated.iter().any(takes).then_some(path)
}

/// What stands before each endpoint.
struct Guard {
    endpoint: Limited,
    scopes: &'static [&'static str],
    counter: Counter,
    limits: Arc<Limits>,
}

impl Guard {
    async fn pass(self: Arc<Self>, request: Request, next: Next) -> Response {
        self.counter.count();
        let Some(call) = request.extensions().get::<Call>() else { return next.run(request).await };
        let held = call.scopes.as_ref();
        if held.is_some_and(|held| self.scopes.iter().any(|scope| !held.contains(*scope))) {
            let text = "Unauthorized; scope does not match";
            return Refusal::gateway(StatusCode::UNAUTHORIZED, text).into_response();
        }
        match self.limits.admit(call, self.endpoint, request.uri().path()) {
            Admission::Unlimited => next.run(request).await,
            Admission::Refused(response) => response,
            Admission::Admitted(admitted) => {
                let clock = call.site.clock.clone();
                let mut response = next.run(request).await;
                self.limits.settle(admitted, &mut response, clock.now_ms());
                response
            }
        }
    }
}

/// A method that Jira itself does not have at this path is its 405; one that it has and we have not is ours to admit.
async fn wrong_method(method: Method, uri: Uri) -> Response {
    if published::find(method.as_str(), &format!("/rest/api/3{}", uri.path())).is_some() {
        return unsupported().await;
    }
    let detail = format!("Request method '{method}' is not supported.");
    Refusal::problem(StatusCode::METHOD_NOT_ALLOWED, detail).into_response()
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
