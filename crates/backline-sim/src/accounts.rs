//! Atlassian accounts: OAuth 2.0 (3LO) consent, tokens, accessible resources and connected apps.
//!
//! Owns who granted what to which app. Knows nothing of what a token is used for beyond the scopes that it
//! carries; [`Accounts::access_of`] answers the gateway.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/>

mod acts;
mod apps;
mod authorize;
mod endpoints;
mod ledger;
mod resources;
mod scope;
pub mod sites;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use endpoints::endpoints;

use crate::clock::Clock;
use crate::page::person;
use crate::people;
use crate::{Options, World, ids, open_journal};
use axum::Router;
use axum::routing::{get, post};
use ledger::Ledger;
use serde_json::{Value, json};
use sites::OrgSite;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, RwLock};

/// The path that loopback callbacks may have when no callback address is registered.
const LOOPBACK_CALLBACK_PATH: &str = "/integrations/jira/callback";

/// The one app that is registered in the simulated developer console.
#[derive(Debug, Clone)]
pub struct App {
    pub client_id: String,
    pub client_secret: String,
    pub name: &'static str,
}

/// What a live access token allows.
#[derive(Debug, Clone)]
pub struct Access {
    pub client_id: String,
    pub account_id: String,
    pub scopes: BTreeSet<String>,
    /// Cloud ids that the grant covers now.
    pub sites: BTreeSet<String>,
}

pub struct Accounts {
    url: String,
    clock: Arc<Clock>,
    app: App,
    callback_urls: Vec<String>,
    sites: RwLock<Vec<OrgSite>>,
    ledger: Mutex<Ledger>,
}

impl Accounts {
    pub(crate) fn open(
        options: &Options,
        url: &str,
        clock: Arc<Clock>,
        path: Option<&Path>,
    ) -> io::Result<Arc<Self>> {
        let (journal, mut records) = open_journal(path)?;
        let mut sites: Vec<OrgSite> = people::sites(options.seed).into_iter().map(OrgSite::from).collect();
        for (_, kept) in records.take::<OrgSite>("site")? {
            sites
                .iter_mut()
                .filter(|site| site.cloud_id == kept.cloud_id)
                .for_each(|site| *site = kept.clone());
        }
        let secret = ids::hash(options.seed, &["client secret"]);
        Ok(Arc::new(Self {
            url: url.to_owned(),
            clock,
            app: App {
                client_id: ids::hash(options.seed, &["client id"])[..32].to_owned(),
                client_secret: format!("ATOA{secret}"),
                name: "Backline",
            },
            callback_urls: options.callback_urls.clone(),
            sites: RwLock::new(sites),
            ledger: Mutex::new(Ledger::open(options.seed, journal, records)?),
        }))
    }

    /// The account, scopes and sites behind a bearer token; `None` when it is unknown, expired or revoked.
    pub fn access_of(&self, token: &str) -> Option<Access> {
        self.ledger().access(token, self.clock.now_ms())
    }

    /// The secret of an app, with which Jira signs what it delivers to it.
    pub fn secret_of(&self, client_id: &str) -> Option<&str> {
        (self.app.client_id == client_id).then_some(self.app.client_secret.as_str())
    }

    /// How the gateway answers an access token that expired before its time; `None` for any other.
    pub fn expired_as(&self, token: &str) -> Option<u16> {
        self.ledger().expired_as(token)
    }

    /// Ends an access token, and says how the gateway answers it from now on. False when there is no such token.
    pub fn expire_token(&self, token: &str, status: u16) -> bool {
        self.ledger().expire(token, status)
    }

    /// Takes the app off a site, as its administrator can: grants no longer cover it.
    pub fn uninstall(&self, cloud_id: &str) {
        self.ledger().remove_site(cloud_id);
    }

    pub fn info(&self) -> Value {
        json!({
            "client_id": self.app.client_id,
            "client_secret": self.app.client_secret,
            "authorize_url": format!("{}/auth/authorize", self.url),
            "token_url": format!("{}/auth/oauth/token", self.url),
            "api_url": format!("{}/api", self.url),
            "apps_url": format!("{}/auth/apps", self.url),
        })
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("no panic while the ledger is held")
    }

    fn allows_callback(&self, redirect_uri: &str) -> bool {
        if !self.callback_urls.is_empty() {
            return self.callback_urls.iter().any(|url| url == redirect_uri);
        }
        let Ok(uri) = redirect_uri.parse::<axum::http::Uri>() else { return false };
        let is_loopback = matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
        is_loopback && uri.path() == LOOPBACK_CALLBACK_PATH && uri.query().is_none()
    }
}

pub(crate) fn router(world: &Arc<World>) -> Router {
    Router::new()
        .route("/auth/authorize", get(authorize::show).post(authorize::decide))
        .route("/auth/oauth/token", post(token::exchange))
        .route("/auth/act-as", post(person::choose))
        .route("/auth/apps", get(apps::show))
        .route("/auth/apps/revoke", post(apps::revoke))
        .route("/api/oauth/token/accessible-resources", get(resources::accessible))
        .route("/api/me", get(resources::me))
        .route("/_sim/accounts/app", post(apps::register))
        .merge(acts::router())
        .with_state(world.accounts.clone())
}
