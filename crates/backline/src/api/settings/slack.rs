//! The incoming webhook that hears of failures.

use crate::api::caller::Caller;
use crate::api::problem::{Document, Problem};
use crate::api::tag::{IfMatch, Tag, Tagged};
use crate::app::App;
use crate::web::integrations::settings::{self, Name};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub struct Slack {
    /// The address itself is a secret and is not shown.
    pub has_webhook: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Change {
    /// Null forgets it.
    pub webhook_url: Option<String>,
}

/// Whether Slack is told.
#[utoipa::path(get, path = "/settings/slack", tag = "settings", responses((status = 200, body = Slack)))]
pub async fn show(State(app): State<App>) -> Tagged<Json<Slack>> {
    let slack = now(&app);
    Tagged(Tag::of(&slack), Json(slack))
}

fn now(app: &App) -> Slack {
    Slack { has_webhook: app.engine.settings().slack_webhook.is_some() }
}

/// Change it; takes effect at once. A key of the configuration file wins over what is sent here.
#[utoipa::path(
    put, path = "/settings/slack", tag = "settings", request_body = Change,
    responses(
        (status = 200, body = Slack),
        (status = 412, body = Document, content_type = "application/problem+json"),
        (status = 422, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn save(
    State(app): State<App>,
    caller: Caller,
    wished: IfMatch,
    Json(change): Json<Change>,
) -> Result<Tagged<Json<Slack>>, Problem> {
    let _turn = app.settings_turn.lock().await;
    wished.check(&Tag::of(&now(&app)))?;
    match change.webhook_url.as_deref().map(str::trim) {
        None | Some("") => settings::forget(&app, &[Name::SlackWebhookUrl], &caller.actor()).await?,
        Some(url) if url.starts_with("https://") || url.starts_with("http://127.0.0.1") => {
            settings::save(&app, &[(Name::SlackWebhookUrl, url)], &caller.actor()).await?;
        }
        Some(_) => {
            return Err(Problem::invalid(
                "That is no address of a webhook.",
                "Send the incoming webhook’s address; it begins with https://hooks.slack.com/.",
            ));
        }
    }
    let slack = now(&app);
    Ok(Tagged(Tag::of(&slack), Json(slack)))
}
