//! Simulators of Atlassian accounts, a Jira Cloud site, GitHub and Slack as small servers.
//!
//! Imports no other Backline crate: a simulator that shares our types shares our mistakes. Real state, kept in
//! a journal per service, so a killed process goes on where it was.
//!
//! This file is the shell: it opens the services, puts their routers together and serves them on one port.

pub mod accounts;
pub mod clock;
mod control;
pub mod coverage;
pub mod exchange;
pub mod fault;
pub mod github;
pub mod history;
mod ids;
pub mod jira;
pub mod journal;
mod page;
pub mod people;
pub mod slack;

use accounts::Accounts;
use axum::Router;
use axum::middleware::from_fn_with_state;
use clock::Clock;
use coverage::Coverage;
use exchange::Exchanges;
use fault::Faults;
use github::Github;
use history::History;
use jira::Jira;
use journal::{Journal, Records};
use serde_json::{Value, json};
use slack::Slack;
use std::fs::{File, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// What another process needs to use the simulators: the JSON of `/_sim/info`.
pub type Info = Value;

/// How long a stop waits for requests in flight.
const STOP_WAIT: Duration = Duration::from_secs(2);

#[derive(Debug, Clone)]
pub struct Options {
    pub listen: SocketAddr,
    /// Where state is kept; without it nothing survives.
    pub data: Option<PathBuf>,
    /// Draws every id and secret of the world.
    pub seed: u64,
    /// How far the search index is behind, in ms.
    pub search_lag_ms: u64,
    /// Callback addresses registered for the OAuth app, compared exactly. Empty: any address on loopback with
    /// the path `/integrations/jira/callback`.
    pub callback_urls: Vec<String>,
    /// Whether requests to Jira and their answers are kept in full, for `/_sim/exchanges`.
    pub keeps_exchanges: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: None,
            seed: 1,
            search_lag_ms: 1_500,
            callback_urls: Vec::new(),
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
    journal: Journal,
}

/// Takes a folder for this process.
///
/// # Errors
/// [`io::ErrorKind::ResourceBusy`] where another process has it.
fn claim(folder: &Path) -> io::Result<File> {
    std::fs::create_dir_all(folder)?;
    let file = File::create(folder.join("sim.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let text = format!("other simulators work with {}", folder.display());
            Err(io::Error::new(io::ErrorKind::ResourceBusy, text))
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
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
        let clock = Arc::new(Clock::system(offset_ms));
        let faults = Arc::new(Faults::default());
        let accounts = Accounts::open(options, url, clock.clone(), file("accounts.journal").as_deref())?;
        let jira = Jira::open(options, url, clock.clone(), faults.clone(), accounts.clone())?;
        let github = Github::open(file("github.journal").as_deref(), options.seed)?;
        let slack = Slack::open(file("slack.journal").as_deref())?;
        Ok(Arc::new(Self {
            url: url.to_owned(),
            clock,
            history: History::default(),
            faults,
            coverage: Coverage::default(),
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

    fn page_links(&self) -> Vec<(&'static str, &'static str)> {
        vec![("/github/", "GitHub: repositories"), ("/slack/", "Slack: messages")]
    }
}

/// Every service of the world as one router, with history and faults around it.
pub fn router(world: &Arc<World>) -> Router {
    Router::new()
        .merge(accounts::router(world))
        .merge(jira::router(world))
        .merge(world.github.clone().router())
        .merge(world.slack.clone().router())
        .merge(control::router(world))
        .layer(from_fn_with_state(world.clone(), fault::act::layer))
        .layer(from_fn_with_state(world.clone(), history::layer))
}

pub(crate) fn open_journal(path: Option<&Path>) -> io::Result<(Journal, Records)> {
    match path {
        Some(path) => Journal::open(path),
        None => Ok((Journal::in_memory(), Records::default())),
    }
}

/// Running simulators. Dropping it without [`Sim::stop`] leaves the server running until the runtime ends.
pub struct Sim {
    address: SocketAddr,
    world: Arc<World>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
    /// Two processes that wrote one journal would lose each other's records.
    _claim: Option<File>,
}

impl Sim {
    /// Opens the state and serves; ready when this returns.
    ///
    /// # Errors
    /// The address is taken, or a journal cannot be opened.
    pub async fn start(options: Options) -> io::Result<Self> {
        let claim = options.data.as_deref().map(claim).transpose()?;
        let listener = TcpListener::bind(options.listen).await?;
        let address = listener.local_addr()?;
        let world = World::open(&options, &format!("http://{address}"))?;
        let app = router(&world);
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            let shutdown = async move {
                // A dropped sender must not stop the server, only a sent message does.
                if stopped.await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            axum::serve(listener, app).with_graceful_shutdown(shutdown).await
        });
        Ok(Self { address, world, stop, server, _claim: claim })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:9090`, without a slash at the end.
    pub fn url(&self) -> String {
        self.world.url.clone()
    }

    pub fn info(&self) -> Info {
        self.world.info()
    }

    /// The world behind the server: its clock, faults and history.
    pub fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// Stops listening, waits a moment for requests in flight and frees the port.
    pub async fn stop(self) {
        self.world.github.stop();
        let abort = self.server.abort_handle();
        let _ = self.stop.send(());
        if tokio::time::timeout(STOP_WAIT, self.server).await.is_err() {
            abort.abort();
        }
        // Requests that a planned fault goes on with after their connection was closed.
        self.world.faults.late.close();
        let _ = tokio::time::timeout(STOP_WAIT, self.world.faults.late.wait()).await;
    }
}
