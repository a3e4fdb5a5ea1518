//! How GitHub is reached, and which repositories are followed.

use crate::api::caller::Caller;
use crate::api::problem::{Document, Problem};
use crate::api::tag::{IfMatch, Tag, Tagged};
use crate::app::App;
use crate::web::integrations::settings::{self, Name};
use crate::web::reports::upload::repository;
use axum::Json;
use axum::extract::State;
use backline_clients::transport::is_safe_for_secrets;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub struct Github {
    pub api_url: Option<String>,
    pub has_token: bool,
    pub has_webhook_secret: bool,
    pub repositories: Vec<String>,
}

/// What is left out stays as it is. A key of the configuration file wins over what is sent here.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Change {
    pub api_url: Option<String>,
    pub token: Option<String>,
    pub webhook_secret: Option<String>,
    pub repositories: Option<Vec<String>>,
}

/// How GitHub is reached now.
#[utoipa::path(get, path = "/settings/github", tag = "settings", responses((status = 200, body = Github)))]
pub async fn show(State(app): State<App>) -> Tagged<Json<Github>> {
    let github = now(&app);
    Tagged(Tag::of(&github), Json(github))
}

fn now(app: &App) -> Github {
    let settings = app.engine.settings();
    let github = settings.github.as_ref();
    Github {
        api_url: github.map(|github| github.api_url.clone()),
        has_token: github.is_some(),
        has_webhook_secret: github.is_some_and(|github| github.webhook_secret.is_some()),
        repositories: github.map(|github| github.repositories.clone()).unwrap_or_default(),
    }
}

/// Change it; takes effect at once.
#[utoipa::path(
    put, path = "/settings/github", tag = "settings", request_body = Change,
    responses(
        (status = 200, body = Github),
        (status = 412, body = Document, content_type = "application/problem+json"),
        (status = 422, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn save(
    State(app): State<App>,
    caller: Caller,
    wished: IfMatch,
    Json(change): Json<Change>,
) -> Result<Tagged<Json<Github>>, Problem> {
    if let Some(url) = &change.api_url
        && !is_safe_for_secrets(url)
    {
        return Err(Problem::invalid("GitHub’s address is no https address.", "Use https://api.github.com."));
    }
    let repositories = change.repositories.map(names).transpose()?;
    let typed = [
        (Name::GithubApiUrl, change.api_url),
        (Name::GithubToken, change.token),
        (Name::GithubWebhookSecret, change.webhook_secret),
        (Name::GithubRepositories, repositories),
    ];
    let typed: Vec<(Name, &str)> =
        typed.iter().filter_map(|(name, text)| Some((*name, text.as_deref()?))).collect();
    let _turn = app.settings_turn.lock().await;
    wished.check(&Tag::of(&now(&app)))?;
    settings::save(&app, &typed, &caller.actor()).await?;
    let github = now(&app);
    Ok(Tagged(Tag::of(&github), Json(github)))
}

fn names(sent: Vec<String>) -> Result<String, Problem> {
    let named = sent.iter().map(|text| {
        let known = repository(text.trim()).map(|name| name.to_string());
        known.ok_or_else(|| {
            let text: String = text.chars().take(40).collect();
            Problem::invalid(format!("“{text}” is no owner/name."), "Name each repository as owner/name.")
        })
    });
    Ok(named.collect::<Result<Vec<_>, _>>()?.join("\n"))
}
