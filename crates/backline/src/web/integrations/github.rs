//! GitHub: address, token, webhook secret and the repositories to follow.

use super::settings::{self, Name};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::{Fields, SignedForm};
use crate::web::layout::{Layout, Nav};
use crate::web::session::Session;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use backline_clients::transport::is_safe_for_secrets;

const NAMES: [Name; 4] =
    [Name::GithubApiUrl, Name::GithubToken, Name::GithubWebhookSecret, Name::GithubRepositories];

#[derive(Template)]
#[template(path = "integrations/github.html")]
struct Page {
    layout: Layout,
    api_url: String,
    /// One a line.
    repositories: String,
    has_token: bool,
    has_webhook_secret: bool,
    hook_url: String,
    /// The token stands in the configuration, which wins over this form.
    is_configured: bool,
    problems: Vec<(&'static str, String)>,
}

impl Page {
    async fn load(app: &App, session: &Session) -> Result<Self, PageError> {
        let settings = app.engine.settings();
        let github = settings.github.as_ref();
        let layout = Layout::load(app, session, Nav::Integrations, "GitHub").await?;
        Ok(Self {
            layout: layout.under(&[("Integration Hub", "/integrations")]),
            api_url: github
                .map_or_else(|| app.config.github.api_url.clone(), |github| github.api_url.clone()),
            repositories: github.map_or_else(String::new, |github| github.repositories.join("\n")),
            has_token: github.is_some(),
            has_webhook_secret: github.is_some_and(|github| github.webhook_secret.is_some()),
            hook_url: format!("{}/hooks/github", app.config.public_url),
            is_configured: app.config.github.token.is_some(),
            problems: Vec::new(),
        })
    }

    fn problem(&self, field: &str) -> Option<&str> {
        self.problems.iter().find(|(name, _)| *name == field).map(|(_, text)| text.as_str())
    }
}

pub async fn show(State(app): State<App>, session: Session) -> Result<Html<String>, PageError> {
    Ok(Html(Page::load(&app, &session).await?.render()?))
}

pub async fn save(State(app): State<App>, form: SignedForm) -> Result<Response, PageError> {
    let mut page = Page::load(&app, &form.session).await?;
    let fields = &form.fields;
    page.problems = check(fields, page.has_token);
    if !page.problems.is_empty() {
        page.api_url = fields.text("api_url").to_owned();
        page.repositories = fields.text("repositories").to_owned();
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response());
    }
    let repositories = names(fields.text("repositories")).join("\n");
    let api_url = fields.text("api_url").trim_end_matches('/');
    let mut typed = vec![(Name::GithubApiUrl, api_url), (Name::GithubRepositories, repositories.as_str())];
    // A secret that is left empty stays as it is.
    for (name, field) in [(Name::GithubToken, "token"), (Name::GithubWebhookSecret, "webhook_secret")] {
        if !fields.text(field).is_empty() {
            typed.push((name, fields.text(field)));
        }
    }
    settings::save(&app, &typed, &form.session.user.email).await?;
    Ok(Redirect::to("/integrations").into_response())
}

pub async fn forget(State(app): State<App>, form: SignedForm) -> Result<Redirect, PageError> {
    settings::forget(&app, &NAMES, &form.session.user.email).await?;
    Ok(Redirect::to("/integrations"))
}

fn check(fields: &Fields, has_token: bool) -> Vec<(&'static str, String)> {
    let mut problems = Vec::new();
    let url = fields.text("api_url");
    if !is_safe_for_secrets(url) {
        problems.push(("api_url", "Type an address that begins with https://".to_owned()));
    }
    if fields.text("token").is_empty() && !has_token {
        problems.push(("token", "Paste a token that may read and write pull requests.".to_owned()));
    }
    for name in names(fields.text("repositories")) {
        let is_full = name.split('/').count() == 2 && name.split('/').all(|part| !part.is_empty());
        if !is_full {
            problems.push(("repositories", format!("“{name}” is no repository: write owner/name.")));
        }
    }
    problems
}

fn names(text: &str) -> Vec<&str> {
    text.split([' ', ',', '\n', '\r', '\t']).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::web::form::Fields;

    fn refused(url: &str, token: &str, repositories: &str) -> Vec<&'static str> {
        let pairs = [("api_url", url), ("token", token), ("repositories", repositories)];
        let fields = Fields::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        check(&fields, false).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn a_token_goes_over_tls_or_loopback_only() {
        assert!(refused("https://api.github.com", "t", "acme/api, acme/web").is_empty());
        assert!(refused("http://127.0.0.1:9090/github/api/v3", "t", "").is_empty());
        assert_eq!(refused("http://git.example", "", "api"), ["api_url", "token", "repositories"]);
    }
}
