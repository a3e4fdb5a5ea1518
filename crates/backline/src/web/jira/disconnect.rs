//! Ends the connection, after saying what stays and how to revoke the app at Atlassian too.

use super::refusal;
use super::show::{Connected, Standing};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use crate::web::integrations::settings;
use crate::web::layout::{Layout, Nav};
use crate::web::session::Session;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use backline_engine::connect;
use backline_store::connection::{Connection, ConnectionStatus};
use serde::Deserialize;

const ABOVE: [(&str, &str); 2] = [("Integration Hub", "/integrations"), ("Jira (App)", "/integrations/jira")];

#[derive(Template)]
#[template(path = "jira/disconnect.html")]
struct Ask {
    layout: Layout,
    /// Which one, where it is not the one that pages speak of.
    connection: Option<String>,
    /// Absent where consent was lost or a site was never chosen.
    connected: Option<Connected>,
}

#[derive(Deserialize)]
pub struct Params {
    #[serde(default)]
    connection: String,
}

#[derive(Template)]
#[template(path = "jira/disconnected.html")]
struct Done {
    layout: Layout,
}

pub async fn ask(
    State(app): State<App>,
    session: Session,
    Query(params): Query<Params>,
) -> Result<Response, PageError> {
    let connection = meant(&app, &params.connection).await?;
    let projects = super::projects_of(&app, connection.as_ref()).await?;
    let connected = match Standing::of(connection.as_ref(), projects) {
        Standing::NotConnected => return Ok(Redirect::to("/integrations/jira").into_response()),
        Standing::Connected(connected) => Some(connected),
        Standing::Choosing | Standing::Lost { .. } => None,
    };
    let layout = Layout::load(&app, &session, Nav::Integrations, "Disconnect").await?.under(&ABOVE);
    let connection = Some(params.connection).filter(|id| !id.is_empty());
    Ok(Html(Ask { layout, connection, connected }.render()?).into_response())
}

pub async fn disconnect(State(app): State<App>, form: SignedForm) -> Result<Redirect, PageError> {
    if let Some(connection) = meant(&app, form.fields.text("connection")).await? {
        connect::disconnect(&app.engine, connection.id, &form.session.user.email)
            .await
            .map_err(refusal::failed)?;
        settings::refresh(&app).await?;
        tracing::info!(connection = %connection.id, "{} disconnected Jira", form.session.user.email);
    }
    Ok(Redirect::to("/integrations/jira/disconnected"))
}

/// The named connection, else the one that pages speak of.
async fn meant(app: &App, named: &str) -> Result<Option<Connection>, PageError> {
    if named.is_empty() {
        return super::current(app).await;
    }
    let id = named.parse().map_err(|_| PageError::missing("connection"))?;
    let connection = app.store.load_connection(id).await?.ok_or_else(|| PageError::missing("connection"))?;
    Ok(Some(connection).filter(|connection| connection.status != ConnectionStatus::Disconnected))
}

pub async fn done(State(app): State<App>, session: Session) -> Result<Html<String>, PageError> {
    let layout = Layout::load(&app, &session, Nav::Integrations, "Disconnected").await?.under(&ABOVE);
    Ok(Html(Done { layout }.render()?))
}
