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
mod loopback;
mod page;
pub mod people;
pub mod reference;
pub mod slack;
pub mod witness;

pub use fault::{Act, DeadGrant, Entry, Fault, FaultPlan, Garbage, Match, PlanRefused, Problem, Wait, When};

use accounts::Accounts;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use clock::Clock;
use coverage::{Coverage, Endpoint};
use exchange::Exchanges;
use fault::Faults;
use fault::layer::Around;
use github::Github;
use history::History;
use jiff::Timestamp;
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
        let kept = records.take::<Timestamp>("clock_start")?.first().map(|(_, start)| *start);
        let clock = match kept.or(options.virtual_start) {
            Some(start) => Clock::fixed(start),
            None => Clock::system(0),
        };
        clock.advance(offset_ms);
        let clock = Arc::new(clock);
        let faults = Arc::new(Faults::new(options.seed));
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

    fn page_links(&self) -> Vec<(&'static str, &'static str)> {
        vec![("/github/", "GitHub: repositories"), ("/slack/", "Slack: messages")]
    }
}

/// Every service of the world as one router, with history and faults around it.
pub fn router(world: &Arc<World>) -> Router {
    let of = world.clone();
    let unknown = move |method: Method, uri: Uri| std::future::ready(unsupported(&of, &method, &uri));
    let services = Router::new()
        .merge(accounts::router(world))
        .merge(jira::router(world))
        .merge(world.github.clone().router())
        .merge(world.slack.clone().router())
        .merge(control::router(world))
        .method_not_allowed_fallback(unknown.clone())
        .fallback(unknown)
        .layer(from_fn_with_state(world.clone(), count))
        .layer(from_fn(witness::layer));
    let noted = |router: Router| router.layer(from_fn_with_state(world.clone(), history::layer));
    let around = Around { world: world.clone(), inner: noted(services.clone()) };
    noted(services.layer(from_fn_with_state(around, fault::layer::layer)))
}

/// The table of what is simulated, without a world: a client can be held against it.
pub fn endpoints() -> Vec<Endpoint> {
    let coverage = Coverage::default();
    for endpoint in [accounts::endpoints(), github::endpoints(), slack::endpoints()].into_iter().flatten() {
        coverage.add(endpoint);
    }
    jira::cover(&coverage);
    coverage.endpoints()
}

/// Counts a call at its row in the table; Jira's own router does it for its rows.
async fn count(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if let Some(service) = history::service_of(path).filter(|service| *service != "jira") {
        world.coverage.count(service, request.method().as_str(), path);
    }
    next.run(request).await
}

/// What no router knows: admitted and counted where it is a simulated service's, not found elsewhere.
fn unsupported(world: &World, method: &Method, uri: &Uri) -> Response {
    let Some(service) = history::service_of(uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    world.coverage.count_unsupported(method.as_str(), uri.path());
    let text = format!("The simulator of {service} does not have {method} {}.", uri.path());
    (StatusCode::NOT_IMPLEMENTED, axum::Json(json!({"message": text}))).into_response()
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

    /// Puts a plan of faults in force and gives the numbers of its entries.
    ///
    /// # Errors
    /// Every entry that contradicts itself, with its place; then nothing of the plan is in force.
    pub fn plan(&self, plan: impl Into<FaultPlan>) -> Result<Vec<u64>, PlanRefused> {
        self.world.faults.add(plan)
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
        self.world.jira.stop();
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
