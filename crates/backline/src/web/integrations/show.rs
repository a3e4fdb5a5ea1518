//! The Hub itself: one card for each thing that can be connected.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::jira::show::{Standing, site_of};
use crate::web::layout::{Layout, Nav};
use crate::web::session::Session;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use backline_store::connection::ConnectionKind;

#[derive(Template)]
#[template(path = "integrations/show.html")]
struct Page {
    layout: Layout,
    jira: Standing,
    has_app: bool,
    /// The connection in use was made with an account's token, not by consent.
    is_by_token: bool,
    /// Sites besides that want a new consent.
    lost: Vec<String>,
    github: Option<Github>,
    has_slack: bool,
}

struct Github {
    host: String,
    repositories: usize,
    has_webhook: bool,
    poll_seconds: u64,
}

pub async fn show(State(app): State<App>, session: Session) -> Result<Html<String>, PageError> {
    let connection = crate::web::jira::current(&app).await?;
    let projects = crate::web::jira::projects_of(&app, connection.as_ref()).await?;
    let others = crate::web::jira::others(&app, connection.as_ref()).await?;
    let lost = others.iter().filter(|other| !other.is_usable()).map(site_of).collect();
    let settings = app.engine.settings();
    let github = settings.github.as_ref().map(|github| Github {
        host: host_of(&github.api_url),
        repositories: github.repositories.len(),
        has_webhook: github.webhook_secret.is_some(),
        poll_seconds: settings.github_poll.as_secs(),
    });
    let page = Page {
        layout: Layout::load(&app, &session, Nav::Integrations, "Integration Hub").await?,
        jira: Standing::of(connection.as_ref(), projects),
        lost,
        has_app: settings.atlassian.is_some(),
        is_by_token: connection.as_ref().is_some_and(|connection| connection.kind != ConnectionKind::JiraApp),
        github,
        has_slack: settings.slack_webhook.is_some(),
    };
    Ok(Html(page.render()?))
}

/// As people know the host: `github.com` for its API's address.
fn host_of(api_url: &str) -> String {
    let host = api_url.split_once("://").map_or(api_url, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or(host);
    host.strip_prefix("api.").unwrap_or(host).to_owned()
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn a_host_is_named_as_people_know_it() {
        assert_eq!(host_of("https://api.github.com"), "github.com");
        assert_eq!(host_of("https://git.acme.example/api/v3"), "git.acme.example");
    }
}
