//! New tickets that wait for a person: what waits, the approval, and taking it back.

use super::caller::Caller;
use super::problem::{Document, Problem};
use crate::app::App;
use crate::web::layout::{counted, grouped};
use crate::web::part::blocked::sentence;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use backline_core::ids::ConnectedProjectId;
use backline_core::mapping::ConnectedProject;
use backline_store::StoreError;
use backline_store::admission::{self, Approval, Held, Shown};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

const BATCHES: u64 = 50;

#[derive(Debug, Serialize, ToSchema)]
pub struct Approvals {
    /// Projects with tickets that wait for approval.
    pub waiting: Vec<Waiting>,
    /// What was approved, the newest first.
    pub batches: Vec<Batch>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Waiting {
    /// The connected project's id.
    pub project: String,
    /// "SEC / Bug"
    pub place: String,
    pub tickets: u64,
    #[schema(value_type = String)]
    pub since: Timestamp,
    /// Names exactly what is told here: send it back to approve this and nothing that comes later.
    pub shown: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Batch {
    pub id: String,
    pub project: String,
    pub place: String,
    pub tickets: u64,
    #[schema(value_type = String)]
    pub approved_at: Timestamp,
    pub approved_by: String,
    /// When a person took it back.
    #[schema(value_type = Option<String>)]
    pub undo_at: Option<Timestamp>,
    /// When the last of its tickets was let go of or held again; null while some are on their way to Jira.
    #[schema(value_type = Option<String>)]
    pub undone_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize, IntoParams)]
pub struct Params {
    /// A connected project's id, or a Jira project's key.
    project: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// A connected project's id, or a Jira project's key for all that are connected to it; everything if left out.
    #[serde(default)]
    pub project: Option<String>,
    /// The `shown` of what waits in one project: exactly that is approved, or nothing. Left out: whatever waits.
    #[serde(default)]
    pub shown: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Approved {
    pub batches: Vec<Batch>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Undone {
    /// Tickets that are let go of; in Jira they stay as they are.
    pub unlinked: u64,
    /// Tickets that were not made yet and wait again.
    pub held: u64,
    /// Tickets that are on their way to Jira now: each is let go of as soon as it is known to be made.
    pub under_way: u64,
}

/// What waits for approval, and what was approved.
#[utoipa::path(
    get, path = "/approvals", tag = "plan", params(Params),
    responses(
        (status = 200, body = Approvals),
        (status = 404, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(app): State<App>, Query(params): Query<Params>) -> Result<Json<Approvals>, Problem> {
    let projects = app.store.list_projects().await?;
    let wanted = params.project.as_deref().map(|name| named(&projects, name)).transpose()?;
    let held = app.store.held_creates().await?;
    let is_wanted = |held: &Held| wanted.as_ref().is_none_or(|wanted| wanted.contains(&held.shown.project));
    let waiting = held.into_iter().filter(is_wanted).map(|held| Waiting {
        project: held.shown.project.to_string(),
        place: place_of(&projects, held.shown.project),
        tickets: held.shown.tickets,
        since: held.since,
        shown: held.shown.to_string(),
    });
    let batches = app.store.list_batches(BATCHES).await?.into_iter().map(told).collect();
    Ok(Json(Approvals { waiting: waiting.collect(), batches }))
}

/// Make the tickets that wait for approval.
#[utoipa::path(
    post, path = "/approvals", tag = "plan", request_body = Wish,
    responses(
        (status = 200, body = Approved),
        (status = 404, body = Document, content_type = "application/problem+json"),
        (status = 409, body = Document, content_type = "application/problem+json"),
        (status = 422, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn approve(
    State(app): State<App>,
    caller: Caller,
    // A list is read as a `Wish` without a word, which approves everything: only an object is taken.
    Json(object): Json<Map<String, Value>>,
) -> Result<Json<Approved>, Problem> {
    let wish: Wish = serde_json::from_value(Value::Object(object)).map_err(|error| {
        Problem::invalid(sentence(&error.to_string()), "Compare the request with /api/openapi.json.")
    })?;
    let projects = app.store.list_projects().await?;
    let wanted = wish.project.as_deref().map(|name| named(&projects, name)).transpose()?;
    let batches = match wish.shown {
        Some(text) => vec![approve_shown(&app, &projects, wanted.as_deref(), &text, &caller.actor()).await?],
        None => app.store.approve_creates(wanted.as_deref(), &caller.actor(), app.now()).await?,
    };
    app.engine.wake.notify_one();
    Ok(Json(Approved { batches: batches.into_iter().map(told).collect() }))
}

async fn approve_shown(
    app: &App,
    projects: &[ConnectedProject],
    wanted: Option<&[ConnectedProjectId]>,
    text: &str,
    actor: &str,
) -> Result<admission::Batch, Problem> {
    let known: Result<Shown, _> = text.parse();
    let is_wanted = |shown: &Shown| wanted.is_none_or(|wanted| wanted.contains(&shown.project));
    let Some(shown) = known.ok().filter(is_wanted) else {
        return Err(Problem::invalid(
            "“shown” names nothing that was shown of this project.",
            "Send the “shown” of GET /approvals to the letter, or leave it out to approve whatever waits.",
        ));
    };
    match app.store.approve_shown(shown, actor, app.now()).await? {
        Approval::Given(batch) => Ok(batch),
        Approval::Differs { waiting } => Err(Problem::new(
            StatusCode::CONFLICT,
            "approval_differs",
            differs(&place_of(projects, shown.project), shown.tickets, waiting),
            "Read GET /approvals again and approve what waits now; nothing was approved.",
        )),
    }
}

/// "5 new tickets in SEC / Bug were shown, and 4 of them wait now."
pub fn differs(place: &str, shown: u64, waiting: u64) -> String {
    let of_them = match waiting {
        0 => "none of them waits now".to_owned(),
        1 => "1 of them waits now".to_owned(),
        _ => format!("{} of them wait now", grouped(waiting)),
    };
    let place = if place.is_empty() { "a project that was removed" } else { place };
    let (tickets, were) =
        (counted(shown, "new ticket", "new tickets"), if shown == 1 { "was" } else { "were" });
    format!("{tickets} in {place} {were} shown, and {of_them}.")
}

/// Take an approval back: its tickets are let go of and stay in Jira, what is not made yet waits again.
#[utoipa::path(
    post, path = "/approvals/{id}/undo", tag = "plan", params(("id" = String, Path)),
    responses(
        (status = 200, body = Undone),
        (status = 404, body = Document, content_type = "application/problem+json"),
        (status = 409, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn undo(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Undone>, Problem> {
    let id = id.parse().map_err(|_| StoreError::Missing("the batch"))?;
    let undone = app.store.undo_batch(id, &caller.actor(), app.now()).await.map_err(|error| match error {
        StoreError::Conflict(_) => Problem::new(
            StatusCode::CONFLICT,
            "conflict",
            "This approval was taken back before.",
            "Look at its “undo_at” in GET /approvals; what waits again is told there too.",
        ),
        error => error.into(),
    })?;
    app.engine.wake.notify_one();
    Ok(Json(Undone { unlinked: undone.unlinked, held: undone.held, under_way: undone.under_way }))
}

/// The connected projects of an id, or of a Jira project's key.
fn named(projects: &[ConnectedProject], name: &str) -> Result<Vec<ConnectedProjectId>, Problem> {
    let is_named = |known: &&ConnectedProject| known.id.to_string() == name || known.project.key == name;
    let found: Vec<ConnectedProjectId> = projects.iter().filter(is_named).map(|known| known.id).collect();
    if found.is_empty() { Err(StoreError::Missing("the project").into()) } else { Ok(found) }
}

fn place_of(projects: &[ConnectedProject], id: ConnectedProjectId) -> String {
    projects.iter().find(|known| known.id == id).map(ConnectedProject::place).unwrap_or_default()
}

fn told(batch: admission::Batch) -> Batch {
    Batch {
        id: batch.id.to_string(),
        project: batch.project.to_string(),
        place: batch.place,
        tickets: batch.tickets,
        approved_at: batch.approved_at,
        approved_by: batch.approved_by,
        undo_at: batch.undo_at,
        undone_at: batch.undone_at,
    }
}
