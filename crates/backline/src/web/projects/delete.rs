//! Ends the connection to a project, after saying what becomes of its tickets.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use crate::web::jira::refusal;
use crate::web::layout::{Layout, Nav};
use crate::web::session::{Session, encoded};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Redirect};
use backline_core::ids::ConnectedProjectId;
use backline_core::mapping::ConnectedProject;
use backline_engine::projects;

#[derive(Template)]
#[template(path = "projects/delete.html")]
struct Page {
    layout: Layout,
    id: String,
    name: String,
    tickets: u64,
}

pub async fn ask(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
) -> Result<Html<String>, PageError> {
    let project = load(&app, &id).await?;
    let counts = app.store.subject_counts().await?;
    let layout = Layout::load(&app, &session, Nav::Integrations, "Delete").await?;
    let page = Page {
        layout: layout.under(&[("Integration Hub", "/integrations"), ("Jira (App)", super::LIST)]),
        tickets: counts.get(&project.id).map_or(0, |counts| counts.tickets),
        name: project.place(),
        id,
    };
    Ok(Html(page.render()?))
}

pub async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
    form: SignedForm,
) -> Result<Redirect, PageError> {
    let project = load(&app, &id).await?;
    projects::delete(&app.engine, project.id, &form.session.user.email).await.map_err(refusal::failed)?;
    Ok(Redirect::to(&format!("{}?deleted={}", super::LIST, encoded(&project.place()))))
}

async fn load(app: &App, id: &str) -> Result<ConnectedProject, PageError> {
    let id: ConnectedProjectId = id.parse().map_err(|_| PageError::missing("connected project"))?;
    app.store.load_project(id).await?.ok_or_else(|| PageError::missing("connected project"))
}
