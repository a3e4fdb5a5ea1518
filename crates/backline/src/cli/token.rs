//! Makes, lists and revokes API tokens.

use super::Failed;
use super::client::{Address, Client};
use super::out::{plain, print, print_json};
use backline_clients::transport::Method;
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Debug, clap::Args)]
#[command(after_help = super::exit::HELP)]
pub struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Make a token; it is printed once.
    Create(Create),
    /// List the tokens, without their secrets.
    List(List),
    /// Revoke a token; its next request is refused.
    Revoke(Revoke),
}

#[derive(Debug, clap::Args)]
struct Create {
    /// What it is for, such as "nightly scan".
    #[arg(long)]
    name: String,
    /// What it may do: report:write, read, plan or admin. Can be given several times.
    #[arg(long = "scope", required = true, value_parser = ["report:write", "read", "plan", "admin"])]
    scopes: Vec<String>,
    /// Days until it ends, at most 365.
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    expires_in_days: u16,
    /// Print one line of JSON instead of the token alone.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    address: Address,
}

#[derive(Debug, clap::Args)]
struct List {
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    address: Address,
}

#[derive(Debug, clap::Args)]
struct Revoke {
    /// The id as the list shows it.
    id: String,
    #[command(flatten)]
    address: Address,
}

pub async fn run(arguments: Arguments) -> Result<(), Failed> {
    match arguments.act {
        Act::Create(create) => make(create).await,
        Act::List(arguments) => list(arguments).await,
        Act::Revoke(arguments) => revoke(arguments).await,
    }
}

async fn make(create: Create) -> Result<(), Failed> {
    let client = Client::open(&create.address)?;
    let new =
        json!({"name": create.name, "scopes": create.scopes, "expires_in_days": create.expires_in_days});
    let made = client.send(Method::Post, "/tokens", Some(&new)).await?;
    if create.json {
        return print_json(&made);
    }
    eprintln!("It is shown this once; keep it where secrets are kept.");
    print(&format!("{}\n", made["token"].as_str().unwrap_or_default()))
}

async fn list(arguments: List) -> Result<(), Failed> {
    let answer = Client::open(&arguments.address)?.get("/tokens").await?;
    if arguments.json {
        return print_json(&answer);
    }
    let lines = answer["tokens"].as_array().into_iter().flatten().map(line);
    print(&lines.collect::<String>())
}

async fn revoke(arguments: Revoke) -> Result<(), Failed> {
    let client = Client::open(&arguments.address)?;
    let path = format!("/tokens/{}", super::client::encoded(&arguments.id));
    client.send(Method::Delete, &path, None).await?;
    print("Revoked.\n")
}

fn line(token: &Value) -> String {
    let text = |name: &str| plain(token[name].as_str().unwrap_or_default());
    let scopes: Vec<&str> =
        token["scopes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let end = match (token["revoked_at"].as_str(), token["expires_at"].as_str()) {
        (Some(at), _) => format!("revoked {at}"),
        (None, Some(at)) => format!("until {at}"),
        (None, None) => "does not end".to_owned(),
    };
    format!("{}  {}  {}  {end}\n", text("id"), text("name"), scopes.join(","))
}
