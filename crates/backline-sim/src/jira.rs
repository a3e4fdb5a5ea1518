//! Jira Cloud: sites with real state, a REST API behind two doors, and pages for people.
//!
//! `Source` of behaviour, unless a place says otherwise:
//! <https://developer.atlassian.com/cloud/jira/platform/rest/v3/> and what clients have recorded of real sites.

mod adf;
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
mod refusal;
mod rest;
mod route;
mod screen_change;
mod seed;
mod shelf;
mod site;
mod state;
mod view;
mod webhook;
mod write;

use crate::accounts::Accounts;
use crate::clock::Clock;
use crate::fault::Faults;
use crate::{Options, World, people};
use axum::Router;
use axum::routing::{any, get};
use door::Doors;
use limit::Limits;
pub use limit::Setting as LimitSetting;
use serde_json::Value;
use site::Site;
use std::io;
use std::sync::Arc;

/// The sites of the simulated world.
pub struct Jira {
    seed: u64,
    accounts: Arc<Accounts>,
    sites: Vec<Arc<Site>>,
    limits: Arc<Limits>,
    clock: Arc<Clock>,
}

impl Jira {
    pub(crate) fn open(
        options: &Options,
        url: &str,
        clock: Arc<Clock>,
        faults: Arc<Faults>,
        accounts: Arc<Accounts>,
    ) -> io::Result<Arc<Self>> {
        let sites = people::sites(options.seed)
            .into_iter()
            .map(|name| Site::open(options, url, name, clock.clone(), faults.clone()))
            .collect::<io::Result<Vec<_>>>()?;
        let limits = Arc::new(Limits::new(options.limits.clone()));
        Ok(Arc::new(Self { seed: options.seed, accounts, sites, limits, clock }))
    }

    /// What another process needs to use each site.
    pub fn sites_info(&self) -> Vec<Value> {
        self.sites.iter().map(|site| site.info()).collect()
    }

    /// The main site, with the project that has many fields.
    pub fn info(&self) -> Value {
        let mut info = self.sites.first().map(|site| site.info()).unwrap_or_default();
        info["project"] = site::PROJECT.into();
        info
    }

    /// Address and name of each site's list of projects.
    pub(crate) fn page_links(&self) -> Vec<(String, String)> {
        let link = |site: &Arc<Site>| {
            (
                format!("/sites/{}/jira/projects", site.name.slug),
                format!("{}: Jira projects", site.name.title),
            )
        };
        self.sites.iter().map(link).collect()
    }
}

pub(crate) fn router(world: &Arc<World>) -> Router {
    let rest = route::router(rest::routes(), &world.coverage, &world.jira.limits);
    let doors = Doors { jira: world.jira.clone(), rest, world: world.clone() };
    Router::new()
        .route("/api/ex/jira/{cloud_id}/rest/{*rest}", any(door::gateway))
        .route("/sites/{name}/rest/{*rest}", any(door::site))
        .route("/sites/{name}/_edge/tenant_info", get(door::tenant_info))
        .with_state(doors)
        .merge(page::router(&world.jira))
        .merge(control::router(&world.jira))
}
