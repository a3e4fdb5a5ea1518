//! Jira (API token): the sibling of the app, for sites where nobody may authorize one. What is connected here is used
//! by every later step the same way.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use crate::web::integrations::{network, settings};
use crate::web::layout::{Layout, Nav};
use crate::web::session::Session;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use backline_core::ids::ConnectionId;
use backline_engine::connect::token::{self, Address, TokenError, TokenLogin};

#[derive(Template)]
#[template(path = "jira/token.html")]
struct Page {
    layout: Layout,
    site: String,
    email: String,
    problem: Option<String>,
    /// The site that is connected already, which this would replace.
    connected: Option<String>,
}

impl Page {
    async fn load(app: &App, session: &Session) -> Result<Self, PageError> {
        let layout = Layout::load(app, session, Nav::Integrations, "Jira (API token)").await?;
        let connected = app.store.active_connection().await?.and_then(|connection| connection.site);
        Ok(Self {
            layout: layout.under(&[("Integration Hub", "/integrations")]),
            site: String::new(),
            email: String::new(),
            problem: None,
            connected: connected.map(|site| site.url),
        })
    }
}

pub async fn show(State(app): State<App>, session: Session) -> Result<Html<String>, PageError> {
    Ok(Html(Page::load(&app, &session).await?.render()?))
}

pub async fn save(State(app): State<App>, form: SignedForm) -> Result<Response, PageError> {
    let (site, email) = (form.fields.text("site").to_owned(), form.fields.text("email").to_owned());
    let login = TokenLogin {
        site: site.clone(),
        email: email.clone(),
        token: form.fields.text("token").to_owned().into(),
    };
    match connect(&app, login, &form.session.user.email).await {
        Ok(_) => Ok(Redirect::to("/integrations/jira").into_response()),
        Err(TokenError::Store(error)) => Err(error.into()),
        Err(error) => {
            let page = Page {
                site,
                email,
                problem: Some(error.to_string()),
                ..Page::load(&app, &form.session).await?
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
        }
    }
}

/// Tries a token and keeps it. While it is tried, its site's host may be reached; after that only where it was kept.
pub async fn connect(app: &App, login: TokenLogin, actor: &str) -> Result<ConnectionId, TokenError> {
    let settings = app.engine.settings();
    let address = token::address(&login.site, &settings.jira_gateway)?;
    let mut hosts = network::hosts(&settings);
    if let Address::Site(url) = &address {
        hosts.extend(network::host(url));
    }
    app.network.allow(&hosts);
    let connected = token::connect(&app.engine, address, login, actor).await;
    settings::refresh(app).await?;
    connected
}
