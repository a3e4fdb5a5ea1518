//! The consent page: which site, which permissions, accept or cancel.
//!
//! Invariant: nothing is redirected to an address that is not registered for the app.

use super::{Accounts, scope};
use crate::history::Actor;
use crate::page::{self, Choice, Note, person};
use crate::people;
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
pub struct Ask {
    #[serde(default)]
    audience: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    response_type: String,
    #[serde(default)]
    prompt: String,
}

#[derive(Debug, Deserialize)]
pub struct Decision {
    #[serde(flatten)]
    ask: Ask,
    #[serde(default)]
    account_id: String,
    #[serde(default)]
    cloud_id: String,
    #[serde(default)]
    decision: String,
}

impl Ask {
    fn scopes(&self) -> BTreeSet<String> {
        self.scope.split_whitespace().map(str::to_owned).collect()
    }

    /// The first thing that is wrong with the request, in words.
    fn problem(&self, accounts: &Accounts) -> Option<String> {
        let scopes = self.scopes();
        let unknown = scopes.iter().find(|name| scope::describe(name).is_none());
        if self.client_id != accounts.app.client_id {
            Some("The app's client_id is not known.".into())
        } else if !accounts.allows_callback(&self.redirect_uri) {
            Some(format!("{} is not a callback address of this app.", self.redirect_uri))
        } else if self.response_type != "code" {
            Some("response_type must be \"code\".".into())
        } else if self.audience != "api.atlassian.com" {
            Some("audience must be \"api.atlassian.com\".".into())
        } else if self.state.is_empty() {
            Some("state is missing; it is required for security.".into())
        } else if scopes.is_empty() {
            Some("scope is missing.".into())
        } else {
            unknown.map(|name| format!("The scope {name} is not known, or not added to the app."))
        }
    }

    fn back(&self, parameters: &[(&str, &str)]) -> Response {
        let separator = if self.redirect_uri.contains('?') { '&' } else { '?' };
        let query: Vec<String> =
            parameters.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
        let location = format!("{}{separator}{}", self.redirect_uri, query.join("&"));
        (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
    }
}

struct SiteLine {
    cloud_id: String,
    title: String,
    address: String,
}

#[derive(Template)]
#[template(path = "accounts/consent.html")]
struct ConsentPage<'a> {
    app: &'static str,
    /// The request, for the form to carry.
    hidden: [(&'static str, &'a str); 7],
    people: Vec<Choice>,
    sites: Vec<SiteLine>,
    permissions: Vec<String>,
}

pub async fn show(
    State(accounts): State<Arc<Accounts>>,
    Query(ask): Query<Ask>,
    headers: HeaderMap,
) -> Response {
    if let Some(problem) = ask.problem(&accounts) {
        return error_page(&problem);
    }
    let sites = accounts.sites().into_iter().map(|site| SiteLine {
        address: format!("{}/sites/{}", accounts.url, site.slug),
        cloud_id: site.cloud_id,
        title: site.title,
    });
    let page = ConsentPage {
        app: accounts.app.name,
        hidden: [
            ("audience", ask.audience.as_str()),
            ("client_id", ask.client_id.as_str()),
            ("scope", ask.scope.as_str()),
            ("redirect_uri", ask.redirect_uri.as_str()),
            ("state", ask.state.as_str()),
            ("response_type", ask.response_type.as_str()),
            ("prompt", ask.prompt.as_str()),
        ],
        people: person::choices(person::acting(&headers)),
        sites: sites.collect(),
        permissions: scope::in_words(&ask.scopes()),
    };
    page::html(StatusCode::OK, &page)
}

pub async fn decide(State(accounts): State<Arc<Accounts>>, Form(form): Form<Decision>) -> Response {
    let ask = &form.ask;
    if let Some(problem) = ask.problem(&accounts) {
        return error_page(&problem);
    }
    let mut response = if form.decision == "accept" {
        let Some(site) = accounts.site_by_cloud_id(&form.cloud_id) else {
            return error_page("Choose a site.");
        };
        let Some(person) = people::active().find(|person| person.account_id == form.account_id) else {
            return error_page("Nobody is signed in.");
        };
        let now_ms = accounts.clock.now_ms();
        let code = accounts.ledger().consent(
            &ask.client_id,
            person.account_id,
            &site.cloud_id,
            ask.scopes(),
            &ask.redirect_uri,
            now_ms,
        );
        ask.back(&[("code", &code), ("state", ask.state.as_str())])
    } else {
        ask.back(&[
            ("error", "access_denied"),
            ("error_description", "User did not authorize the request"),
            ("state", ask.state.as_str()),
        ])
    };
    response.extensions_mut().insert(Actor(format!("person:{}", form.account_id)));
    response
}

fn error_page(problem: &str) -> Response {
    let texts = [problem.to_owned()];
    let links = [("Connected apps".to_owned(), "/auth/apps".to_owned())];
    page::html(StatusCode::BAD_REQUEST, &Note { title: "Something went wrong", texts: &texts, links: &links })
}

fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
