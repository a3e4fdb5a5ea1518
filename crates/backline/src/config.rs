//! Everything that an operator can set, read once at start.
//!
//! Values come from `backline.toml`, then from `BACKLINE_*` variables, which win. This is the only place that
//! reads the environment.
//!
//! Invariant: every key that is read stands in [`keys::KEYS`], and so in `docs/reference/configuration.md`.

mod keys;

pub use keys::help;

use anyhow::Context;
use secrecy::SecretString;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    /// Without a slash at its end. Empty in the file means `http://<listen>`; filled by [`Config::load`].
    #[serde(default)]
    pub public_url: String,
    /// Empty means `<data_dir>/backline.key`; filled by [`Config::load`].
    #[serde(default)]
    pub key_file: PathBuf,
    /// Wins over the key file.
    #[serde(default)]
    pub key: Option<SecretString>,
    pub organization: String,
    pub database: Database,
    pub atlassian: Atlassian,
    pub github: Github,
    pub slack: Slack,
    pub sync: Sync,
    pub limits: Limits,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Of a PostgreSQL database; a SQLite file in `data_dir` where it is absent.
    #[serde(default)]
    pub url: Option<SecretString>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Atlassian {
    pub authorize_url: String,
    pub token_url: String,
    pub api_url: String,
    #[serde(default)]
    pub client_id: Option<String>,
    #[serde(default)]
    pub client_secret: Option<SecretString>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Github {
    pub api_url: String,
    #[serde(default)]
    pub token: Option<SecretString>,
    #[serde(default)]
    pub webhook_secret: Option<SecretString>,
    #[serde(default)]
    pub repositories: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slack {
    #[serde(default)]
    pub webhook_url: Option<SecretString>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sync {
    pub settle_seconds: u32,
    pub look_again_seconds: u32,
    pub jira_poll_seconds: u32,
    pub github_poll_seconds: u32,
    pub metadata_seconds: u32,
    /// 0 for no limit.
    pub creations_per_hour: u32,
    pub workers: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Megabytes of a report as it arrives.
    pub upload_mb_max: usize,
}

impl Config {
    /// Reads `file`, or `backline.toml` in the working directory where it exists, and the environment.
    ///
    /// # Errors
    /// A file that was named and is not there, an unknown key, or a value of another type; the message names it.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        Self::read(file, |name| std::env::var(name).ok())
    }

    /// As given, whatever else is set up beside it; only the pace and the database may come from the environment.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn given(file: &Path, given: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        let variable = |name: &str| {
            let is_taken = name.starts_with("BACKLINE_SYNC_") || name == "BACKLINE_DATABASE_URL";
            is_taken.then(|| std::env::var(name).ok()).flatten()
        };
        Self::read(Some(file), |name| given(name).or_else(|| variable(name)))
    }

    /// The same with the environment as an argument.
    pub fn read(file: Option<&Path>, variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let mut builder = config::Config::builder();
        for key in keys::KEYS {
            if let Some(default) = key.default {
                builder = builder.set_default(key.name, default)?;
            }
        }
        let source = match file {
            Some(path) => config::File::from(path).required(true),
            None => config::File::new("backline.toml", config::FileFormat::Toml).required(false),
        };
        // A section of which nothing is set would be missing instead of empty.
        for alone in ["slack.webhook_url", "database.url"] {
            builder = builder.set_default(alone, None::<String>)?;
        }
        builder = builder.add_source(source);
        for key in keys::KEYS {
            let Some(value) = variable(&key.variable()) else { continue };
            builder = if key.is_list {
                let items: Vec<&str> =
                    value.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
                builder.set_override(key.name, items)?
            } else {
                builder.set_override(key.name, value)?
            };
        }
        let config: Self = builder.build()?.try_deserialize().context("the configuration cannot be read")?;
        Ok(config.completed())
    }

    /// Whether browsers reach us over TLS, so that cookies can be bound to it.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Host and port of the public address.
    pub fn host(&self) -> &str {
        self.public_url.split_once("://").map_or(&self.public_url, |(_, host)| host)
    }

    /// Listens elsewhere; the public address follows where it was not set.
    pub fn listen_on(&mut self, listen: SocketAddr) {
        if self.public_url == format!("http://{}", self.listen) {
            self.public_url = format!("http://{listen}");
        }
        self.listen = listen;
    }

    /// The address that is registered at Atlassian, to the letter.
    pub fn callback_url(&self) -> String {
        format!("{}/integrations/jira/callback", self.public_url)
    }

    /// Another folder for the database, and for the key file where that is in the folder.
    pub fn keep_in(&mut self, data_dir: &Path) {
        if self.key_file == self.data_dir.join("backline.key") {
            self.key_file = data_dir.join("backline.key");
        }
        self.data_dir = data_dir.to_owned();
    }

    fn completed(mut self) -> Self {
        if self.public_url.is_empty() {
            self.public_url = format!("http://{}", self.listen);
        }
        self.public_url.truncate(self.public_url.trim_end_matches('/').len());
        if self.key_file.as_os_str().is_empty() {
            self.key_file = self.data_dir.join("backline.key");
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, keys};
    use expect_test::expect_file;
    use secrecy::ExposeSecret;
    use std::io::Write;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn defaults_are_enough_to_start() {
        let config = Config::read(Some(file("").path()), |_| None).unwrap();
        assert_eq!(config.public_url, "http://127.0.0.1:8080");
        assert_eq!(config.key_file, config.data_dir.join("backline.key"));
        assert!(config.slack.webhook_url.is_none() && config.database.url.is_none() && !config.is_https());
    }

    #[test]
    fn a_variable_wins_over_the_file() {
        let given = file("public_url = \"https://a.example/\"\n[github]\ntoken = \"from file\"\n");
        let config = Config::read(Some(given.path()), |name| match name {
            "BACKLINE_GITHUB_TOKEN" => Some("from environment".into()),
            "BACKLINE_GITHUB_REPOSITORIES" => Some("acme/api, acme/web".into()),
            _ => None,
        })
        .unwrap();
        assert_eq!(config.github.token.unwrap().expose_secret(), "from environment");
        assert_eq!(config.github.repositories, ["acme/api", "acme/web"]);
        assert_eq!(config.public_url, "https://a.example");
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = Config::read(Some(file("[sync]\nworkes = 3\n").path()), |_| None).unwrap_err();
        assert!(format!("{error:#}").contains("workes"), "{error:#}");
    }

    #[test]
    fn the_page_lists_every_key() {
        expect_file!["../../../docs/reference/configuration.md"].assert_eq(&keys::page());
    }
}
