//! What saving a project would do, before it is saved: which tickets would be edited, and how.

use super::change;
use super::load;
use super::wanted::Wanted;
use crate::api::caller::Caller;
use crate::api::plan::{self, Subject};
use crate::api::problem::{Document, Problem};
use crate::app::App;
use axum::Json;
use axum::extract::{Path, State};
use backline_core::mapping::changes::{Change, changes};
use backline_engine::projects;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub struct Foreseen {
    /// What would be saved that is not live.
    #[schema(value_type = Vec<Object>)]
    pub changes: Vec<Change>,
    /// Tickets of the project.
    pub tickets: u64,
    /// Tickets that were looked at for this: the newest, 1,000 at most.
    pub counted: usize,
    /// Of those, tickets that `tickets=all` would edit, unless a person changed them in Jira meanwhile.
    pub edited: usize,
    /// On how many each field would be written.
    pub fields: Vec<FieldCount>,
    /// A few of them with their plan in full, for which Jira was read.
    pub samples: Vec<Subject>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FieldCount {
    pub field: String,
    pub tickets: usize,
}

/// Say what saving a changed project would do to the tickets that are there. Writes nothing.
#[utoipa::path(
    post, path = "/projects/{id}/plan", tag = "projects", params(("id" = String, Path)), request_body = Wanted,
    responses(
        (status = 200, body = Foreseen),
        (status = 404, body = Document, content_type = "application/problem+json"),
        (status = 409, body = Document, content_type = "application/problem+json"),
        (status = 422, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn foresee(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(wanted): Json<Wanted>,
) -> Result<Json<Foreseen>, Problem> {
    let known = load(&app, &id).await?;
    let whole = wanted.complete(&app, Some(known.connection)).await?;
    let draft = change::draft(Some(known.id), whole, &caller);
    let connected = app.store.list_projects().await?;
    let project = projects::prepare(&app.engine, draft, &connected).await?;
    let seen = projects::foresee(&app.engine, &project).await?;
    let mut samples = Vec::new();
    for sample in seen.samples {
        if let Some(row) = app.store.load_ticket_row(sample.subject).await? {
            samples.push(plan::told(&row, sample.planned));
        }
    }
    let count = |(field, tickets)| FieldCount { field, tickets };
    Ok(Json(Foreseen {
        changes: changes(&known, &project),
        tickets: seen.tickets,
        counted: seen.counted,
        edited: seen.edited,
        fields: seen.fields.into_iter().map(count).collect(),
        samples,
    }))
}
