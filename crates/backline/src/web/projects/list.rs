//! The Management tab: every connected project, how it fares, and what can be done with it.

use super::rule;
use crate::app::App;
use crate::web::error::{Four, PageError};
use crate::web::jira::show::{Connected, Standing};
use crate::web::layout::{Layout, Nav};
use crate::web::session::Session;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Html;
use backline_core::ids::ConnectionId;
use backline_core::mapping::ConnectedProject;
use backline_core::mapping::drift::Change;
use backline_store::connection::{Connection, ConnectionStatus};
use backline_store::ticket::SubjectCounts;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Params {
    /// Name of a project that was just saved or deleted.
    #[serde(default)]
    saved: String,
    #[serde(default)]
    deleted: String,
}

#[derive(Template)]
#[template(path = "projects/list.html")]
struct Page {
    layout: Layout,
    connected: Option<Connected>,
    rows: Vec<Listed>,
    saved: String,
    deleted: String,
}

struct Listed {
    id: String,
    name: String,
    project: String,
    version: u32,
    rule: String,
    tickets: u64,
    waiting: u64,
    blocked: u64,
    /// Why it cannot be worked on.
    held_up: Option<String>,
    /// What Jira changed since it was saved; the first that breaks it comes first.
    drift: Vec<Change>,
}

pub async fn show(
    State(app): State<App>,
    session: Session,
    Query(params): Query<Params>,
) -> Result<Html<String>, PageError> {
    let connection = app.store.active_connection().await?;
    let mut projects = app.store.list_projects().await?;
    projects.sort_by_key(|project| project.position);
    let counts = app.store.subject_counts().await?;
    let mut held_up = app.store.held_up_projects().await?;
    let mut drifts = app.store.drifts().await?;
    let connected = match Standing::of(connection.as_ref(), projects.len()) {
        Standing::Connected(connected) => Some(connected),
        Standing::NotConnected | Standing::Choosing | Standing::Lost { .. } => None,
    };
    let rows = projects.iter().map(|project| {
        let count = |read: fn(&SubjectCounts) -> u64| counts.get(&project.id).map_or(0, read);
        Listed {
            id: project.id.to_string(),
            name: project.place(),
            project: project.project.name.clone(),
            version: project.mapping.version,
            rule: rule::in_words(&project.rule),
            tickets: count(|counts| counts.tickets),
            waiting: count(|counts| counts.waiting),
            blocked: count(|counts| counts.blocked),
            held_up: held_up.remove(&project.id),
            drift: drifts.remove(&project.id).map(|drift| worst_first(drift.changes)).unwrap_or_default(),
        }
    });
    let layout = Layout::load(&app, &session, Nav::Integrations, "Jira (App)").await?;
    let page = Page {
        layout: layout.under(&[("Integration Hub", "/integrations")]),
        connected,
        rows: rows.collect(),
        saved: params.saved,
        deleted: params.deleted,
    };
    Ok(Html(page.render()?))
}

fn worst_first(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort_by_key(|change| !change.breaks);
    changes
}

/// The connection that projects are read from.
///
/// # Errors
/// A page that leads to connecting, where no site is connected.
pub async fn connected(app: &App) -> Result<Connection, PageError> {
    let connection = app.store.active_connection().await?;
    connection.filter(|connection| connection.status == ConnectionStatus::Connected).ok_or_else(not_connected)
}

fn not_connected() -> PageError {
    PageError::new(
        StatusCode::CONFLICT,
        Four {
            title: "Jira is not connected".into(),
            what: "This page shows what Jira says, and its site is not connected.".into(),
            why: "Nobody has consented yet, the consent was lost, or Jira was disconnected.".into(),
            remedy: "Connect Jira first.".into(),
            kept: "Saved mappings and tickets are unchanged.".into(),
            button: ("/integrations/jira".into(), "Connect Jira".into()),
        },
    )
}

pub async fn connection(app: &App) -> Result<ConnectionId, PageError> {
    connected(app).await.map(|connection| connection.id)
}

/// The connection of a project's own site, whatever other sites are connected besides.
///
/// # Errors
/// As [`connected`].
pub async fn connection_of(app: &App, project: &ConnectedProject) -> Result<ConnectionId, PageError> {
    let own = app.store.load_connection(project.connection).await?;
    match own.filter(Connection::is_usable) {
        Some(own) => Ok(own.id),
        None => Err(not_connected()),
    }
}
