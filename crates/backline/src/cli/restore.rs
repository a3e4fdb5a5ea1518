//! Puts the database of a backup in its place. What was made at Jira since is looked for before anything is made.

use super::backup::{Place, database, failed};
use super::out::{print, print_json};
use super::{Exit, Failed};
use crate::serve::key;
use backline_engine::clock::{Clock, SystemClock};
use backline_store::{RandomIds, Store, backup};
use jiff::Timestamp;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, clap::Args)]
#[command(after_help = super::exit::HELP)]
pub struct Arguments {
    /// A file that `backline backup` wrote.
    #[arg(value_name = "FILE", required_unless_present = "made_at")]
    from: Option<PathBuf>,
    /// Move a database that is there aside.
    #[arg(long, conflicts_with = "made_at")]
    replace: bool,
    /// Restore nothing, and only say that the database, which was brought back by other means, is of this time.
    #[arg(long, value_name = "TIME", conflicts_with = "from")]
    made_at: Option<Timestamp>,
    /// Print one line of JSON: of when the database is, and where an earlier one went.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

pub async fn run(arguments: Arguments) -> Result<(), Failed> {
    let config = arguments.place.config()?;
    let keys = key::existing(&config)?;
    let now = SystemClock.now();
    let (made_at, aside) = match (arguments.made_at, &arguments.from) {
        (None, Some(from)) => {
            if config.database.url.is_some() {
                let remedy =
                    "Restore PostgreSQL with pg_restore, then run `backline restore --made-at TIME`.";
                return Err(Failed::new(Exit::Refused, "this database is not a file", remedy));
            }
            let restored = backup::restore(from, &keys, &database(&config), arguments.replace, now).await;
            let (header, aside) = restored.map_err(failed)?;
            (header.made_at, aside)
        }
        (Some(made_at), _) => {
            let store = match &config.database.url {
                Some(url) => Store::connect(url, keys, Arc::new(RandomIds)).await,
                None if !database(&config).exists() => {
                    return Err(failed(backup::BackupError::NoDatabase(database(&config))));
                }
                None => Store::open(&database(&config), keys, Arc::new(RandomIds)).await,
            };
            let store = store.map_err(anyhow::Error::from)?;
            store.mark_restored(made_at, now).await.map_err(anyhow::Error::from)?;
            store.close().await;
            (made_at, None)
        }
        (None, None) => unreachable!("clap asks for one of them"),
    };
    let aside = aside.map(|path| path.display().to_string());
    if arguments.json {
        return print_json(&json!({"made_at": made_at, "moved_aside": aside}));
    }
    let moved = aside.map(|path| format!("What was there before is {path}.\n")).unwrap_or_default();
    print(&format!(
        "The database is as of {made_at}. {moved}Tickets that were made after that are looked for at the next start, \
         before any is made. Connect Jira again if it asks for it: a token that was used since is not in the backup.\n"
    ))
}
