//! Connected apps: what a person granted, and taking it back.

use super::Accounts;
use crate::history::Actor;
use crate::page::{self, escape};
use crate::people;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Form, Json};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
pub struct Whose {
    account_id: Option<String>,
}

pub async fn show(State(accounts): State<Arc<Accounts>>, Query(whose): Query<Whose>) -> Html<String> {
    let person = whose.account_id.as_deref().and_then(people::find).unwrap_or(people::ADA);
    let people = page::options(people::active().map(|p| (p.account_id, p.name)), person.account_id);
    let mut rows = String::new();
    for grant in accounts.ledger().grants_of(person.account_id) {
        let sites =
            grant.sites.iter().filter_map(|id| accounts.site_by_cloud_id(id)).map(|site| escape(&site.title));
        let scopes: Vec<&str> = grant.scopes.iter().map(String::as_str).collect();
        rows.push_str(&format!(
            "<tr><td>{}</td><td>{}</td><td class=\"soft\">{}</td><td>\
             <form method=\"post\" action=\"/auth/apps/revoke\">\
             <input type=\"hidden\" name=\"account_id\" value=\"{}\">\
             <input type=\"hidden\" name=\"client_id\" value=\"{}\">\
             <button class=\"danger\">Remove access</button></form></td></tr>",
            escape(accounts.app.name),
            sites.collect::<Vec<_>>().join(", "),
            escape(&scopes.join(" ")),
            escape(&grant.account_id),
            escape(&grant.client_id),
        ));
    }
    let table = if rows.is_empty() {
        "<p>No app has access to this account.</p>".to_owned()
    } else {
        format!("<table><tr><th>App</th><th>Sites</th><th>Permissions</th><th></th></tr>{rows}</table>")
    };
    let body = format!(
        "<h1>Connected apps</h1><div class=\"card\"><form method=\"get\"><label for=\"account\">Person</label>\
         <select id=\"account\" name=\"account_id\">{people}</select><button>Show</button></form></div>\
         <div class=\"card\">{table}</div>"
    );
    page::layout("Connected apps", &[("Atlassian account", "/auth/apps")], &body)
}

#[derive(Debug, Deserialize)]
pub struct Revoke {
    account_id: String,
    client_id: String,
}

pub async fn revoke(State(accounts): State<Arc<Accounts>>, Form(form): Form<Revoke>) -> Response {
    accounts.ledger().revoke(&form.client_id, &form.account_id);
    let back = match people::find(&form.account_id) {
        Some(person) => format!("/auth/apps?account_id={}", person.account_id),
        None => "/auth/apps".to_owned(),
    };
    let mut response = Redirect::to(&back).into_response();
    response.extensions_mut().insert(Actor(format!("person:{}", form.account_id)));
    response
}

#[derive(Debug, Deserialize)]
pub struct Registration {
    is_site_restricted: bool,
}

/// The app's owner chooses in the console whether a consent covers an account's sites or one of them.
pub async fn register(State(accounts): State<Arc<Accounts>>, Json(body): Json<Registration>) -> StatusCode {
    accounts.ledger().restrict_to_sites(body.is_site_restricted);
    StatusCode::NO_CONTENT
}
