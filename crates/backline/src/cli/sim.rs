//! Runs the simulators alone, so that either side of the demo can be stopped by itself.

use super::out::{print, print_json};
use super::{Exit, Failed};
use crate::serve::stop_on_signal;
use backline_sim::jira::LimitSetting;
use backline_sim::{Options, Sim};
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio_util::sync::CancellationToken;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Address and port to answer on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9090")]
    listen: SocketAddr,
    /// Folder that keeps what happens; made if absent. A second start goes on from it.
    #[arg(long, value_name = "DIR", default_value = "backline-data/simulators")]
    data: PathBuf,
    /// The same number gives the same tokens and ids in an empty folder.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Milliseconds until Jira's search shows what was written.
    #[arg(long, value_name = "MS", default_value_t = SEARCH_LAG_MS)]
    search_lag_ms: u64,
    /// How many issues the main Jira project has at the start; the same ones for the same seed.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=ISSUES_MAX))]
    issues: u64,
    /// Refuse what a real site's rate limits would refuse, until POST /_sim/limits says otherwise.
    #[arg(long)]
    limits: bool,
    /// Print one line of JSON when ready: {"sim": "http://…"}.
    #[arg(long)]
    json: bool,
    /// Keep requests to Jira and their answers in full at /_sim/exchanges.
    #[arg(long)]
    keep_exchanges: bool,
}

/// As on a busy site.
const SEARCH_LAG_MS: u64 = 2_000;
/// A million of them take about two gigabytes.
const ISSUES_MAX: u64 = 1_000_000;

pub async fn run(arguments: Arguments) -> Result<(), Failed> {
    let options = Options {
        listen: arguments.listen,
        data: Some(arguments.data),
        seed: arguments.seed,
        search_lag_ms: arguments.search_lag_ms,
        issues: arguments.issues,
        limits: LimitSetting { enabled: arguments.limits, ..LimitSetting::default() },
        keeps_exchanges: arguments.keep_exchanges,
        ..Options::default()
    };
    let sim = Sim::start(options).await.map_err(|error| not_started(arguments.listen, &error))?;
    if arguments.json {
        print_json(&serde_json::json!({ "sim": sim.url() }))?;
    } else {
        let url = sim.url();
        print(&format!(
            "The simulators answer at {url}\n  Credentials: {url}/_sim/info\n  Ctrl-C stops them; a second start goes on.\n"
        ))?;
    }
    let stop = CancellationToken::new();
    stop_on_signal(stop).await;
    sim.stop().await;
    Ok(())
}

fn not_started(listen: SocketAddr, error: &std::io::Error) -> Failed {
    if error.kind() == std::io::ErrorKind::AddrInUse {
        return Failed::new(
            Exit::Conflict,
            format!("the simulators cannot listen on {listen}: another program does"),
            "Stop that program, or choose another address with --listen.",
        );
    }
    if error.kind() == std::io::ErrorKind::ResourceBusy {
        let remedy = "Stop the other ones first, or choose another folder with --data.";
        return Failed::new(Exit::Conflict, error.to_string(), remedy);
    }
    Failed::new(Exit::Fault, format!("the simulators did not start on {listen}: {error}"), "")
}
