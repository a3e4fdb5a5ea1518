//! Adds, changes and deletes connected projects.
//!
//! Invariant: what Jira would refuse is not saved; the last good version stays live.

use super::wanted::{Wanted, Whole};
use super::{Listed, answer, load};
use crate::api::caller::Caller;
use crate::api::problem::{Document, Problem};
use crate::api::tag::{IfMatch, Tag, Tagged};
use crate::app::App;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use backline_core::ids::ConnectedProjectId;
use backline_core::mapping::ConnectedProject;
use backline_engine::projects::{self, Draft};
use backline_store::project::Reach;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which tickets a version is for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// `all`, or `new`: those that are there already stay on the version that they have. `all` if left out.
    pub tickets: Option<String>,
}

impl Params {
    pub fn reach(&self) -> Result<Reach, Problem> {
        match self.tickets.as_deref() {
            None | Some("all") => Ok(Reach::AllTickets),
            Some("new") => Ok(Reach::NewTickets),
            Some(_) => Err(Problem::invalid(
                "“tickets” is neither all nor new; nothing was saved.",
                "Use tickets=all for existing tickets too, or tickets=new.",
            )),
        }
    }
}

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
    let saved = save(&app, None, whole, Reach::AllTickets, &caller).await?;
    Ok((StatusCode::CREATED, answer(&app, saved).await?))
}

/// Save the next version; `mapping.version` is the one that was edited.
#[utoipa::path(
    put, path = "/projects/{id}", tag = "projects", params(("id" = String, Path), Params), request_body = Wanted,
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
    Query(params): Query<Params>,
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
    let saved = save(&app, Some(known.id), whole, params.reach()?, &caller).await?;
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
    reach: Reach,
    caller: &Caller,
) -> Result<ConnectedProject, Problem> {
    let draft = draft(id, whole, caller);
    Ok(projects::save(&app.engine, draft, reach).await?)
}

/// A project as a person sent it.
pub fn draft(id: Option<ConnectedProjectId>, whole: Whole, caller: &Caller) -> Draft {
    Draft {
        id,
        connection: whole.connection,
        project: whole.screen.project.clone(),
        issue_type: whole.screen.issue_type.clone(),
        rule: whole.rule,
        mapping: whole.mapping,
        accepts_blocked: whole.accepts_blocked,
        author: caller.actor(),
    }
}
