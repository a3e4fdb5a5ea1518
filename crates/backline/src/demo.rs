//! The whole product against its own simulators, with real sample reports.
//!
//! Everything goes the way that a user's hand would take it: the OAuth app is configured, the consent page is
//! the simulator's own, reports come in by the one ingest. A second start finds what the first one left.

mod ask;
mod chaos;
mod connected;
mod folder;
mod samples;
mod say;

use crate::config::Config;
use crate::serve::{self, Role};
use anyhow::Context;
use backline_clients::github::GitHub;
use backline_clients::secret::Secret;
use backline_clients::transport::Method;
use backline_core::ids::RepositoryName;
use backline_sim::{Options, Sim};
use folder::Folder;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long the demo's simulated search may lag.
const SEARCH_LAG_MS: u64 = 1_500;
const SEED: u64 = 1;
/// Every sample at once, and then some.
const CREATIONS_PER_HOUR: u32 = 1_000;
/// The e-mail of the demo's only account.
const EMAIL: &str = "demo@backline.example";

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Address and port to answer on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where the demo keeps its data; removed, it begins anew.
    #[arg(long, default_value = "backline-data")]
    data: PathBuf,
    /// Print one line of JSON with every address, the login and a token.
    #[arg(long)]
    json: bool,
    /// Start with Jira connected and one project mapped, without reports.
    #[arg(long)]
    connected: bool,
    /// Tickets that are made in an hour before the others wait for approval; 0 for no limit [default: 1000, connected: 0].
    #[arg(long, value_name = "N")]
    creations_per_hour: Option<u32>,
    /// Use simulators that run already, at this address.
    #[arg(long)]
    sim: Option<String>,
    /// Have requests to the simulated services fail, in shares and at random; started without it, they work again.
    #[arg(long)]
    chaos: bool,
    /// What the demo's process does; the rest is left to `backline serve` on the same PostgreSQL database.
    #[arg(long, value_enum, default_value_t, hide = true)]
    role: Role,
    /// Keep requests to Jira and their answers in full, for a test to check.
    #[arg(long, hide = true)]
    keep_exchanges: bool,
}

impl Arguments {
    /// Scripts that start it connected get as many as they ask for.
    fn per_hour(&self) -> u32 {
        self.creations_per_hour.unwrap_or(if self.connected { 0 } else { CREATIONS_PER_HOUR })
    }
}

pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mut folder = Folder::open(&arguments.data)?;
    let sim = match &arguments.sim {
        Some(_) => None,
        None => Some(simulators(&mut folder, arguments.keep_exchanges).await?),
    };
    let info = match (&sim, &arguments.sim) {
        (Some(sim), _) => sim.info(),
        (None, Some(url)) => {
            ask::json(Method::Get, &format!("{}/_sim/info", url.trim_end_matches('/')), None).await?
        }
        (None, None) => unreachable!("one of the two is there"),
    };
    let sim_url = info["sim"].as_str().context("the simulators do not say where they are")?.to_owned();
    // Faults outlive a restart of the simulators: those of an earlier start end with this one.
    if folder.has_chaos() {
        chaos::end(&sim_url).await?;
        folder.keep_chaos(false)?;
    }
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("cannot listen on {}", arguments.listen))?;
    let ui = format!("http://{}", listener.local_addr()?);
    let app = serve::open(config(&ui, &folder, &info, arguments.per_hour())?, arguments.role).await?;
    let stop = CancellationToken::new();
    let signal = tokio::spawn(serve::stop_on_signal(stop.clone()));
    let serving = tokio::spawn(serve::serve(app.clone(), arguments.role, listener, stop.clone()));
    folder.account(&app).await?;
    let token = folder.token(&app).await?;
    register_webhook(&app, &ui).await;
    if arguments.connected {
        connected::connect(&app).await.context("connecting the demo to its simulated Jira failed")?;
    } else {
        samples::import(&app, &mut folder).await.context("the sample reports could not be imported")?;
    }
    if arguments.chaos {
        folder.keep_chaos(true)?;
        chaos::begin(&sim_url).await.context("the simulators do not take the faults")?;
    }
    let line = line(&ui, &token, &folder, &info);
    folder.note(&line)?;
    match arguments.json {
        true => say::line(&line)?,
        false => say::words(&line, &arguments.data, arguments.chaos)?,
    }
    let served = serving.await.context("the service ended badly")?;
    signal.abort();
    if let Some(sim) = sim {
        sim.stop().await;
    }
    served
}

/// On the port of the first start, so that every address stays as it was.
async fn simulators(folder: &mut Folder, keeps_exchanges: bool) -> anyhow::Result<Sim> {
    let options = Options {
        listen: folder.sim_address()?,
        data: Some(folder.sim()),
        seed: SEED,
        search_lag_ms: SEARCH_LAG_MS,
        keeps_exchanges,
        ..Options::default()
    };
    let sim = Sim::start(options).await.context("the simulators do not start")?;
    folder.keep_sim_address(sim.address())?;
    Ok(sim)
}

/// The configuration of an installation whose Atlassian, GitHub and Slack are the simulators.
fn config(ui: &str, folder: &Folder, info: &Value, per_hour: u32) -> anyhow::Result<Config> {
    let text = |pointer: &str| {
        let found = info.pointer(pointer).and_then(Value::as_str);
        found.with_context(|| format!("the simulators do not say {pointer}")).map(str::to_owned)
    };
    let pairs = [
        ("BACKLINE_LISTEN", ui.trim_start_matches("http://").to_owned()),
        ("BACKLINE_PUBLIC_URL", ui.to_owned()),
        ("BACKLINE_DATA_DIR", folder.path().display().to_string()),
        ("BACKLINE_ATLASSIAN_AUTHORIZE_URL", text("/oauth/authorize_url")?),
        ("BACKLINE_ATLASSIAN_TOKEN_URL", text("/oauth/token_url")?),
        ("BACKLINE_ATLASSIAN_API_URL", text("/oauth/api_url")?),
        ("BACKLINE_ATLASSIAN_CLIENT_ID", text("/oauth/client_id")?),
        ("BACKLINE_ATLASSIAN_CLIENT_SECRET", text("/oauth/client_secret")?),
        ("BACKLINE_GITHUB_API_URL", text("/github/api")?),
        ("BACKLINE_GITHUB_TOKEN", text("/github/backline_token")?),
        ("BACKLINE_GITHUB_WEBHOOK_SECRET", folder.webhook_secret().to_owned()),
        ("BACKLINE_GITHUB_REPOSITORIES", text("/github/repository")?),
        ("BACKLINE_SLACK_WEBHOOK_URL", text("/slack/webhook")?),
        ("BACKLINE_SYNC_CREATIONS_PER_HOUR", per_hour.to_string()),
        ("BACKLINE_SYNC_SETTLE_SECONDS", "5".to_owned()),
        ("BACKLINE_SYNC_LOOK_AGAIN_SECONDS", "10".to_owned()),
        ("BACKLINE_SYNC_GITHUB_POLL_SECONDS", "5".to_owned()),
    ];
    Config::given(&folder.empty_configuration()?, |name| {
        pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    })
}

/// Polling works without it, only later: a failure is said and no more.
async fn register_webhook(app: &crate::app::App, ui: &str) {
    let settings = app.engine.settings();
    let Some(github) = &settings.github else { return };
    let client = GitHub::new(app.engine.transport.clone(), github.api_url.clone(), github.token.clone());
    let secret = github.webhook_secret.clone().unwrap_or_else(|| Secret::new(String::new()));
    for repository in &github.repositories {
        let name = RepositoryName::new(repository.clone());
        let url = format!("{ui}/hooks/github");
        if let Err(error) = client.ensure_hook(&name, &url, &secret, &["pull_request"]).await {
            tracing::warn!(%error, repository, "the webhook was not registered; pull requests are polled");
        }
    }
}

/// The line that scripts read.
fn line(ui: &str, token: &str, folder: &Folder, info: &Value) -> Value {
    let jira = &info["jira"];
    json!({
        "ui": ui,
        "api": format!("{ui}/api/v1"),
        "api_token": token,
        "login": {"email": EMAIL, "password": folder.password()},
        "jira": {
            "site": jira["site"], "gateway": jira["gateway"], "cloud_id": jira["cloud_id"],
            "email": jira["email"], "token": jira["token"], "project": jira["project"],
        },
        "github": {
            "api": info["github"]["api"], "token": info["github"]["token"], "repository": info["github"]["repository"],
        },
        "gitlab": null,
        "slack": {"messages": info["slack"]["messages"]},
        "sim": info["sim"],
    })
}
