//! What every step of the loop works with.

use crate::clock::{Clock, Randomness};
use crate::grant::Grants;
use crate::ledger::Ledger;
use crate::pace::Pace;
use crate::recover::found::Found;
use backline_clients::oauth::OAuthApp;
use backline_clients::secret::Secret;
use backline_clients::transport::Transport;
use backline_core::ids::RepositoryName;
use backline_core::sla::Policy;
use backline_store::Store;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::Notify;

/// Where nothing else is configured.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// Shared by all workers; cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// What the loop itself reads and writes.
    pub ledger: Arc<dyn Ledger>,
    /// The database, for what is not the loop's: reports, mappings, consent, pull requests.
    pub store: Store,
    pub transport: Arc<dyn Transport>,
    pub clock: Arc<dyn Clock>,
    pub randomness: Arc<dyn Randomness>,
    settings: Arc<RwLock<Arc<Settings>>>,
    /// After how long what is blocked is looked at again by itself, first; the wait doubles with each look.
    pub look_again: Duration,
    pub grants: Arc<Grants>,
    pub pace: Arc<Pace>,
    /// What walks after lost creates came upon.
    pub found: Arc<Found>,
    /// Held while a report is read.
    pub reading: Arc<tokio::sync::Mutex<()>>,
    /// Rung when something became due, so that nobody waits for the next look.
    pub wake: Arc<Notify>,
    has_peers: bool,
}

impl Context {
    pub fn new(
        store: Store,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
        settings: Settings,
    ) -> Self {
        Self {
            ledger: Arc::new(store.clone()),
            store,
            transport,
            clock,
            randomness,
            settings: Arc::new(RwLock::new(Arc::new(settings))),
            look_again: LOOK_AGAIN,
            grants: Arc::default(),
            pace: Arc::default(),
            found: Arc::default(),
            reading: Arc::default(),
            wake: Arc::default(),
            has_peers: false,
        }
    }

    /// The same as one of several that share a store which is no database of many processes: replicas of a simulation.
    pub fn with_peers(self) -> Self {
        Self { has_peers: true, ..self }
    }

    /// Whether others, which share nothing with this one but the store, may be at work beside it.
    pub fn has_peers(&self) -> bool {
        self.has_peers || self.store.is_shared()
    }

    /// The same with the loop on another ledger: a model, or one that fails on demand.
    pub fn with_ledger(self, ledger: Arc<dyn Ledger>) -> Self {
        Self { ledger, ..self }
    }

    /// The same with another first wait before what is blocked is looked at again.
    pub fn with_look_again(self, look_again: Duration) -> Self {
        Self { look_again, ..self }
    }

    /// As they are now; a step that began under older ones ends under them.
    pub fn settings(&self) -> Arc<Settings> {
        self.settings.read().expect("no panic while the settings are held").clone()
    }

    /// Takes effect for everything that begins from now on.
    pub fn replace_settings(&self, settings: Settings) {
        *self.settings.write().expect("no panic while the settings are held") = Arc::new(settings);
        self.wake.notify_one();
    }
}

/// What an operator configures.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `https://backline.example`, without a slash at the end: for links in tickets and messages.
    pub public_url: String,
    /// The organisation's own OAuth app at Atlassian; `None` until it is configured.
    pub atlassian: Option<OAuthApp>,
    /// `https://api.atlassian.com`, where tokens with scopes are taken.
    pub jira_gateway: String,
    /// Addresses of the sites that take an account's token themselves.
    pub jira_sites: Vec<String>,
    /// How long a create whose answer was lost may still land.
    pub settle: Duration,
    /// How often a site is asked for changes of people.
    pub jira_poll: Duration,
    /// How often repositories are asked for changed pull requests.
    pub github_poll: Duration,
    /// Time between two looks at the fields of a project.
    pub metadata_every: Duration,
    /// Tickets of a project that are made in an hour without a person's approval; `None` for as many as there are.
    pub creations_per_hour: Option<u32>,
    /// Subjects that are worked on at the same time.
    pub workers: usize,
    pub github: Option<GitHubSettings>,
    pub sla: Policy,
    pub slack_webhook: Option<Secret<String>>,
}

#[derive(Debug, Clone)]
pub struct GitHubSettings {
    /// `https://api.github.com`, or `https://HOST/api/v3`.
    pub api_url: String,
    pub token: Secret<String>,
    pub webhook_secret: Option<Secret<String>>,
    /// `owner/name`, each polled; what comes of others is left alone.
    pub repositories: Vec<String>,
}

impl GitHubSettings {
    /// Whether a repository is on the list: nothing is read from any other, and nothing written there.
    pub fn follows(&self, repository: &RepositoryName) -> bool {
        self.repositories.iter().any(|name| name.eq_ignore_ascii_case(repository.as_str()))
    }
}
