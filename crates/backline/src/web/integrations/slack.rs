//! Slack: the incoming webhook that hears of failures, and a message to try it.

use super::settings::{self, Name};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use crate::web::layout::{Layout, Nav};
use crate::web::session::Session;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use backline_clients::slack::{self, SlackMessage};
use backline_clients::transport::is_safe_for_secrets;

#[derive(Template)]
#[template(path = "integrations/slack.html")]
struct Page {
    layout: Layout,
    has_webhook: bool,
    /// The address stands in the configuration, which wins over this form.
    is_configured: bool,
    problem: Option<&'static str>,
    outcome: Option<Outcome>,
}

/// What became of a test message.
enum Outcome {
    Sent,
    Refused(String),
}

impl Page {
    async fn load(app: &App, session: &Session) -> Result<Self, PageError> {
        let layout = Layout::load(app, session, Nav::Integrations, "Slack").await?;
        Ok(Self {
            layout: layout.under(&[("Integration Hub", "/integrations")]),
            has_webhook: app.engine.settings().slack_webhook.is_some(),
            is_configured: app.config.slack.webhook_url.is_some(),
            problem: None,
            outcome: None,
        })
    }
}

pub async fn show(State(app): State<App>, session: Session) -> Result<Html<String>, PageError> {
    Ok(Html(Page::load(&app, &session).await?.render()?))
}

pub async fn save(State(app): State<App>, form: SignedForm) -> Result<Response, PageError> {
    let url = form.fields.text("webhook_url");
    if !is_safe_for_secrets(url) {
        let mut page = Page::load(&app, &form.session).await?;
        page.problem = Some("Paste the webhook’s address; it begins with https://hooks.slack.com/.");
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response());
    }
    settings::save(&app, &[(Name::SlackWebhookUrl, url)], &form.session.user.email).await?;
    Ok(Redirect::to("/integrations/slack").into_response())
}

pub async fn test(State(app): State<App>, form: SignedForm) -> Result<Response, PageError> {
    let mut page = Page::load(&app, &form.session).await?;
    let settings = app.engine.settings();
    let Some(webhook) = &settings.slack_webhook else {
        return Ok(Redirect::to("/integrations/slack").into_response());
    };
    let message = SlackMessage {
        headline: "Backline can reach this channel".to_owned(),
        fields: Vec::new(),
        reason: format!("{} sent it from the Integration Hub.", form.session.user.name),
        remedy: String::new(),
        buttons: vec![("Open Backline".to_owned(), format!("{}/integrations", app.config.public_url))],
        context: String::new(),
    };
    page.outcome = Some(match slack::post(app.engine.transport.as_ref(), webhook, &message).await {
        Ok(()) => Outcome::Sent,
        Err(error) => Outcome::Refused(error.to_string()),
    });
    Ok(Html(page.render()?).into_response())
}

pub async fn forget(State(app): State<App>, form: SignedForm) -> Result<Redirect, PageError> {
    settings::forget(&app, &[Name::SlackWebhookUrl], &form.session.user.email).await?;
    Ok(Redirect::to("/integrations"))
}
