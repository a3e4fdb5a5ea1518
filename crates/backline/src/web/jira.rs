//! Jira: connecting a site by consent (the app) or by an account's token, and disconnecting it.

mod callback;
mod connect;
mod disconnect;
pub mod refusal;
mod register;
pub mod scope;
pub mod show;
mod site;
pub mod token;

use crate::app::App;
use crate::web::error::PageError;
use axum::Router;
use axum::routing::{get, post};
use backline_store::connection::{Connection, ConnectionStatus};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/integrations/jira", get(show::show))
        .route("/integrations/jira/app", post(register::register))
        .route("/integrations/jira/connect", post(connect::connect))
        .route("/integrations/jira/callback", get(callback::callback))
        .route("/integrations/jira/token", get(token::show).post(token::save))
        .route("/integrations/jira/site", get(site::show).post(site::choose))
        .route("/integrations/jira/disconnect", get(disconnect::ask).post(disconnect::disconnect))
        .route("/integrations/jira/disconnected", get(disconnect::done))
}

/// The connection that pages speak of: the one in use, else the newest consent that lacks its site, else one that works no
/// more.
pub async fn current(app: &App) -> Result<Option<Connection>, PageError> {
    match app.store.active_connection().await? {
        Some(connection) if connection.is_usable() => Ok(Some(connection)),
        lost => Ok(pending(app).await?.or(lost)),
    }
}

/// Projects that are connected through it.
pub async fn projects_of(app: &App, connection: Option<&Connection>) -> Result<usize, PageError> {
    let Some(connection) = connection else { return Ok(0) };
    let projects = app.store.list_projects().await?;
    Ok(projects.iter().filter(|project| project.connection == connection.id).count())
}

/// The consent for which a site is still to be chosen.
async fn pending(app: &App) -> Result<Option<Connection>, PageError> {
    Ok(app.store.pending_connection(app.now()).await?)
}

/// The other sites that are connected besides.
pub async fn others(app: &App, current: Option<&Connection>) -> Result<Vec<Connection>, PageError> {
    let is_other = |connection: &Connection| {
        matches!(connection.status, ConnectionStatus::Connected | ConnectionStatus::NeedsReconnect { .. })
            && current.is_none_or(|current| current.id != connection.id)
    };
    Ok(app.store.list_connections().await?.into_iter().filter(is_other).collect())
}
