//! The world on a port: its routers as one, and the server that runs until it is stopped.

use crate::around::Around;
use crate::coverage::{Coverage, Endpoint};
use crate::world::{Info, Options, World};
use crate::{FaultPlan, PlanRefused, accounts, control, github, history, jira, slack};
use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::fs::{File, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long a stop waits for requests in flight.
const STOP_WAIT: Duration = Duration::from_secs(2);

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
        .fallback(unknown);
    Router::new().fallback(Around::answer).with_state(Around::new(world.clone(), services))
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

/// What no router knows: admitted and counted where it is a simulated service's, not found elsewhere.
fn unsupported(world: &World, method: &Method, uri: &Uri) -> Response {
    let Some(service) = history::service_of(uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    world.coverage.count_unsupported(method.as_str(), uri.path());
    let text = format!("The simulator of {service} does not have {method} {}.", uri.path());
    (StatusCode::NOT_IMPLEMENTED, axum::Json(json!({"message": text}))).into_response()
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
