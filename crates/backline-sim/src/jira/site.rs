//! One Jira site: its name, its state behind a lock, and the clock and faults that it lives under.

use super::config::Id;
use super::seed;
use super::state::State;
use crate::clock::Clock;
use crate::fault::Faults;
use crate::people::{self, SiteName};
use crate::{Options, open_journal};
use serde_json::{Value, json};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The project of the main site that has many fields.
pub const PROJECT: &str = "SEC";

pub struct Site {
    pub name: SiteName,
    /// The address that people use, `…/sites/acme`.
    pub url: String,
    /// The address that apps use, `…/api/ex/jira/{cloudId}`.
    pub gateway: String,
    pub clock: Arc<Clock>,
    seed: u64,
    faults: Arc<Faults>,
    search_lag_ms: u64,
    state: RwLock<State>,
    examined: AtomicU64,
}

impl Site {
    pub fn open(
        options: &Options,
        url: &str,
        name: SiteName,
        clock: Arc<Clock>,
        faults: Arc<Faults>,
    ) -> io::Result<Arc<Self>> {
        let path = options.data.as_ref().map(|dir| dir.join(format!("jira-{}.journal", name.slug)));
        let (journal, records) = open_journal(path.as_deref())?;
        let config = seed::config(name.slug, options.seed);
        let mut state = State::open(config, journal, records)?;
        if name.slug == people::MAIN_SITE {
            let project = state.config.find_project(PROJECT).map(|project| project.id);
            let project = project.expect("the main site has it");
            let missing = options.issues.saturating_sub(state.seeded_in(project));
            state.seed(project, missing, options.seed, clock.now_ms());
        }
        Ok(Arc::new(Self {
            url: format!("{url}/sites/{}", name.slug),
            gateway: format!("{url}/api/ex/jira/{}", name.cloud_id),
            name,
            clock,
            seed: options.seed,
            faults,
            search_lag_ms: options.search_lag_ms,
            state: RwLock::new(state),
            examined: AtomicU64::new(0),
        }))
    }

    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().expect("no panic while the state is held")
    }

    pub fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().expect("no panic while the state is held")
    }

    /// The state with the search index as far as it may be by now.
    pub fn read_index(&self) -> RwLockReadGuard<'_, State> {
        let lag_ms = self.faults.search_lag_ms().unwrap_or(self.search_lag_ms);
        let until_ms = self.clock.now_ms() - lag_ms as i64;
        if self.read().index.is_behind(until_ms) {
            self.write().index.catch_up(until_ms);
        }
        self.read()
    }

    /// Makes `count` issues of a project in bulk.
    pub fn seed(&self, project: Id, count: u64) {
        self.write().seed(project, count, self.seed, self.clock.now_ms());
    }

    /// Notes how many rows a search has looked at.
    pub fn note_examined(&self, rows: usize) {
        self.examined.fetch_add(rows as u64, Ordering::Relaxed);
    }

    /// Rows that all searches together have looked at: what a test of size counts, since time depends on the machine.
    pub fn examined(&self) -> u64 {
        self.examined.load(Ordering::Relaxed)
    }

    /// What another process needs to use this site.
    pub fn info(&self) -> Value {
        json!({
            "name": self.name.slug,
            "title": self.name.title,
            "site": self.url,
            "gateway": self.gateway,
            "cloud_id": self.name.cloud_id,
            "email": people::ADA.email,
            "token": people::api_token(self.seed, people::ADA),
            "scoped_token": people::scoped_token(self.seed, people::ADA),
        })
    }
}
