//! Writes a sealed copy of the database beside a running Backline.

use super::out::{print, print_json};
use super::{Exit, Failed};
use crate::config::Config;
use crate::serve::key;
use backline_engine::clock::{Clock, SystemClock};
use backline_store::StoreError;
use backline_store::backup::{self, BackupError};
use serde_json::json;
use std::path::{Path, PathBuf};

const DUMP: &str = "Back PostgreSQL up with pg_dump; after pg_restore run `backline restore --made-at TIME`, so that no \
    ticket is made twice.";

#[derive(Debug, clap::Args)]
#[command(after_help = super::exit::HELP)]
pub struct Arguments {
    /// The file to write; `backline-TIME.backup` in the working directory if left out. It must not be there yet.
    #[arg(value_name = "FILE")]
    to: Option<PathBuf>,
    /// Print one line of JSON: the file, its size and when it was made.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Which database is meant.
#[derive(Debug, clap::Args)]
pub struct Place {
    /// The configuration file; `backline.toml` in the working directory if left out.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder of the database and of the key file, over what the configuration says.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Place {
    pub fn config(&self) -> Result<Config, Failed> {
        let mut config = Config::load(self.config.as_deref())?;
        if let Some(data) = &self.data {
            config.keep_in(data);
        }
        Ok(config)
    }
}

pub async fn run(arguments: Arguments) -> Result<(), Failed> {
    let config = arguments.place.config()?;
    if config.database.url.is_some() {
        return Err(Failed::new(Exit::Refused, "this database is not a file", DUMP));
    }
    let keys = key::existing(&config)?;
    let now = SystemClock.now();
    let to = arguments
        .to
        .unwrap_or_else(|| PathBuf::from(format!("backline-{}.backup", now.strftime("%Y%m%dT%H%M%SZ"))));
    let made = backup::back_up(&database(&config), &keys, &to, env!("CARGO_PKG_VERSION"), now).await;
    let header = made.map_err(failed)?;
    let bytes = std::fs::metadata(&to).map_or(0, |file| file.len());
    if arguments.json {
        return print_json(
            &json!({"file": to.display().to_string(), "bytes": bytes, "made_at": header.made_at}),
        );
    }
    print(&format!(
        "{} holds the database as of {}. It opens with the key file only: keep a copy of that elsewhere.\n",
        to.display(),
        header.made_at
    ))
}

pub fn database(config: &Config) -> PathBuf {
    Path::new(&config.data_dir).join("backline.db")
}

pub fn failed(error: BackupError) -> Failed {
    let (exit, remedy) = match &error {
        BackupError::Exists(_) => (
            Exit::Conflict,
            "Name another file, or move that one away; `backline restore --replace` moves a database aside itself.",
        ),
        BackupError::NoDatabase(_) => {
            (Exit::Refused, "Name its folder with --data, or its configuration with --config.")
        }
        BackupError::NoBackup => (Exit::Refused, "Name a file that `backline backup` wrote."),
        BackupError::Cut | BackupError::Damaged { .. } => {
            (Exit::Refused, "Take another copy of it, or an older backup.")
        }
        BackupError::OtherKey(_) => (
            Exit::Refused,
            "Put the key file that the backup was made with in its place (key_file), or name it in BACKLINE_KEY.",
        ),
        BackupError::Store(StoreError::InUse(_)) => {
            (Exit::Conflict, "Stop the Backline that works with it first.")
        }
        BackupError::Store(StoreError::NewerSchema(_)) => {
            (Exit::Refused, "Restore it with the version that wrote it.")
        }
        BackupError::DamagedDatabase(_) => {
            (Exit::Fault, "Restore an earlier backup, and keep the damaged file.")
        }
        _ => (Exit::Fault, "Nothing was changed; mend the cause and run it again."),
    };
    Failed::new(exit, error.to_string(), remedy)
}
