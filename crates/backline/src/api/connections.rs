//! Connections: which Jira sites were consented to. Consent needs a person and a
//! browser; a token, and ending a connection, do not.

use super::caller::Caller;
use super::page;
use super::problem::{Document, Problem};
use crate::app::App;
use crate::web::integrations::settings;
use crate::web::jira::token;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use backline_core::ids::ConnectionId;
use backline_engine::connect;
use backline_engine::connect::token::{TokenError, TokenLogin};
use backline_store::connection::{Connection, ConnectionStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub struct Connections {
    pub connections: Vec<ConnectionItem>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionItem {
    pub id: String,
    /// `jira_app`, `jira_token` or `jira_scoped_token`.
    pub kind: &'static str,
    /// `pending`, `connected`, `needs_reconnect` or `disconnected`.
    pub status: &'static str,
    /// Why consent is needed again.
    pub reason: Option<String>,
    pub site: Option<SiteItem>,
    /// Who consented, as Jira names them.
    pub account: Option<String>,
    pub scopes: Vec<String>,
    #[schema(value_type = String)]
    pub connected_at: Timestamp,
    pub connected_by: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SiteItem {
    pub cloud_id: String,
    pub name: String,
    pub url: String,
}

/// All of them, the newest first; disconnected ones too.
#[utoipa::path(get, path = "/connections", tag = "connections", responses((status = 200, body = Connections)))]
pub async fn list(State(app): State<App>) -> Result<Json<Connections>, Problem> {
    let connections = app.store.list_connections().await?.into_iter().map(ConnectionItem::of).collect();
    Ok(Json(Connections { connections }))
}

/// What connects a site without a browser.
#[derive(Deserialize, ToSchema)]
pub struct Login {
    /// The address of a Jira Cloud site, or its cloud id.
    pub site: String,
    pub email: String,
    /// Kept encrypted, never answered.
    pub token: String,
}

/// Connect a site with an account's API token, which is tried first. With consent instead, a browser is needed.
#[utoipa::path(
    post, path = "/connections", tag = "connections", request_body = Login,
    responses(
        (status = 201, body = ConnectionItem),
        (status = 422, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(login): Json<Login>,
) -> Result<(StatusCode, Json<ConnectionItem>), Problem> {
    let login = TokenLogin { site: login.site, email: login.email, token: login.token.into() };
    let id = token::connect(&app, login, &caller.actor()).await.map_err(refused)?;
    let kept = app.store.load_connection(id).await?.ok_or_else(|| Problem::missing("connection"))?;
    Ok((StatusCode::CREATED, Json(ConnectionItem::of(kept))))
}

fn refused(error: TokenError) -> Problem {
    match error {
        TokenError::Store(error) => error.into(),
        error => Problem::invalid(
            format!("Nothing was connected: {error}."),
            "Send the address of a Jira Cloud site, the e-mail of an account and its API token.",
        ),
    }
}

/// Disconnect: the tokens are deleted, tickets and mappings stay.
#[utoipa::path(
    delete, path = "/connections/{id}", tag = "connections", params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 404, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn disconnect(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id: ConnectionId = page::id(&id, "connection")?;
    app.store.load_connection(id).await?.ok_or_else(|| Problem::missing("connection"))?;
    connect::disconnect(&app.engine, id, &caller.actor()).await?;
    settings::refresh(&app).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl ConnectionItem {
    fn of(connection: Connection) -> Self {
        let reason = match &connection.status {
            ConnectionStatus::NeedsReconnect { reason } => Some(reason.clone()),
            _ => None,
        };
        let site = connection.site.map(|site| SiteItem {
            cloud_id: site.cloud_id.to_string(),
            name: site.name,
            url: site.url,
        });
        Self {
            id: connection.id.to_string(),
            kind: connection.kind.word(),
            status: connection.status.word(),
            reason,
            site,
            account: connection.account.map(|person| person.display_name),
            scopes: connection.scopes,
            connected_at: connection.connected_at,
            connected_by: connection.connected_by,
        }
    }
}
