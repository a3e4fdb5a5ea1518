//! What is typed into pages instead of into the configuration; the configuration wins.
//!
//! Names in the store are the names of the configuration's keys. Every save is followed by new settings for
//! the engine, so that what was typed takes effect at once.

use super::network;
use crate::app::App;
use crate::config::Config;
use crate::web::error::PageError;
use backline_clients::oauth::OAuthApp;
use backline_core::ids::RepositoryName;
use backline_core::sla::Policy;
use backline_engine::connect::{OPTIONAL_SCOPES, SCOPES};
use backline_engine::{GitHubSettings, Settings};
use backline_store::connection::ConnectionKind;
use backline_store::work::{Due, Priority, WorkKey};
use backline_store::{Store, StoreError};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// Settings that are typed into pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    AtlassianClientId,
    AtlassianClientSecret,
    GithubApiUrl,
    GithubToken,
    GithubWebhookSecret,
    GithubRepositories,
    SlackWebhookUrl,
}

impl Name {
    fn word(self) -> &'static str {
        match self {
            Self::AtlassianClientId => "atlassian.client_id",
            Self::AtlassianClientSecret => "atlassian.client_secret",
            Self::GithubApiUrl => "github.api_url",
            Self::GithubToken => "github.token",
            Self::GithubWebhookSecret => "github.webhook_secret",
            Self::GithubRepositories => "github.repositories",
            Self::SlackWebhookUrl => "slack.webhook_url",
        }
    }

    fn is_secret(self) -> bool {
        matches!(
            self,
            Self::AtlassianClientSecret
                | Self::GithubToken
                | Self::GithubWebhookSecret
                | Self::SlackWebhookUrl
        )
    }
}

/// Saves what was typed, each under its name, and hands the engine the result.
pub async fn save(app: &App, typed: &[(Name, &str)], by: &str) -> Result<(), PageError> {
    let now = app.now();
    for (name, text) in typed {
        if name.is_secret() {
            app.store.save_secret(name.word(), SecretString::from(*text), by, now).await?;
        } else {
            app.store.save_setting(name.word(), (*text).into(), by, now).await?;
        }
    }
    refresh(app).await?;
    let is_slack_new = typed.iter().any(|(name, _)| *name == Name::SlackWebhookUrl);
    if is_slack_new {
        app.store.tell_untold(now).await?;
        app.engine.wake.notify_one();
    }
    Ok(())
}

/// Hands the engine what is configured, typed and connected now, and lets it reach just the hosts of that.
pub async fn refresh(app: &App) -> Result<(), StoreError> {
    let settings = effective(&app.config, &app.store).await?;
    follow(&app.store, &settings, app.now()).await?;
    app.network.allow(&network::hosts(&settings));
    app.engine.replace_settings(settings);
    Ok(())
}

/// The same after a change by another process, which has made due what is.
pub async fn take_up(app: &App) -> Result<(), StoreError> {
    let settings = effective(&app.config, &app.store).await?;
    app.network.allow(&network::hosts(&settings));
    app.engine.replace_settings(settings);
    Ok(())
}

/// The name under which the days of the SLA are kept.
const SLA: &str = "sla";

/// Keeps other days for the SLA and hands them to the engine.
pub async fn save_sla(app: &App, policy: Policy, by: &str) -> Result<(), StoreError> {
    let value = serde_json::to_value(policy).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    app.store.save_setting(SLA, value, by, app.now()).await?;
    app.engine.replace_settings(effective(&app.config, &app.store).await?);
    Ok(())
}

/// What was typed, else the usual days; what cannot be read is not guessed at.
async fn sla(store: &Store) -> Result<Policy, StoreError> {
    match store.load_setting(SLA).await? {
        None => Ok(Policy::default()),
        Some(value) => serde_json::from_value(value).map_err(|error| StoreError::Corrupt(error.to_string())),
    }
}

/// Forgets settings, as if they had never been typed.
pub async fn forget(app: &App, names: &[Name], by: &str) -> Result<(), PageError> {
    let now = app.now();
    for name in names {
        app.store.delete_setting(name.word(), by, now).await?;
    }
    app.engine.replace_settings(effective(&app.config, &app.store).await?);
    Ok(())
}

/// Makes every repository due for a look; from then on each look says when the next one is.
pub async fn follow(store: &Store, settings: &Settings, now: Timestamp) -> Result<(), StoreError> {
    let Some(github) = &settings.github else { return Ok(()) };
    let due = |name: &String| Due {
        key: WorkKey::PollGithub(RepositoryName::new(name.to_lowercase())),
        site: None,
        at: now,
        priority: Priority::Check,
        reason: "it is followed".to_owned(),
    };
    store.mark_due(github.repositories.iter().map(due).collect()).await
}

/// What the engine works with: the configuration, and where it is silent what was typed.
pub async fn effective(config: &Config, store: &Store) -> Result<Settings, StoreError> {
    let typed = Typed { store };
    let client_id = match &config.atlassian.client_id {
        Some(id) => Some(id.clone()),
        None => typed.text(Name::AtlassianClientId).await?,
    };
    let client_secret = match &config.atlassian.client_secret {
        Some(secret) => Some(secret.clone()),
        None => typed.secret(Name::AtlassianClientSecret).await?,
    };
    let atlassian = client_id.zip(client_secret).map(|(client_id, client_secret)| OAuthApp {
        client_id,
        client_secret: client_secret.into(),
        authorize_url: config.atlassian.authorize_url.clone(),
        token_url: config.atlassian.token_url.clone(),
        api_url: config.atlassian.api_url.clone(),
        redirect_uri: config.callback_url(),
        scopes: SCOPES.iter().chain(&OPTIONAL_SCOPES).map(|scope| (*scope).to_owned()).collect(),
    });
    let slack = match &config.slack.webhook_url {
        Some(url) => Some(url.clone()),
        None => typed.secret(Name::SlackWebhookUrl).await?,
    };
    Ok(Settings {
        public_url: config.public_url.clone(),
        atlassian,
        jira_sites: jira_sites(store).await?,
        jira_gateway: config.atlassian.api_url.trim_end_matches('/').to_owned(),
        settle: Duration::from_secs(config.sync.settle_seconds.into()),
        jira_poll: Duration::from_secs(config.sync.jira_poll_seconds.into()),
        github_poll: Duration::from_secs(config.sync.github_poll_seconds.into()),
        metadata_every: Duration::from_secs(config.sync.metadata_seconds.into()),
        creations_per_hour: Some(config.sync.creations_per_hour).filter(|most| *most > 0),
        workers: config.sync.workers,
        github: github(config, &typed).await?,
        sla: sla(store).await?,
        slack_webhook: slack.map(Into::into),
    })
}

async fn jira_sites(store: &Store) -> Result<Vec<String>, StoreError> {
    let connections = store.list_connections().await?.into_iter();
    let taken = connections
        .filter(|connection| connection.kind == ConnectionKind::JiraToken && connection.is_usable())
        .filter_map(|connection| connection.site.map(|site| site.url));
    Ok(taken.collect())
}

async fn github(config: &Config, typed: &Typed<'_>) -> Result<Option<GitHubSettings>, StoreError> {
    let token = match &config.github.token {
        Some(token) => Some(token.clone()),
        None => typed.secret(Name::GithubToken).await?,
    };
    let Some(token) = token else { return Ok(None) };
    let webhook_secret = match &config.github.webhook_secret {
        Some(secret) => Some(secret.clone()),
        None => typed.secret(Name::GithubWebhookSecret).await?,
    };
    let repositories = if config.github.repositories.is_empty() {
        let text = typed.text(Name::GithubRepositories).await?.unwrap_or_default();
        text.split_whitespace().map(str::to_owned).collect()
    } else {
        config.github.repositories.clone()
    };
    Ok(Some(GitHubSettings {
        api_url: typed.text(Name::GithubApiUrl).await?.unwrap_or_else(|| config.github.api_url.clone()),
        token: token.into(),
        webhook_secret: webhook_secret.map(Into::into),
        repositories,
    }))
}

struct Typed<'s> {
    store: &'s Store,
}

impl Typed<'_> {
    async fn text(&self, name: Name) -> Result<Option<String>, StoreError> {
        let value = self.store.load_setting(name.word()).await?;
        Ok(value.and_then(|value| value.as_str().map(str::to_owned)).filter(|text| !text.is_empty()))
    }

    async fn secret(&self, name: Name) -> Result<Option<SecretString>, StoreError> {
        Ok(self.store.load_secret(name.word()).await?.filter(|secret| !secret.expose_secret().is_empty()))
    }
}
