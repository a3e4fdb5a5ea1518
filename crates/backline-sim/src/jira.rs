//! Jira Cloud: sites with real state, a REST API behind two doors, and pages for people.
//!
//! `Source` of behaviour, unless a place says otherwise:
//! <https://developer.atlassian.com/cloud/jira/platform/rest/v3/> and what clients have recorded of real sites.

mod adf;
mod admin;
mod call;
mod config;
mod control;
mod door;
mod field;
mod index;
mod issue;
mod jql;
mod limit;
mod look;
mod page;
mod permission;
mod published;
mod refusal;
mod rest;
mod route;
mod screen_change;
mod seed;
mod seen;
mod shelf;
mod site;
mod state;
mod view;
mod webhook;
mod write;
mod written;

use crate::accounts::Accounts;
use crate::accounts::sites::{OrgSite, Standing};
use crate::clock::Clock;
use crate::coverage::Coverage;
use crate::{Options, World, people};
use axum::Router;
use axum::routing::{any, get};
use door::{Doors, Logins};
use limit::Limits;
pub use limit::Setting as LimitSetting;
use serde_json::Value;
use site::Site;
use std::io;
use std::sync::{Arc, RwLock};
use tokio_util::sync::{CancellationToken, DropGuard};
use webhook::courier;

/// The sites of the simulated world.
pub struct Jira {
    seed: u64,
    url: String,
    accounts: Arc<Accounts>,
    /// As they were last called; [`Accounts::sites`] knows how they are called now.
    sites: RwLock<Vec<Arc<Site>>>,
    limits: Arc<Limits>,
    clock: Arc<Clock>,
    /// Cancelled by [`Jira::stop`] and when the last user of this value is gone.
    stop: CancellationToken,
    _stop_on_drop: DropGuard,
}

impl Jira {
    pub(crate) fn open(
        options: &Options,
        url: &str,
        clock: Arc<Clock>,
        accounts: Arc<Accounts>,
    ) -> io::Result<Arc<Self>> {
        let sites = people::sites(options.seed)
            .into_iter()
            .map(|name| Site::open(options, url, name, clock.clone()))
            .collect::<io::Result<Vec<_>>>()?;
        let limits = Arc::new(Limits::new(options.limits.clone()));
        let (seed, url, sites) = (options.seed, url.to_owned(), RwLock::new(sites));
        let stop = CancellationToken::new();
        let _stop_on_drop = stop.clone().drop_guard();
        Ok(Arc::new(Self { seed, url, accounts, sites, limits, clock, stop, _stop_on_drop }))
    }

    /// Ends the sending of webhooks; what waits stays.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Every site that is there and not suspended, as it is called now.
    fn sites(&self) -> Vec<Arc<Site>> {
        let active = self.accounts.sites().into_iter().filter(|org| org.standing == Standing::Active);
        active.filter_map(|org| self.site_of(&org)).collect()
    }

    fn site_of(&self, org: &OrgSite) -> Option<Arc<Site>> {
        let is_current =
            |site: &&Arc<Site>| site.name.cloud_id == org.cloud_id && site.is_called(&org.slug, &org.title);
        let known = self.sites.read().expect("no panic while sites are held");
        if let Some(site) = known.iter().find(is_current) {
            return Some(site.clone());
        }
        drop(known);
        let mut sites = self.sites.write().expect("no panic while sites are held");
        let site = sites.iter_mut().find(|site| site.name.cloud_id == org.cloud_id)?;
        if !site.is_called(&org.slug, &org.title) {
            *site = Arc::new(site.renamed(&self.url, &org.slug, &org.title));
        }
        Some(site.clone())
    }

    /// What another process needs to use each site.
    pub fn sites_info(&self) -> Vec<Value> {
        self.sites().iter().map(|site| site.info()).collect()
    }

    /// The main site, with the project that has many fields.
    pub fn info(&self) -> Value {
        let mut info = self.sites().first().map(|site| site.info()).unwrap_or_default();
        info["project"] = site::PROJECT.into();
        info
    }

    /// Name and address of each site's list of projects and of its webhooks.
    pub(crate) fn page_links(&self) -> Vec<(String, String)> {
        let links = |site: &Arc<Site>| {
            let (title, slug) = (site.name.title, site.name.slug);
            [("projects", "Jira projects"), ("webhooks", "webhooks of Jira")]
                .map(|(path, name)| (format!("{title}: {name}"), format!("/sites/{slug}/jira/{path}")))
        };
        self.sites().iter().flat_map(links).collect()
    }
}

/// Puts Jira's endpoints into the table.
pub(crate) fn cover(coverage: &Coverage) {
    drop(route::router(rest::routes(), coverage, &Arc::new(Limits::new(LimitSetting::default()))));
}

/// Must be called inside a Tokio runtime: it starts the tasks that send webhooks, one a site.
pub(crate) fn router(world: &Arc<World>) -> Router {
    for site in world.jira.sites.read().expect("no panic while sites are held").iter() {
        let stop = world.jira.stop.clone();
        tokio::spawn(courier::run(site.clone(), world.accounts.clone(), stop));
    }
    let rest = route::router(rest::routes(), &world.coverage, &world.jira.limits);
    let doors = Doors {
        jira: world.jira.clone(),
        rest,
        world: world.clone(),
        logins: Arc::new(Logins::new(world.jira.seed)),
    };
    Router::new()
        .route("/api/ex/jira/{cloud_id}/rest/{*rest}", any(door::gateway))
        .route("/sites/{name}/rest/{*rest}", any(door::site))
        .route("/sites/{name}/_edge/tenant_info", get(door::tenant_info))
        .with_state(doors)
        .merge(page::router(world))
        .merge(control::router(&world.jira))
}
