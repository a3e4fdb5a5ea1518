//! A copy of a mapping for another project or issue type: a draft to look at, change and send. Saves nothing.

use super::load;
use super::wanted::Wanted;
use crate::api::problem::{Document, Problem};
use crate::app::App;
use crate::web::projects::copy;
use axum::Json;
use axum::extract::{Path, State};
use backline_core::ids::ConnectionId;
use backline_core::jira::issue::{IssueType, JiraProject};
use backline_core::mapping::Mapping;
use backline_core::mapping::portable::Left;
use backline_core::mapping::rule::Rule;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub struct Copied {
    pub draft: Draft,
    /// What has no counterpart there, each with the reason.
    #[schema(value_type = Vec<Object>)]
    pub left_out: Vec<Left>,
}

/// Can be sent as a new project.
#[derive(Debug, Serialize, ToSchema)]
pub struct Draft {
    #[schema(value_type = String)]
    pub connection: ConnectionId,
    #[schema(value_type = Object)]
    pub project: JiraProject,
    #[schema(value_type = Object)]
    pub issue_type: IssueType,
    /// The one that was sent: of two with the same rule, only the first would get any vulnerability.
    #[schema(value_type = Object)]
    pub rule: Rule,
    #[schema(value_type = Object)]
    pub mapping: Mapping,
}

/// Fit a mapping to another project or issue type, named as for a new project; its `mapping` is not read.
#[utoipa::path(
    post, path = "/projects/{id}/copy", tag = "projects", params(("id" = String, Path)), request_body = Wanted,
    responses(
        (status = 200, body = Copied),
        (status = 404, body = Document, content_type = "application/problem+json"),
        (status = 409, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn copy(
    State(app): State<App>,
    Path(id): Path<String>,
    Json(wanted): Json<Wanted>,
) -> Result<Json<Copied>, Problem> {
    let project = load(&app, &id).await?;
    let whole = wanted.complete(&app, None).await?;
    let fitted = copy::onto(&app, &project, whole.connection, &whole.screen).await?;
    let draft = Draft {
        connection: whole.connection,
        project: whole.screen.project.clone(),
        issue_type: whole.screen.issue_type.clone(),
        rule: whole.rule,
        mapping: fitted.mapping,
    };
    Ok(Json(Copied { draft, left_out: fitted.left }))
}
