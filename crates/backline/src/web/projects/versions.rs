//! The versions of a connected project: who saved what and when, in words, and the way back to one of them.

use crate::app::App;
use crate::web::error::{Four, PageError};
use crate::web::form::SignedForm;
use crate::web::jira::refusal;
use crate::web::layout::{Layout, Nav};
use crate::web::part::moment::Moment;
use crate::web::session::{Session, encoded};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use backline_core::ids::ConnectedProjectId;
use backline_core::mapping::ConnectedProject;
use backline_core::mapping::changes::{Change, changes};
use backline_core::mapping::doctor::MappingProblem;
use backline_engine::failure::Failure;
use backline_engine::projects::{self, Back, SaveError};
use backline_store::StoreError;
use backline_store::project::Reach;
use serde::Deserialize;

const PAGE: u64 = 25;

#[derive(Default, Deserialize)]
pub struct Params {
    /// Only versions older than this one.
    before: Option<u32>,
}

#[derive(Template)]
#[template(path = "projects/versions.html")]
struct Page {
    layout: Layout,
    id: String,
    name: String,
    live: u32,
    rows: Vec<Row>,
    /// For the next page; `None` on the last.
    older: Option<u32>,
    refused: Option<Refused>,
}

struct Row {
    version: u32,
    saved: Moment,
    by: String,
    /// `None` for the first version.
    changes: Option<Vec<Change>>,
    /// Tickets that stay on it.
    kept: u64,
}

/// Why a version was not taken up again.
struct Refused {
    version: u32,
    problems: Vec<MappingProblem>,
    /// It can be saved all the same, at the price of tickets that are blocked.
    is_blocking: bool,
    failure: Option<Four>,
}

pub async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
    Query(params): Query<Params>,
) -> Result<Html<String>, PageError> {
    let project = load(&app, &id).await?;
    Ok(Html(page(&app, &session, &project, params, None).await?.render()?))
}

pub async fn restore(
    State(app): State<App>,
    Path((id, version)): Path<(String, String)>,
    form: SignedForm,
) -> Result<Response, PageError> {
    let project = load(&app, &id).await?;
    let version: u32 = version.parse().map_err(|_| PageError::missing("version"))?;
    if form.fields.text("live") != project.mapping.version.to_string() {
        return Err(StoreError::Conflict("the connected project").into());
    }
    let back = Back {
        id: project.id,
        version,
        accepts_blocked: form.fields.has("accept_blocked"),
        author: form.session.user.email.clone(),
    };
    let reach = if form.fields.text("tickets") == "new" { Reach::NewTickets } else { Reach::AllTickets };
    let mut refused = Refused { version, problems: Vec::new(), is_blocking: false, failure: None };
    match projects::restore(&app.engine, back, reach).await {
        Ok(saved) => {
            let name = saved.place();
            return Ok(Redirect::to(&format!("{}?saved={}", super::LIST, encoded(&name))).into_response());
        }
        Err(SaveError::Failed(Failure::Store(error))) => return Err(error.into()),
        Err(SaveError::Failed(failure)) => refused.failure = Some(refusal::explain(&failure)),
        Err(SaveError::Refused(problems)) => refused.problems = problems,
        Err(SaveError::Blocks(verdicts)) => {
            refused.is_blocking = true;
            refused.problems = verdicts.into_iter().map(|verdict| verdict.problem).collect();
        }
    }
    let page = page(&app, &form.session, &project, Params::default(), Some(refused)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
}

async fn load(app: &App, id: &str) -> Result<ConnectedProject, PageError> {
    let id: ConnectedProjectId = id.parse().map_err(|_| PageError::missing("connected project"))?;
    app.store.load_project(id).await?.ok_or_else(|| PageError::missing("connected project"))
}

async fn page(
    app: &App,
    session: &Session,
    project: &ConnectedProject,
    params: Params,
    refused: Option<Refused>,
) -> Result<Page, PageError> {
    // One more than is shown: what the last one changed is told against it.
    let found = app.store.project_history(project.id, params.before, PAGE + 1).await?;
    let kept = app.store.tickets_on_older_versions(project.id).await?;
    let is_more = found.len() as u64 > PAGE;
    let rows = found.iter().enumerate().take(found.len() - usize::from(is_more)).map(|(at, version)| Row {
        version: version.version,
        saved: Moment::of(version.saved_at),
        by: version.saved_by.clone(),
        changes: found.get(at + 1).map(|before| changes(&before.project, &version.project)),
        kept: kept.get(&version.version).copied().unwrap_or(0),
    });
    let rows: Vec<Row> = rows.collect();
    let name = project.place();
    let layout = Layout::load(app, session, Nav::Integrations, "Versions").await?;
    let above = [("Integration Hub", "/integrations"), ("Jira (App)", super::LIST)];
    Ok(Page {
        layout: layout.under(&above),
        id: project.id.to_string(),
        name,
        live: project.mapping.version,
        older: rows.last().filter(|_| is_more).map(|last| last.version),
        rows,
        refused,
    })
}
