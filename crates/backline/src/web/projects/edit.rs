//! Opens a connected project for editing.

use super::editor::{self, Draft};
use super::screen::{self, Target};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::jira::refusal;
use crate::web::session::Session;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use backline_core::ids::ConnectedProjectId;
use backline_core::mapping::drift;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Params {
    /// Present when Jira shall be read again.
    fresh: Option<String>,
}

pub async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
    Query(params): Query<Params>,
) -> Result<Html<String>, PageError> {
    let id: ConnectedProjectId = id.parse().map_err(|_| PageError::missing("connected project"))?;
    let project = app.store.load_project(id).await?.ok_or_else(|| PageError::missing("connected project"))?;
    let connection = super::list::connection_of(&app, &project).await?;
    let target = Target {
        connection,
        project: project.project.id.as_str(),
        issue_type: project.issue_type.id.as_str(),
    };
    let screen = screen::load(&app, target, params.fresh.is_some()).await.map_err(refusal::failed)?;
    let draft = Draft {
        connection,
        screen: &screen,
        mapping: &project.mapping,
        rule: &project.rule,
        action: &format!("{}/{id}", super::LIST),
        version: project.mapping.version,
        at: 0,
        accepts_blocked: false,
    };
    let mut page = editor::page(&app, &session, &draft, &Fields::default()).await?;
    page.drift = drift::compare(&project, &screen.fields);
    Ok(Html(page.render()?))
}
