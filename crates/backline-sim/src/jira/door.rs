//! The two ways in: the gateway with an app's bearer token or a person's API token that has scopes, and the site
//! with a person's e-mail and API token without scopes.
//!
//! A door finds out who calls and where, and hands the request to the same endpoints.

mod login;

pub use login::Logins;

use super::Jira;
use super::call::Call;
use super::refusal::Refusal;
use super::route::Unsupported;
use super::site::Site;
use crate::accounts::sites::{OrgSite, Standing};
use crate::history::Actor;
use crate::people::{self, Person};
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use login::bearer;
use serde_json::json;
use std::sync::Arc;
use tower::ServiceExt;

/// Below a site's address: what anybody may read of it.
pub const TENANT_INFO: &str = "/_edge/tenant_info";

/// What a token with scopes may do here.
const SCOPED: [&str; 3] = ["read:jira-work", "write:jira-work", "read:jira-user"];

/// The endpoints behind both doors, and where unsupported requests are counted.
#[derive(Clone)]
pub struct Doors {
    pub jira: Arc<Jira>,
    pub rest: Router,
    pub world: Arc<crate::World>,
    pub logins: Arc<Logins>,
}

/// `/api/ex/jira/{cloudId}/rest/…`
///
/// Source: the shapes are those that clients have recorded; see the contract's section on gateway answers.
pub async fn gateway(
    State(doors): State<Doors>,
    Path((cloud_id, rest)): Path<(String, String)>,
    request: Request,
) -> Response {
    if let Some(person) = doors.logins.scoped.person(request.headers()) {
        let Some(site) = doors.jira.site_by_cloud_id(&cloud_id) else {
            return no_site(&doors, &cloud_id);
        };
        let scopes = SCOPED.iter().map(|scope| (*scope).to_owned()).collect();
        let call = Call { site, person, client_id: None, scopes: Some(scopes), version: 3 };
        return enter(doors, call, &rest, request).await;
    }
    let Some(token) = bearer(request.headers()) else { return unauthorized() };
    let Some(access) = doors.jira.accounts.access_of(&token) else {
        return not_taken(doors.jira.accounts.expired_as(&token));
    };
    let Some(person) = people::find(&access.account_id) else { return unauthorized() };
    let Some(site) = doors.jira.site_by_cloud_id(&cloud_id) else {
        return no_site(&doors, &cloud_id);
    };
    if !site.read().config.admin.is_active(person.account_id) {
        return unauthorized();
    }
    let actor = format!("app:{}/{}", access.client_id, person.account_id);
    if !access.sites.contains(&cloud_id) {
        let text = "The app is not installed on this instance";
        let mut response = Refusal::gateway(StatusCode::FORBIDDEN, text).into_response();
        response.extensions_mut().insert(Actor(actor));
        return response;
    }
    let call =
        Call { site, person, client_id: Some(access.client_id), scopes: Some(access.scopes), version: 3 };
    enter(doors, call, &rest, request).await
}

/// `/sites/{name}/rest/…`
pub async fn site(
    State(doors): State<Doors>,
    Path((name, rest)): Path<(String, String)>,
    request: Request,
) -> Response {
    let Some(site) = doors.jira.site_by_slug(&name) else {
        let is_suspended = doors.jira.is_suspended(|org| org.is_called(&name));
        return if is_suspended { suspended() } else { StatusCode::NOT_FOUND.into_response() };
    };
    let person = doors.logins.whole.person(request.headers());
    let person = person.filter(|person| site.read().config.admin.is_active(person.account_id));
    let Some(person) = person else {
        if request.method() == Method::GET && ANONYMOUS_READS.contains(&rest.as_str()) {
            return anonymous(doors, site, &rest, request).await;
        }
        let body =
            json!({"message": "Client must be authenticated to access this resource.", "status-code": 401});
        return (StatusCode::UNAUTHORIZED, axum::Json(body)).into_response();
    };
    let call = Call { site, person, client_id: None, scopes: None, version: 3 };
    enter(doors, call, &rest, request).await
}

/// What a site answers to anybody, also to a dead token: 200, and the failure stands in a header alone.
const ANONYMOUS_READS: [&str; 2] = ["api/2/serverInfo", "api/3/serverInfo"];

async fn anonymous(doors: Doors, site: Arc<Site>, rest: &str, request: Request) -> Response {
    let has_tried = request.headers().contains_key(header::AUTHORIZATION);
    let call = Call { site, person: people::ANONYMOUS, client_id: None, scopes: None, version: 3 };
    let mut response = enter(doors, call, rest, request).await;
    if has_tried {
        let reason = HeaderValue::from_static("AUTHENTICATED_FAILED");
        response.headers_mut().insert("x-seraph-loginreason", reason);
    }
    response
}

/// `/sites/{name}/_edge/tenant_info`, which anybody may read.
pub async fn tenant_info(State(doors): State<Doors>, Path(name): Path<String>) -> Response {
    doors.world.coverage.count("jira", "GET", TENANT_INFO);
    match doors.jira.site_by_slug(&name) {
        Some(site) => axum::Json(json!({"cloudId": site.name.cloud_id})).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn enter(doors: Doors, call: Call, rest: &str, request: Request) -> Response {
    let (request, exchange) = doors.world.exchanges.begin(request).await;
    let response = answer(&doors, call, rest, request).await;
    doors.world.exchanges.end(exchange, response).await
}

async fn answer(doors: &Doors, mut call: Call, rest: &str, request: Request) -> Response {
    let mut segments = rest.split('/');
    call.version = match (segments.next(), segments.next()) {
        (Some("api"), Some("2" | "latest")) => 2,
        (Some("api"), Some("3")) => 3,
        _ => return not_simulated(doors, &call, &request),
    };
    let Some(uri) = inner_uri(request.uri()) else { return not_simulated(doors, &call, &request) };
    let outer = request.uri().path().to_owned();
    let (parts, body) = request.into_parts();
    // A request of its own, so that the outer path's parameters do not mix with the inner ones.
    let mut inner = Request::new(body);
    *inner.method_mut() = parts.method.clone();
    *inner.uri_mut() = uri;
    *inner.headers_mut() = parts.headers;
    inner.extensions_mut().insert(call.clone());
    let mut response = match doors.rest.clone().oneshot(inner).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if response.extensions().get::<Unsupported>().is_some() {
        doors.world.coverage.count_unsupported(parts.method.as_str(), &outer);
    }
    finish(&call, &mut response);
    response
}

fn not_simulated(doors: &Doors, call: &Call, request: &Request) -> Response {
    doors.world.coverage.count_unsupported(request.method().as_str(), request.uri().path());
    let body = json!({"errorMessages": ["The simulator does not have this endpoint."], "errors": {}});
    let mut response = (StatusCode::NOT_IMPLEMENTED, axum::Json(body)).into_response();
    finish(call, &mut response);
    response
}

fn finish(call: &Call, response: &mut Response) {
    response.extensions_mut().insert(Actor(call.actor()));
    // As recorded of a real site. One client in use reads a refusal's body only where the type is this, to the letter.
    let json = HeaderValue::from_static("application/json");
    if response.headers().get(header::CONTENT_TYPE) == Some(&json) {
        let json = HeaderValue::from_static("application/json;charset=UTF-8");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
    }
    let account = call.person.account_id.replace(':', "%3A");
    if account.is_empty() {
        return;
    }
    if let Ok(account) = HeaderValue::from_str(&account) {
        response.headers_mut().insert("x-aaccountid", account);
    }
}

/// The inner address: what follows `/rest/api/{version}`, with escapes left for the endpoint to read.
fn inner_uri(outer: &Uri) -> Option<Uri> {
    let (_, below) = outer.path().split_once("/rest/api/")?;
    let (_, path) = below.split_once('/')?;
    let query = outer.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("/{path}{query}").parse().ok()
}

/// How a token is answered that no longer works: 401, unless it was made to expire in another way.
fn not_taken(expired_as: Option<u16>) -> Response {
    match expired_as.and_then(|status| StatusCode::from_u16(status).ok()) {
        None | Some(StatusCode::UNAUTHORIZED) => unauthorized(),
        Some(status) => {
            let text = status.canonical_reason().unwrap_or("Unauthorized");
            Refusal::gateway(status, text).into_response()
        }
    }
}

fn no_site(doors: &Doors, cloud_id: &str) -> Response {
    if doors.jira.is_suspended(|org| org.cloud_id == cloud_id) {
        return suspended();
    }
    Refusal::gateway(StatusCode::NOT_FOUND, "No message available").into_response()
}

/// Assumed: what is in front of a suspended site answers a page, to apps too.
fn suspended() -> Response {
    let page = "<!DOCTYPE html><html><head><title>Atlassian Cloud</title></head><body>\
        <h1>Your site is currently unavailable</h1><p>This site has been suspended.</p></body></html>";
    (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "text/html;charset=UTF-8")], page)
        .into_response()
}

fn unauthorized() -> Response {
    Refusal::gateway(StatusCode::UNAUTHORIZED, "Unauthorized").into_response()
}

impl Jira {
    /// The header with which a person signs in to a site.
    pub fn basic_of(&self, person: &Person) -> String {
        login::basic_of(person, &people::api_token(self.seed, person))
    }

    fn is_suspended(&self, is_meant: impl Fn(&OrgSite) -> bool) -> bool {
        self.accounts.sites().iter().any(|org| is_meant(org) && org.standing == Standing::Suspended)
    }

    pub(super) fn site_by_slug(&self, slug: &str) -> Option<Arc<Site>> {
        let current = self.accounts.find_site(|org| org.slug == slug);
        let org = current.or_else(|| self.accounts.find_site(|org| org.is_called(slug)))?;
        (org.standing == Standing::Active).then(|| self.site_of(&org))?
    }

    pub(super) fn site_by_cloud_id(&self, cloud_id: &str) -> Option<Arc<Site>> {
        let org = self.accounts.site_by_cloud_id(cloud_id)?;
        (org.standing == Standing::Active).then(|| self.site_of(&org))?
    }
}
