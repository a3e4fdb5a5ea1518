//! Adds, changes and deletes connected projects.
//!
//! Invariant: what Jira would refuse is not saved; the last good version stays live.

use super::wanted::{Wanted, Whole};
use super::{Listed, answer, load};
use crate::api::caller::Caller;
use crate::api::problem::{Document, Problem};
use crate::api::tag::{IfMatch, Tag, Tagged};
use crate::app::App;
use crate::web::projects::form::lost_statuses;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use backline_core::ids::ConnectedProjectId;
use backline_core::mapping::ConnectedProject;
use backline_engine::projects::{self, Draft};

/// Connect a project. Without a mapping, the proposed one is saved if Jira would take it.
#[utoipa::path(
    post, path = "/projects", tag = "projects", request_body = Wanted,
    responses(
        (status = 201, body = Listed),
        (status = 409, body = Document, content_type = "application/problem+json"),
        (status = 422, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(wanted): Json<Wanted>,
) -> Result<(StatusCode, Tagged<Json<Listed>>), Problem> {
    let mut whole = wanted.complete(&app, None).await?;
    whole.mapping.version = 0;
    let saved = save(&app, None, whole, &caller).await?;
    Ok((StatusCode::CREATED, answer(&app, saved).await?))
}

/// Save the next version; `mapping.version` is the one that was edited.
#[utoipa::path(
    put, path = "/projects/{id}", tag = "projects", params(("id" = String, Path)), request_body = Wanted,
    responses(
        (status = 200, body = Listed),
        (status = 404, body = Document, content_type = "application/problem+json"),
        (status = 409, body = Document, content_type = "application/problem+json"),
        (status = 412, body = Document, content_type = "application/problem+json"),
        (status = 422, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn update(
    State(app): State<App>,
    caller: Caller,
    wished: IfMatch,
    Path(id): Path<String>,
    Json(wanted): Json<Wanted>,
) -> Result<Tagged<Json<Listed>>, Problem> {
    let known = load(&app, &id).await?;
    wished.check(&Tag::of(&known))?;
    if wanted.mapping.is_none() {
        return Err(Problem::invalid(
            "The mapping is missing; nothing was saved.",
            "Send the whole project as GET answers it, with your changes.",
        ));
    }
    let whole = wanted.complete(&app, Some(known.connection)).await?;
    let saved = save(&app, Some(known.id), whole, &caller).await?;
    answer(&app, saved).await
}

/// Delete a project's configuration; its tickets stay in Jira as they are.
#[utoipa::path(
    delete, path = "/projects/{id}", tag = "projects", params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 404, body = Document, content_type = "application/problem+json"),
        (status = 412, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    wished: IfMatch,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let project = load(&app, &id).await?;
    wished.check(&Tag::of(&project))?;
    projects::delete(&app.engine, project.id, &caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn save(
    app: &App,
    id: Option<ConnectedProjectId>,
    whole: Whole,
    caller: &Caller,
) -> Result<ConnectedProject, Problem> {
    let lost = lost_statuses(&whole.mapping, &whole.screen);
    if !lost.is_empty() {
        return Err(Problem::mapping(lost));
    }
    let draft = Draft {
        id,
        connection: whole.connection,
        project: whole.screen.project.clone(),
        issue_type: whole.screen.issue_type.clone(),
        rule: whole.rule,
        mapping: whole.mapping,
        accepts_blocked: whole.accepts_blocked,
        author: caller.actor(),
    };
    Ok(projects::save(&app.engine, draft).await?)
}
