//! Takes the editor's form: refreshes it, refreshes a part of it, or saves it.
//!
//! Invariant: what Jira would refuse is not saved; the last good version stays live and nothing typed is lost.

use super::editor::{self, Checks, Draft};
use super::screen::{self, Screen, Target};
use super::{form, rule};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use crate::web::jira::refusal;
use crate::web::session::encoded;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use backline_core::ids::ConnectedProjectId;
use backline_core::mapping::ConnectedProject;
use backline_engine::failure::Failure;
use backline_engine::projects::{self, SaveError};
use backline_store::StoreError;
use std::sync::Arc;

pub async fn new(State(app): State<App>, form: SignedForm) -> Result<Response, PageError> {
    take(&app, &form, None).await
}

pub async fn existing(
    State(app): State<App>,
    Path(id): Path<String>,
    form: SignedForm,
) -> Result<Response, PageError> {
    let id: ConnectedProjectId = id.parse().map_err(|_| PageError::missing("connected project"))?;
    let known = app.store.load_project(id).await?.ok_or_else(|| PageError::missing("connected project"))?;
    take(&app, &form, Some(known)).await
}

async fn take(app: &App, form: &SignedForm, known: Option<ConnectedProject>) -> Result<Response, PageError> {
    let fields = &form.fields;
    let id = known.as_ref().map(|known| known.id);
    let connection = match &known {
        Some(known) => super::list::connection_of(app, known).await?,
        None => super::list::connection(app).await?,
    };
    let project = known.as_ref().map_or_else(|| fields.text("project"), |known| known.project.id.as_str());
    let target = Target { connection, project, issue_type: fields.text("issue_type") };
    let screen: Arc<Screen> = screen::load(app, target, false).await.map_err(refusal::failed)?;
    let (mapping, rule) = (form::mapping(fields, &screen), rule::read(fields));
    let action = id.map_or_else(|| super::NEW.to_owned(), |id| format!("{}/{id}", super::LIST));
    let draft = Draft {
        connection,
        screen: &screen,
        mapping: &mapping,
        rule: &rule,
        action: &action,
        version: mapping.version,
    };
    let mut page = match fields.text("do") {
        "save" => {
            let wanted = projects::Draft {
                id,
                connection,
                project: screen.project.clone(),
                issue_type: screen.issue_type.clone(),
                rule: rule.clone(),
                mapping: mapping.clone(),
                author: form.session.user.email.clone(),
            };
            let lost = form::lost_statuses(&mapping, &screen);
            let saved = if lost.is_empty() {
                projects::save(&app.engine, wanted).await
            } else {
                Err(SaveError::Refused(lost))
            };
            match saved {
                Ok(saved) => {
                    let name = format!("{} / {}", saved.project.key, saved.issue_type.name);
                    let to = format!("{}?saved={}", super::LIST, encoded(&name));
                    return Ok(Redirect::to(&to).into_response());
                }
                Err(SaveError::Failed(Failure::Store(StoreError::Conflict(thing)))) => {
                    return Err(StoreError::Conflict(thing).into());
                }
                Err(SaveError::Refused(problems)) => {
                    let mut page = editor::page(app, &form.session, &draft, fields).await?;
                    // Saving asks Jira afresh, so it may have found more than the form shows.
                    for problem in problems {
                        if !page.findings.problems.contains(&problem) {
                            page.findings.problems.push(problem);
                        }
                    }
                    page
                }
                Err(SaveError::Failed(failure)) => {
                    let mut page = editor::page(app, &form.session, &draft, fields).await?;
                    page.failure = Some(refusal::explain(&failure));
                    page
                }
            }
        }
        "row" => {
            let row = editor::one_row(app, &draft, fields, fields.text("row")).await;
            return Ok(Html(row.ok_or_else(|| PageError::missing("field"))?.render()?).into_response());
        }
        "stage" => {
            let stage = editor::one_stage(app, &draft, fields, fields.text("row")).await;
            return Ok(Html(stage.ok_or_else(|| PageError::missing("stage"))?.render()?).into_response());
        }
        "checks" => {
            let findings = editor::findings(app, &draft).await?;
            let is_hopeless = editor::is_hopeless(&screen);
            let checks = Checks { findings, screen: &screen, action: &action, is_hopeless };
            return Ok(Html(checks.render()?).into_response());
        }
        _ => {
            return Ok(
                Html(editor::page(app, &form.session, &draft, fields).await?.render()?).into_response()
            );
        }
    };
    page.is_refused = true;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
}
