//! The overview tab: what Backline asks for and why, and how the connection stands.

use super::scope::{self, Scope};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::layout::{Layout, Nav};
use crate::web::session::Session;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use backline_store::connection::{Connection, ConnectionStatus};

#[derive(Template)]
#[template(path = "jira/show.html")]
struct Page {
    layout: Layout,
    state: Standing,
    /// Sites that are connected besides the one that the page speaks of.
    others: Vec<Other>,
    scopes: &'static [Scope],
    callback_url: String,
    /// Client id and secret are known, so the page does not ask for them.
    has_app: bool,
}

struct Other {
    id: String,
    site: String,
    works: bool,
}

/// How the connection stands, with what the page says of it.
pub enum Standing {
    NotConnected,
    /// A consent was given and covers several sites.
    Choosing,
    Connected(Connected),
    /// It was connected, and works no more until somebody consents again.
    Lost {
        site: String,
        /// A sentence without its stop.
        reason: String,
    },
}

pub struct Connected {
    pub site: String,
    pub site_url: String,
    pub account: String,
    pub scopes_granted: usize,
    pub connected_by: String,
    pub connected_on: String,
    pub projects: usize,
}

/// The host of its site.
pub fn site_of(connection: &Connection) -> String {
    connection.site.as_ref().map_or_else(String::new, |site| host(&site.url).to_owned())
}

fn host(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, host)| host)
}

impl Standing {
    pub fn of(connection: Option<&Connection>, projects: usize) -> Self {
        let Some(connection) = connection else { return Self::NotConnected };
        let url = connection.site.as_ref().map_or("", |site| site.url.as_str());
        let host = host(url).to_owned();
        match &connection.status {
            ConnectionStatus::Disconnected => Self::NotConnected,
            ConnectionStatus::Pending => Self::Choosing,
            ConnectionStatus::NeedsReconnect { reason } => Self::Lost {
                site: host,
                reason: format!("Atlassian refused to renew it: {}", reason.trim_end_matches('.')),
            },
            ConnectionStatus::Connected => Self::Connected(Connected {
                site: host,
                site_url: url.to_owned(),
                account: connection
                    .account
                    .as_ref()
                    .map_or_else(String::new, |person| person.display_name.clone()),
                scopes_granted: scope::ALL
                    .iter()
                    .filter(|scope| connection.scopes.iter().any(|granted| granted == scope.name))
                    .count(),
                connected_by: connection.connected_by.clone(),
                connected_on: connection.connected_at.strftime("%-d %B %Y, %H:%M UTC").to_string(),
                projects,
            }),
        }
    }

    pub fn is_usable(&self) -> bool {
        matches!(self, Self::Connected(_))
    }
}

pub async fn show(State(app): State<App>, session: Session) -> Result<Html<String>, PageError> {
    let connection = crate::web::jira::current(&app).await?;
    let projects = super::projects_of(&app, connection.as_ref()).await?;
    let layout = Layout::load(&app, &session, Nav::Integrations, "Jira (App)").await?;
    let others = super::others(&app, connection.as_ref()).await?;
    let other = |connection: Connection| Other {
        id: connection.id.to_string(),
        site: site_of(&connection),
        works: connection.is_usable(),
    };
    let page = Page {
        others: others.into_iter().map(other).collect(),
        layout: layout.under(&[("Integration Hub", "/integrations")]),
        state: Standing::of(connection.as_ref(), projects),
        scopes: scope::ALL,
        callback_url: app.config.callback_url(),
        has_app: app.engine.settings().atlassian.is_some(),
    };
    Ok(Html(page.render()?))
}
