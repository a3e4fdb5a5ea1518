//! One Jira site: its name, its state behind a lock, and the clock that it lives under.

use super::config::Id;
use super::seed;
use super::state::State;
use crate::clock::Clock;
use crate::people::{self, SiteName};
use crate::{Options, open_journal, witness};
use serde_json::{Value, json};
use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
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
    search_lag_ms: u64,
    callback_urls: Vec<String>,
    /// How many people of the crowd the site has.
    crowd: Arc<AtomicUsize>,
    state: Arc<RwLock<State>>,
    examined: Arc<AtomicU64>,
}

impl Site {
    pub fn open(options: &Options, url: &str, name: SiteName, clock: Arc<Clock>) -> io::Result<Arc<Self>> {
        let path = options.data.as_ref().map(|dir| dir.join(format!("jira-{}.journal", name.slug)));
        let (journal, records) = open_journal(path.as_deref())?;
        let config = seed::config(name.slug, options.seed);
        let mut state = State::open(config, journal, records)?;
        state.outbox.seed(options.seed);
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
            search_lag_ms: options.search_lag_ms,
            callback_urls: options.callback_urls.clone(),
            crowd: Arc::default(),
            state: Arc::new(RwLock::new(state)),
            examined: Arc::default(),
        }))
    }

    /// The same site under another name, and so under another address. Who holds the old one reads and writes the
    /// same state.
    pub fn renamed(&self, root: &str, slug: &str, title: &str) -> Self {
        let name = SiteName {
            // Names live as long as the process; an administrator gives few.
            slug: slug.to_owned().leak(),
            title: title.to_owned().leak(),
            cloud_id: self.name.cloud_id.clone(),
        };
        Self {
            url: format!("{root}/sites/{slug}"),
            gateway: self.gateway.clone(),
            name,
            clock: self.clock.clone(),
            seed: self.seed,
            search_lag_ms: self.search_lag_ms,
            callback_urls: self.callback_urls.clone(),
            state: self.state.clone(),
            examined: self.examined.clone(),
            crowd: self.crowd.clone(),
        }
    }

    pub fn is_called(&self, slug: &str, title: &str) -> bool {
        self.name.slug == slug && self.name.title == title
    }

    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().expect("no panic while the state is held")
    }

    pub fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().expect("no panic while the state is held")
    }

    /// The state with the search index as far as it may be by now.
    pub fn read_index(&self) -> RwLockReadGuard<'_, State> {
        let lag_ms = witness::search_lag_ms().unwrap_or(self.search_lag_ms);
        let until_ms = self.clock.now_ms().saturating_sub(i64::try_from(lag_ms).unwrap_or(i64::MAX));
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

    /// Whether the app may have itself called at `url`: below the address of one of its callbacks, if it has any.
    pub fn is_base_of(&self, url: &str) -> bool {
        let origin = |url: &str| reqwest::Url::parse(url).ok().map(|url| url.origin());
        self.callback_urls.is_empty() || self.callback_urls.iter().any(|base| origin(base) == origin(url))
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
