//! What people and administrators of the organisation do beside its pages: `/_sim/accounts/…`.

use super::Accounts;
use super::sites::Standing;
use crate::control::Asked;
use crate::history::Actor;
use crate::people::{self, Person};
use crate::witness::{self, Change, Commit, FieldChange};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

type Done = Result<Response, Refused>;

/// Why an act was not done, and at which key of its body.
struct Refused(StatusCode, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

pub fn router() -> Router<Arc<Accounts>> {
    Router::new()
        .route("/_sim/accounts/uninstall", post(uninstall))
        .route("/_sim/accounts/revoke", post(revoke))
        .route("/_sim/accounts/scopes", post(scopes))
        .route("/_sim/accounts/expire", post(expire))
        .route("/_sim/accounts/site", post(site))
}

fn by(person: &Person) -> Response {
    acted(StatusCode::NO_CONTENT.into_response(), person)
}

fn acted(mut response: Response, person: &Person) -> Response {
    response.extensions_mut().insert(Actor(format!("person:{}", person.account_id)));
    response
}

fn refused(status: StatusCode, problem: &str) -> Refused {
    Refused(status, problem.to_owned())
}

/// Ada, unless somebody else is named.
fn person(account_id: Option<&str>) -> Result<&'static Person, Refused> {
    match account_id {
        None => Ok(people::ADA),
        Some(id) => people::find(id).ok_or_else(|| {
            refused(StatusCode::NOT_FOUND, &format!("account_id: nobody has the account id {id}"))
        }),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uninstall {
    cloud_id: String,
}

/// The site's administrator removes the app: the gateway then says that it is not installed.
async fn uninstall(State(accounts): State<Arc<Accounts>>, Asked(body): Asked<Uninstall>) -> Response {
    accounts.uninstall(&body.cloud_id);
    by(people::ADA)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Revoke {
    account_id: Option<String>,
    client_id: Option<String>,
}

/// A person removes the app's access under Connected apps: refreshing answers `invalid_grant` from then on.
async fn revoke(State(accounts): State<Arc<Accounts>>, Asked(body): Asked<Revoke>) -> Done {
    let person = person(body.account_id.as_deref())?;
    let client_id = body.client_id.as_deref().unwrap_or(&accounts.app.client_id);
    accounts.ledger().revoke(client_id, person.account_id);
    Ok(by(person))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scopes {
    account_id: Option<String>,
    /// What the grant no longer covers.
    remove: Vec<String>,
}

/// The grant loses scopes, as by a consent to fewer: tokens that were given out reach less at once.
async fn scopes(State(accounts): State<Arc<Accounts>>, Asked(body): Asked<Scopes>) -> Done {
    let person = person(body.account_id.as_deref())?;
    if !accounts.ledger().narrow(&accounts.app.client_id, person.account_id, &body.remove) {
        return Err(refused(StatusCode::NOT_FOUND, "this person has not granted the app anything"));
    }
    Ok(by(person))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Expire {
    account_id: Option<String>,
    /// 401, 403 or 404: how the gateway answers these tokens from now on.
    #[serde(rename = "as")]
    status: Option<u16>,
}

/// Every access token of a person expires now. Refresh tokens live on.
async fn expire(State(accounts): State<Arc<Accounts>>, Asked(body): Asked<Expire>) -> Done {
    let person = person(body.account_id.as_deref())?;
    let status = body.status.unwrap_or(401);
    if ![401, 403, 404].contains(&status) {
        return Err(refused(StatusCode::BAD_REQUEST, "as: expected 401, 403 or 404"));
    }
    let expired = accounts.ledger().expire_of(person.account_id, status);
    Ok(acted(Json(json!({"expired": expired})).into_response(), person))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeSite {
    /// Name or cloud id.
    site: String,
    to: Option<Standing>,
    /// A new name, which is part of the address.
    name: Option<String>,
    title: Option<String>,
}

/// A site is renamed, suspended, removed or put back. Its cloud id stays.
async fn site(State(accounts): State<Arc<Accounts>>, Asked(body): Asked<ChangeSite>) -> Done {
    if let Some(name) = &body.name {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(refused(StatusCode::BAD_REQUEST, "name: expected small letters, digits and hyphens"));
        }
        if accounts.is_name_taken(name, &body.site) {
            return Err(refused(StatusCode::CONFLICT, "name: another site has it"));
        }
    }
    let changed = accounts.change_site(&body.site, |site| {
        if let Some(name) = body.name
            && name != site.slug
        {
            site.former_slugs.retain(|former| *former != name);
            site.former_slugs.push(std::mem::replace(&mut site.slug, name));
        }
        if let Some(title) = body.title {
            site.title = title;
        }
        site.standing = body.to.unwrap_or(site.standing);
    });
    let (before, after) =
        changed.ok_or_else(|| refused(StatusCode::NOT_FOUND, "site: there is no such site"))?;
    let json = |value: &super::sites::OrgSite| serde_json::to_value(value).unwrap_or(Value::Null);
    witness::note(|| {
        let fields: Vec<FieldChange> = witness::differences(&json(&before), &json(&after));
        vec![Commit::new("site", &after.cloud_id, Change::Changed).key(&after.slug).fields(fields)]
    });
    let answer = json!({"cloud_id": after.cloud_id, "url": format!("{}/sites/{}", accounts.url, after.slug)});
    Ok(acted(Json(answer).into_response(), people::ADA))
}
