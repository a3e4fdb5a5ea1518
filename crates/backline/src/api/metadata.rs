//! What Jira says of projects, issue types, fields and statuses: for whoever writes a mapping.

use super::page;
use super::problem::{Document, Problem};
use super::projects;
use crate::app::App;
use crate::web::projects::screen::{self, Screen, Target};
use axum::Json;
use axum::extract::{Query, State};
use backline_core::ids::ConnectionId;
use backline_core::jira::field::FieldMeta;
use backline_core::jira::issue::{IssueType, JiraProject};
use backline_core::jira::kind;
use backline_core::jira::workflow::Status;
use backline_engine::metadata;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Looked for in keys and names.
    pub q: Option<String>,
    /// The connection in use if left out.
    pub connection: Option<String>,
    /// `next` of the page before.
    pub after: Option<u64>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Place {
    /// Id or key.
    pub project: String,
    /// Id; the first one if left out.
    pub issue_type: Option<String>,
    /// The connection in use if left out.
    pub connection: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Projects {
    #[schema(value_type = Vec<Object>)]
    pub projects: Vec<JiraProject>,
    pub next: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct IssueTypes {
    #[schema(value_type = Vec<Object>)]
    pub issue_types: Vec<IssueType>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Fields {
    pub fields: Vec<Field>,
}

/// A field of the create screen.
#[derive(Debug, Serialize, ToSchema)]
pub struct Field {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub field: FieldMeta,
    /// A request without it would be refused.
    pub is_mandatory: bool,
    /// Why it cannot be mapped; null where it can.
    pub unsupported: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Statuses {
    #[schema(value_type = Vec<Object>)]
    pub statuses: Vec<Status>,
    /// The resolution field with its values, for closing transitions.
    #[schema(value_type = Option<Object>)]
    pub resolution: Option<FieldMeta>,
}

/// Projects in which the account that connected may create issues.
#[utoipa::path(
    get, path = "/metadata/projects", tag = "metadata", params(Search),
    responses(
        (status = 200, body = Projects),
        (status = 409, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn projects(
    State(app): State<App>,
    Query(search): Query<Search>,
) -> Result<Json<Projects>, Problem> {
    let connection = connection(&app, search.connection).await?;
    let query = page::text(search.q).unwrap_or_default();
    let page = metadata::projects(&app.engine, connection, &query, search.after.unwrap_or(0)).await?;
    Ok(Json(Projects { projects: page.projects, next: page.next }))
}

/// Issue types that a ticket can have.
#[utoipa::path(
    get, path = "/metadata/issue-types", tag = "metadata", params(Place),
    responses((status = 200, body = IssueTypes))
)]
pub async fn issue_types(
    State(app): State<App>,
    Query(place): Query<Place>,
) -> Result<Json<IssueTypes>, Problem> {
    let screen = read(&app, place).await?;
    Ok(Json(IssueTypes { issue_types: screen.issue_types.clone() }))
}

/// Fields of the create screen, mandatory and optional.
#[utoipa::path(
    get, path = "/metadata/fields", tag = "metadata", params(Place),
    responses((status = 200, body = Fields))
)]
pub async fn fields(State(app): State<App>, Query(place): Query<Place>) -> Result<Json<Fields>, Problem> {
    let screen = read(&app, place).await?;
    let fields = screen.fields.iter().map(|field| Field {
        is_mandatory: field.is_mandatory(),
        unsupported: kind::of(field).err(),
        field: field.clone(),
    });
    Ok(Json(Fields { fields: fields.collect() }))
}

/// Statuses of the workflow, and the resolutions.
#[utoipa::path(
    get, path = "/metadata/statuses", tag = "metadata", params(Place),
    responses((status = 200, body = Statuses))
)]
pub async fn statuses(State(app): State<App>, Query(place): Query<Place>) -> Result<Json<Statuses>, Problem> {
    let screen = read(&app, place).await?;
    Ok(Json(Statuses { statuses: screen.statuses.clone(), resolution: screen.resolution.clone() }))
}

async fn read(app: &App, place: Place) -> Result<Arc<Screen>, Problem> {
    let connection = connection(app, place.connection).await?;
    let issue_type = place.issue_type.unwrap_or_default();
    let target = Target { connection, project: place.project.trim(), issue_type: issue_type.trim() };
    Ok(screen::load(app, target, false).await?)
}

async fn connection(app: &App, named: Option<String>) -> Result<ConnectionId, Problem> {
    match page::text(named) {
        Some(id) => page::id(&id, "connection"),
        None => projects::in_use(app).await,
    }
}
