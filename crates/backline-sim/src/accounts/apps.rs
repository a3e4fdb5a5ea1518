//! Connected apps: what a person granted, and taking it back.

use super::{Accounts, scope};
use crate::history::Actor;
use crate::page::time::{Moment, moment};
use crate::page::{self, Choice, person};
use crate::people::{self, Person};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
pub struct Whose {
    account_id: Option<String>,
}

/// An app with access, where and to what.
struct AppLine {
    client_id: String,
    sites: Vec<String>,
    permissions: Vec<String>,
    granted: Moment,
}

#[derive(Template)]
#[template(path = "accounts/apps.html")]
struct AppsPage {
    app: &'static str,
    person: &'static Person,
    people: Vec<Choice>,
    lines: Vec<AppLine>,
}

pub async fn show(
    State(accounts): State<Arc<Accounts>>,
    Query(whose): Query<Whose>,
    headers: HeaderMap,
) -> Response {
    let asked = whose.account_id.as_deref().and_then(people::find);
    let person = asked.unwrap_or_else(|| person::acting(&headers));
    let ledger = accounts.ledger();
    let lines = ledger.grants_of(person.account_id).map(|grant| AppLine {
        client_id: grant.client_id.clone(),
        sites: grant
            .sites
            .iter()
            .filter_map(|id| accounts.site_by_cloud_id(id))
            .map(|site| site.title)
            .collect(),
        permissions: scope::in_words(&grant.scopes),
        granted: moment(grant.granted_ms, 0),
    });
    let lines = lines.collect();
    let page = AppsPage { app: accounts.app.name, person, people: person::choices(person), lines };
    page::html(StatusCode::OK, &page)
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
