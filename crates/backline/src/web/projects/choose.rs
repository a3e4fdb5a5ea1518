//! Adds a project: from the list of those that the connected site shows, then its issue type and mapping, which is
//! proposed or copied from one that is connected.

use super::copy;
use super::editor::{self, Draft};
use super::screen::{self, Screen, Target};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::jira::refusal;
use crate::web::layout::{Layout, Nav};
use crate::web::session::{Session, encoded};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use backline_core::ids::ConnectedProjectId;
use backline_core::jira::issue::JiraProject;
use backline_core::mapping::propose;
use backline_core::mapping::rule::Rule;
use backline_core::mapping::{ConnectedProject, Mapping};
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
    /// Of the connected project whose mapping is copied; empty for a new one.
    #[serde(default)]
    copy: String,
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
    /// Id and name of what is copied.
    copied: Option<(String, String)>,
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
    let copied = copied(&app, &params.copy).await?;
    if params.project.is_empty() {
        return list(&app, &session, params, copied).await;
    }
    let connection = super::list::connection(&app).await?;
    let target = Target { connection, project: &params.project, issue_type: &params.issue_type };
    let screen = screen::load(&app, target, params.fresh.is_some()).await.map_err(refusal::failed)?;
    let (screen, fitted) = match &copied {
        None => (screen, None),
        Some(copied) => {
            let issue_type = match params.issue_type.as_str() {
                "" => copy::issue_type(copied, &screen),
                chosen => chosen,
            };
            let target = Target { issue_type, ..target };
            let screen = screen::load(&app, target, false).await.map_err(refusal::failed)?;
            let fitted = copy::onto(&app, copied, connection, &screen).await?;
            (screen, Some(fitted))
        }
    };
    let (mapping, left) = match fitted {
        Some(fitted) => (fitted.mapping, fitted.left),
        None => (proposed(&screen), Vec::new()),
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
    let mut page = editor::page(&app, &session, &draft, &Fields::default()).await?;
    page.copied = copied.map(|copied| (copied.place(), left));
    Ok(Html(page.render()?))
}

fn proposed(screen: &Screen) -> Mapping {
    Mapping {
        version: 0,
        fields: propose::propose(&screen.fields),
        lifecycle: propose::lifecycle::propose(&screen.statuses, screen.resolution.as_ref()),
        closing: propose::closing::propose(screen.resolution.as_ref()),
        ..Mapping::default()
    }
}

/// The connected project whose mapping is copied; `None` where none is.
async fn copied(app: &App, id: &str) -> Result<Option<ConnectedProject>, PageError> {
    if id.is_empty() {
        return Ok(None);
    }
    let missing = || PageError::missing("connected project");
    let id: ConnectedProjectId = id.parse().map_err(|_| missing())?;
    app.store.load_project(id).await?.ok_or_else(missing).map(Some)
}

async fn list(
    app: &App,
    session: &Session,
    params: Params,
    copied: Option<ConnectedProject>,
) -> Result<Html<String>, PageError> {
    let connection = super::list::connected(app).await?;
    let id = connection.id;
    let page = metadata::projects(&app.engine, connection.id, &params.q, params.at)
        .await
        .map_err(refusal::failed)?;
    let connected = app.store.list_projects().await?;
    let layout = Layout::load(app, session, Nav::Integrations, "Add Project").await?;
    let count = page.projects.len() as u64;
    let rows = page.projects.into_iter().map(|project| {
        // An id means another project on another site.
        let mine = connected.iter().filter(|known| known.connection == id && known.project.id == project.id);
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
        copied: copied.map(|copied| (copied.id.to_string(), copied.place())),
    };
    Ok(Html(page.render()?))
}

/// Projects of one page, as the client asks for them.
const PAGE: u64 = 50;
