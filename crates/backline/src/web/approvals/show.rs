//! What waits, project by project, with the first of its tickets; and what was approved before.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::layout::{Layout, Nav};
use crate::web::part::moment::Moment;
use crate::web::part::severity::Mark;
use crate::web::session::Session;
use crate::web::vulnerabilities::list::{identifier, place};
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use backline_core::mapping::ConnectedProject;
use backline_core::ticket::desired::lead;
use backline_core::vulnerability::Vulnerability;
use backline_store::admission::{Batch, Held, HeldTicket};

const BATCHES: u64 = 20;
/// Tickets of a project that are shown before they are approved.
const SAMPLES: u64 = 10;

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
    /// What the form sends back: exactly this is approved.
    shown: String,
    place: String,
    tickets: u64,
    since: Moment,
    /// The first of them.
    samples: Vec<Sample>,
}

/// A ticket that is not made yet, and the worst of what it is about.
struct Sample {
    href: String,
    title: String,
    severity: Option<Mark>,
    identifier: String,
    /// "log4j-core 2.14.1", or "src/main.rs:12".
    place: String,
    repository: String,
    /// Vulnerabilities that it is about besides.
    others: usize,
}

struct BatchRow {
    id: String,
    place: String,
    tickets: u64,
    approved: Moment,
    by: String,
    undo: Option<Moment>,
    is_undone: bool,
}

pub async fn show(State(app): State<App>, session: Session) -> Result<Html<String>, PageError> {
    let projects = app.store.list_projects().await?;
    let mut waiting = Vec::new();
    for held in app.store.held_creates().await? {
        let samples = app.store.list_held(held.shown.project, SAMPLES).await?;
        waiting.push(Waiting::of(&held, &projects, &samples));
    }
    let batches = app.store.list_batches(BATCHES).await?.into_iter().map(BatchRow::of).collect();
    let layout =
        Layout::load(&app, &session, Nav::Tickets, "Approvals").await?.under(&[("Tickets", "/tickets")]);
    let per_hour = app.engine.settings().creations_per_hour;
    Ok(Html(Page { layout, waiting, batches, per_hour }.render()?))
}

impl Waiting {
    fn of(held: &Held, projects: &[ConnectedProject], samples: &[HeldTicket]) -> Self {
        let project = projects.iter().find(|known| known.id == held.shown.project);
        Self {
            project: held.shown.project.to_string(),
            shown: held.shown.to_string(),
            place: project.map(ConnectedProject::place).unwrap_or_default(),
            tickets: held.shown.tickets,
            since: Moment::of(held.since),
            samples: samples.iter().map(Sample::of).collect(),
        }
    }
}

impl Sample {
    fn of(held: &HeldTicket) -> Self {
        let worst: Option<&Vulnerability> = lead(&held.about);
        Self {
            href: format!("/tickets/{}", held.subject),
            title: worst.map_or_else(|| "A ticket".to_owned(), |worst| worst.title.clone()),
            severity: worst.map(|worst| Mark::of(worst.rating.severity)),
            identifier: worst.map(identifier).unwrap_or_default(),
            place: worst.map(place).unwrap_or_default(),
            repository: worst.map(|worst| worst.repository.to_string()).unwrap_or_default(),
            others: held.about.len().saturating_sub(1),
        }
    }
}

impl BatchRow {
    fn of(batch: Batch) -> Self {
        Self {
            id: batch.id.to_string(),
            place: batch.place,
            tickets: batch.tickets,
            approved: Moment::of(batch.approved_at),
            by: batch.approved_by,
            undo: batch.undo_at.map(Moment::of),
            is_undone: batch.undone_at.is_some(),
        }
    }
}

#[cfg(test)]
mod tests;
