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

/// The connection that pages speak of: the one in use, else the newest consent that lacks its site.
pub async fn current(app: &App) -> Result<Option<Connection>, PageError> {
    match app.store.active_connection().await? {
        Some(connection) => Ok(Some(connection)),
        None => pending(app).await,
    }
}

/// The newest consent for which no site is chosen yet.
async fn pending(app: &App) -> Result<Option<Connection>, PageError> {
    let connections = app.store.list_connections().await?;
    Ok(connections.into_iter().find(|connection| connection.status == ConnectionStatus::Pending))
}
