//! New tickets that wait for a person: what waits and why, the approval, and what was approved before.

use super::error::PageError;
use super::form::SignedForm;
use super::layout::{Layout, Nav};
use super::part::moment::Moment;
use super::session::Session;
use crate::api::approvals::place_of;
use crate::app::App;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use backline_core::ids::ConnectedProjectId;
use backline_engine::admission::PAGE;

const BATCHES: u64 = 20;
/// Tickets of a project that are shown before they are approved.
const SAMPLES: u64 = 10;

pub fn routes() -> Router<App> {
    Router::new().route(PAGE, get(show).post(approve)).route("/approvals/{id}/undo", post(undo))
}

#[derive(Template)]
#[template(path = "approvals/show.html")]
struct Page {
    layout: Layout,
    waiting: Vec<Waiting>,
    batches: Vec<BatchRow>,
    per_hour: Option<u32>,
}

/// One project with tickets that wait.
struct Waiting {
    project: String,
    place: String,
    tickets: u64,
    since: Moment,
    /// The first of them: where each leads, and what it is about.
    samples: Vec<(String, String)>,
}

struct BatchRow {
    id: String,
    place: String,
    tickets: u64,
    approved: Moment,
    by: String,
    undone: Option<Moment>,
}

async fn show(State(app): State<App>, session: Session) -> Result<Html<String>, PageError> {
    let projects = app.store.list_projects().await?;
    let mut waiting = Vec::new();
    for held in app.store.held_creates().await? {
        let samples = app.store.list_held(held.project, SAMPLES).await?;
        waiting.push(Waiting {
            project: held.project.to_string(),
            place: place_of(&projects, held.project),
            tickets: held.tickets,
            since: Moment::of(held.since),
            samples: samples
                .into_iter()
                .map(|row| (format!("/tickets/{}", row.subject.id), row.title))
                .collect(),
        });
    }
    let batches = app.store.list_batches(BATCHES).await?.into_iter().map(|batch| BatchRow {
        id: batch.id.to_string(),
        place: batch.place,
        tickets: batch.tickets,
        approved: Moment::of(batch.approved_at),
        by: batch.approved_by,
        undone: batch.undone_at.map(Moment::of),
    });
    let layout =
        Layout::load(&app, &session, Nav::Tickets, "Approvals").await?.under(&[("Tickets", "/tickets")]);
    let per_hour = app.engine.settings().creations_per_hour;
    Ok(Html(Page { layout, waiting, batches: batches.collect(), per_hour }.render()?))
}

/// Makes what waits of the project in the form.
async fn approve(State(app): State<App>, form: SignedForm) -> Result<Redirect, PageError> {
    let id = form.fields.text("project").parse().map_err(|_| PageError::missing("project"))?;
    let project = ConnectedProjectId(id);
    app.store.approve_creates(Some(&[project]), &form.session.user.email, app.now()).await?;
    app.engine.wake.notify_one();
    Ok(Redirect::to(PAGE))
}

async fn undo(
    State(app): State<App>,
    Path(id): Path<String>,
    form: SignedForm,
) -> Result<Redirect, PageError> {
    let id = id.parse().map_err(|_| PageError::missing("approval"))?;
    app.store.undo_batch(id, &form.session.user.email, app.now()).await?;
    app.engine.wake.notify_one();
    Ok(Redirect::to(PAGE))
}
