//! Has everything looked at now, and waits for the end of it where that is wished.

use super::client::{Address, Client};
use super::out::{print, print_json};
use super::{Exit, Failed};
use backline_clients::transport::Method;
use std::time::Duration;

const LOOK_AGAIN: Duration = Duration::from_millis(250);

#[derive(Debug, clap::Args)]
#[command(after_help = super::exit::HELP)]
pub struct Arguments {
    /// Return only when nothing is left to do.
    #[arg(long)]
    wait: bool,
    /// With --wait: give up after so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    wait_max: u32,
    /// Print one line of JSON: how much was marked.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    address: Address,
}

pub async fn run(arguments: Arguments) -> Result<(), Failed> {
    let client = Client::open(&arguments.address)?;
    let marked = client.send(Method::Post, "/sync", None).await?;
    if arguments.wait {
        let limit = Duration::from_secs(arguments.wait_max.into());
        tokio::time::timeout(limit, settled(&client)).await.map_err(|_| {
            Failed::new(
                Exit::Unreachable,
                format!("work was still left after {} s", arguments.wait_max),
                "Look at `backline plan` for what waits, or wait longer.",
            )
        })??;
    }
    if arguments.json {
        return print_json(&marked);
    }
    let end = if arguments.wait { " and nothing is left to do" } else { "" };
    print(&format!("{} tickets and repositories were marked{end}.\n", marked["due"]))
}

async fn settled(client: &Client) -> Result<(), Failed> {
    loop {
        let depth = client.get("/queue").await?;
        if depth["due"] == 0 && depth["leased"] == 0 && depth["waiting"] == 0 {
            return Ok(());
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
