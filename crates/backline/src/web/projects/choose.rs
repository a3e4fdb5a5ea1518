//! Adds a project: from the list of those that the connected site shows, then its issue type and mapping.

use super::editor::{self, Draft};
use super::screen::{self, Target};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::jira::refusal;
use crate::web::layout::{Layout, Nav};
use crate::web::session::{Session, encoded};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use backline_core::jira::issue::JiraProject;
use backline_core::mapping::Mapping;
use backline_core::mapping::propose;
use backline_core::mapping::rule::Rule;
use backline_engine::metadata;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Params {
    /// Looked for in keys and names.
    #[serde(default)]
    q: String,
    #[serde(default)]
    at: u64,
    /// Id or key; with it the mapping is opened.
    #[serde(default)]
    project: String,
    #[serde(default)]
    issue_type: String,
    fresh: Option<String>,
}

#[derive(Template)]
#[template(path = "projects/choose.html")]
struct Page {
    layout: Layout,
    site: String,
    query: String,
    query_encoded: String,
    rows: Vec<Choosable>,
    first: u64,
    last: u64,
    previous: Option<u64>,
    next: Option<u64>,
}

struct Choosable {
    project: JiraProject,
    /// Issue types that are connected already.
    connected: String,
}

pub async fn show(
    State(app): State<App>,
    session: Session,
    Query(params): Query<Params>,
) -> Result<Html<String>, PageError> {
    if params.project.is_empty() {
        return list(&app, &session, params).await;
    }
    let connection = super::list::connection(&app).await?;
    let target = Target { connection, project: &params.project, issue_type: &params.issue_type };
    let screen = screen::load(&app, target, params.fresh.is_some()).await.map_err(refusal::failed)?;
    let mapping = Mapping {
        version: 0,
        fields: propose::propose(&screen.fields),
        lifecycle: propose::lifecycle::propose(&screen.statuses, screen.resolution.as_ref()),
        ..Mapping::default()
    };
    let draft = Draft {
        connection,
        screen: &screen,
        mapping: &mapping,
        rule: &Rule::default(),
        action: super::NEW,
        version: 0,
        at: 0,
        accepts_blocked: false,
    };
    let page = editor::page(&app, &session, &draft, &Fields::default()).await?;
    Ok(Html(page.render()?))
}

async fn list(app: &App, session: &Session, params: Params) -> Result<Html<String>, PageError> {
    let connection = super::list::connected(app).await?;
    let page = metadata::projects(&app.engine, connection.id, &params.q, params.at)
        .await
        .map_err(refusal::failed)?;
    let connected = app.store.list_projects().await?;
    let layout = Layout::load(app, session, Nav::Integrations, "Add Project").await?;
    let count = page.projects.len() as u64;
    let rows = page.projects.into_iter().map(|project| {
        let mine = connected.iter().filter(|connected| connected.project.id == project.id);
        let types: Vec<&str> = mine.map(|connected| connected.issue_type.name.as_str()).collect();
        Choosable { connected: types.join(", "), project }
    });
    let page = Page {
        layout: layout.under(&[("Integration Hub", "/integrations"), ("Jira (App)", super::LIST)]),
        site: connection.site.map_or_else(String::new, |site| site.url),
        query_encoded: encoded(&params.q),
        query: params.q,
        rows: rows.collect(),
        first: if count == 0 { 0 } else { params.at + 1 },
        last: params.at + count,
        previous: params.at.checked_sub(PAGE).or((params.at > 0).then_some(0)),
        next: page.next,
    };
    Ok(Html(page.render()?))
}

/// Projects of one page, as the client asks for them.
const PAGE: u64 = 50;
