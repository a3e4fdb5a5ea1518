//! One Jira site: its name, its state behind a lock, and the clock and faults that it lives under.

use super::seed;
use super::state::State;
use crate::clock::Clock;
use crate::fault::Faults;
use crate::people::{self, SiteName};
use crate::{Options, open_journal};
use serde_json::{Value, json};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

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
    /// How many people of the crowd the site has.
    crowd: AtomicUsize,
    state: RwLock<State>,
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
        Ok(Arc::new(Self {
            url: format!("{url}/sites/{}", name.slug),
            gateway: format!("{url}/api/ex/jira/{}", name.cloud_id),
            name,
            clock,
            seed: options.seed,
            faults,
            search_lag_ms: options.search_lag_ms,
            crowd: AtomicUsize::new(0),
            state: RwLock::new(State::open(config, journal, records)?),
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

    pub fn crowd(&self) -> usize {
        self.crowd.load(Ordering::Relaxed)
    }

    /// Lets so many people in beside the seeded ones, until the next start.
    pub fn let_in(&self, size: usize) {
        self.crowd.store(size, Ordering::Relaxed);
    }

    /// What another process needs to use this site.
    pub fn info(&self) -> Value {
        // Teams stand in no list of the API: people take their ids from the addresses of their pages.
        let state = self.read();
        let teams = state.config.teams.iter().map(|team| json!({"id": team.id, "name": team.name}));
        json!({
            "teams": teams.collect::<Vec<_>>(),
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
