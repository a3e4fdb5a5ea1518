//! The consent page: which site, which permissions, accept or cancel.
//!
//! Invariant: nothing is redirected to an address that is not registered for the app.

use super::{Accounts, scope};
use crate::history::Actor;
use crate::page::{self, escape};
use crate::people;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
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

pub async fn show(State(accounts): State<Arc<Accounts>>, Query(ask): Query<Ask>) -> Response {
    if let Some(problem) = ask.problem(&accounts) {
        return error_page(&problem);
    }
    let hidden: String = [
        ("audience", &ask.audience),
        ("client_id", &ask.client_id),
        ("scope", &ask.scope),
        ("redirect_uri", &ask.redirect_uri),
        ("state", &ask.state),
        ("response_type", &ask.response_type),
        ("prompt", &ask.prompt),
    ]
    .map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value)))
    .concat();
    let permissions: String = ask
        .scopes()
        .iter()
        .filter_map(|name| Some(format!("<li>{}</li>", escape(scope::describe(name)?))))
        .collect();
    let people = page::options(people::active().map(|p| (p.account_id, p.name)), people::ADA.account_id);
    let sites: String = accounts
        .sites()
        .iter()
        .enumerate()
        .map(|(n, site)| {
            let checked = if n == 0 { " checked" } else { "" };
            format!(
                "<label class=\"choice\"><input type=\"radio\" name=\"cloud_id\" value=\"{}\"{checked}> {} \
                 <span class=\"soft\">{}/sites/{}</span></label>",
                site.cloud_id,
                escape(&site.title),
                accounts.url,
                site.slug
            )
        })
        .collect();
    let body = format!(
        "<form class=\"card narrow\" method=\"post\" action=\"/auth/authorize\">{hidden}\
         <h1>{app} wants to access your Jira site</h1>\
         <label for=\"account\">Signed in as</label><select id=\"account\" name=\"account_id\">{people}</select>\
         <h2>Use the app on</h2>{sites}<h2>{app} will be able to</h2><ul>{permissions}</ul>\
         <p class=\"soft\">The app can do no more than you can. You can take this back under Connected apps.</p>\
         <button class=\"primary\" name=\"decision\" value=\"accept\">Accept</button>\
         <button name=\"decision\" value=\"cancel\">Cancel</button></form>",
        app = escape(accounts.app.name),
    );
    page::layout("Grant access", &[("Atlassian account", "/auth/apps")], &body).into_response()
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
        ask.back(&[("code", &code), ("state", &ask.state)])
    } else {
        ask.back(&[
            ("error", "access_denied"),
            ("error_description", "User did not authorize the request"),
            ("state", &ask.state),
        ])
    };
    response.extensions_mut().insert(Actor(format!("person:{}", form.account_id)));
    response
}

fn error_page(problem: &str) -> Response {
    let body = format!(
        "<div class=\"card narrow problem\"><h1>Something went wrong</h1><p>{}</p></div>",
        escape(problem)
    );
    (StatusCode::BAD_REQUEST, page::layout("Something went wrong", &[], &body)).into_response()
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
