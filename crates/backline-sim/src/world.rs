//! The simulated world: its services and what they share, opened from one folder.

use crate::accounts::Accounts;
use crate::clock::Clock;
use crate::coverage::Coverage;
use crate::exchange::Exchanges;
use crate::fault::Faults;
use crate::github::Github;
use crate::history::History;
use crate::jira::{self, Jira};
use crate::journal::{Journal, Records};
use crate::slack::Slack;
use crate::{accounts, github, slack};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What another process needs to use the simulators: the JSON of `/_sim/info`.
pub type Info = Value;

#[derive(Debug, Clone)]
pub struct Options {
    pub listen: SocketAddr,
    /// Where state is kept; without it nothing survives.
    pub data: Option<PathBuf>,
    /// Draws every id and secret of the world.
    pub seed: u64,
    /// Where a virtual clock begins, in a world that has none yet; absent: the clock follows the system's.
    pub virtual_start: Option<Timestamp>,
    /// How far the search index is behind, in ms.
    pub search_lag_ms: u64,
    /// Callback addresses registered for the OAuth app, compared exactly. Empty: any address on loopback with
    /// the path `/integrations/jira/callback`.
    pub callback_urls: Vec<String>,
    /// How many issues the main project is given before the first request; those made earlier count.
    pub issues: u64,
    /// Jira's rate limits at the start; `/_sim/limits` changes them.
    pub limits: jira::LimitSetting,
    /// Whether requests to Jira and their answers are kept in full, for `/_sim/exchanges`.
    pub keeps_exchanges: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: None,
            seed: 1,
            virtual_start: None,
            search_lag_ms: 1_500,
            callback_urls: Vec::new(),
            issues: 0,
            limits: jira::LimitSetting::default(),
            keeps_exchanges: false,
        }
    }
}

/// The simulated world: its services and what they share.
pub struct World {
    pub url: String,
    pub clock: Arc<Clock>,
    pub history: History,
    pub faults: Arc<Faults>,
    pub coverage: Coverage,
    pub exchanges: Exchanges,
    pub accounts: Arc<Accounts>,
    pub jira: Arc<Jira>,
    pub github: Arc<Github>,
    pub slack: Arc<Slack>,
    pub(crate) journal: Journal,
}

impl World {
    /// Opens every service. `url` is the address under which the router will be reached.
    ///
    /// # Errors
    /// A journal that cannot be read or written.
    pub fn open(options: &Options, url: &str) -> io::Result<Arc<Self>> {
        if let Some(dir) = &options.data {
            std::fs::create_dir_all(dir)?;
        }
        let file = |name: &str| options.data.as_ref().map(|dir| dir.join(name));
        let (journal, mut records) = open_journal(file("sim.journal").as_deref())?;
        let offset_ms = records.take::<i64>("clock")?.first().map_or(0, |(_, ms)| *ms);
        let kept = records.take::<Timestamp>("clock_start")?.first().map(|(_, start)| *start);
        let clock = match kept.or(options.virtual_start) {
            Some(start) => Clock::fixed(start),
            None => Clock::system(0),
        };
        clock.advance(offset_ms);
        let clock = Arc::new(clock);
        let (planned, counts) = open_journal(file("plan.journal").as_deref())?;
        let faults = Arc::new(Faults::open(options.seed, planned, counts)?);
        let (kept, entries) = open_journal(file("history.journal").as_deref())?;
        let accounts = Accounts::open(options, url, clock.clone(), file("accounts.journal").as_deref())?;
        let jira = Jira::open(options, url, clock.clone(), accounts.clone())?;
        let github = Github::open(file("github.journal").as_deref(), options.seed, clock.clone())?;
        let slack = Slack::open(file("slack.journal").as_deref(), clock.clone())?;
        let coverage = Coverage::default();
        for endpoint in [accounts::endpoints(), github::endpoints(), slack::endpoints()].into_iter().flatten()
        {
            coverage.add(endpoint);
        }
        Ok(Arc::new(Self {
            url: url.to_owned(),
            clock,
            history: History::open(kept, entries)?,
            faults,
            coverage,
            exchanges: Exchanges::new(options.keeps_exchanges),
            accounts,
            jira,
            github,
            slack,
            journal,
        }))
    }

    /// Everything that a client needs to know: addresses, credentials, ids.
    pub fn info(&self) -> Info {
        json!({
            "sim": self.url,
            "oauth": self.accounts.info(),
            "jira": self.jira.info(),
            "sites": self.jira.sites_info(),
            "github": self.github.info(&self.url),
            "gitlab": null,
            "slack": self.slack.info(&self.url),
        })
    }

    pub(crate) fn page_links(&self) -> Vec<(&'static str, &'static str)> {
        vec![("/github/", "GitHub: repositories"), ("/slack/", "Slack: messages")]
    }
}

pub(crate) fn open_journal(path: Option<&Path>) -> io::Result<(Journal, Records)> {
    match path {
        Some(path) => Journal::open(path),
        None => Ok((Journal::in_memory(), Records::default())),
    }
}
