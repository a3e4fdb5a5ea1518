//! What Backline would do to a ticket now, and why; Jira is read for it, and nothing is written.

pub mod words;

use super::show::parsed;
use crate::app::App;
use crate::web::error::PageError;
use crate::web::layout::{Layout, Nav};
use crate::web::part::blocked::{Note, sentence};
use crate::web::part::fragment::{Asked, answer};
use crate::web::session::Session;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use backline_core::ticket::Facts;
use backline_core::ticket::plan::Plan;
use backline_engine::failure::Failure;
use backline_engine::reconcile::preview;
use std::time::Duration;

/// A page does not wait longer for Jira.
const WAIT_MAX: Duration = Duration::from_secs(10);

#[derive(Template)]
#[template(path = "tickets/plan_page.html")]
struct Page {
    layout: Layout,
    name: String,
    href: String,
    plan: View,
}

#[derive(Template)]
#[template(path = "tickets/plan.html")]
struct Fragment {
    plan: View,
}

/// What the plan says, or why there is none.
pub enum View {
    Planned {
        steps: Vec<Step>,
        kept: Vec<Kept>,
        blocked: Option<Note>,
    },
    /// One sentence.
    None(String),
}

/// One call to Jira.
pub struct Step {
    /// "Move to In Progress".
    pub what: String,
    /// Fields and what they would hold.
    pub values: Vec<(String, String)>,
    pub reason: String,
    pub rule: &'static str,
}

pub struct Kept {
    pub what: String,
    pub rule: &'static str,
}

pub async fn plan(
    State(app): State<App>,
    session: Session,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = parsed(&id)?;
    let facts = app.store.load_facts(id).await?.ok_or_else(|| PageError::missing("ticket"))?;
    let name = facts.ticket.as_ref().map_or_else(|| "No key yet".to_owned(), |ticket| ticket.key.to_string());
    let plan = match tokio::time::timeout(WAIT_MAX, preview(&app.engine, facts)).await {
        Ok(Ok(Some((facts, plan)))) => View::of(&facts, plan),
        Ok(Ok(None)) => View::None(
            "Nothing is kept in step: its project was removed from Backline, or it was unlinked.".to_owned(),
        ),
        Ok(Err(failure)) => View::None(unread(&failure)),
        Err(_) => {
            View::None(format!("Jira did not answer within {} s. Try again in a moment.", WAIT_MAX.as_secs()))
        }
    };
    if asked == Asked::Fragment {
        return answer(Fragment { plan }.render());
    }
    let href = format!("/tickets?t={id}");
    let layout = Layout::load(&app, &session, Nav::Tickets, "Plan")
        .await?
        .under(&[("Tickets", "/tickets"), (&name, &href)]);
    answer(Page { layout, name, href, plan }.render())
}

impl View {
    pub fn of(facts: &Facts, plan: Plan) -> Self {
        let kept = plan.kept.into_iter().map(|kept| Kept { what: kept.what, rule: kept.rule }).collect();
        let steps = plan
            .operations
            .into_iter()
            .map(|planned| Step {
                what: words::operation(&planned.operation),
                values: words::values(facts, &planned.operation),
                reason: sentence(&planned.reason),
                rule: planned.rule,
            })
            .collect();
        Self::Planned { steps, kept, blocked: plan.blocked.as_ref().map(Note::of) }
    }
}

/// Why there is no plan, where Jira could not be read.
pub fn unread(failure: &Failure) -> String {
    match failure {
        Failure::Disconnected => "Jira is disconnected, so nothing was read.".to_owned(),
        Failure::GrantLost => "The connection to Jira needs consent again, so nothing was read.".to_owned(),
        Failure::Gone => {
            "Jira has no such issue any more, or hides it from the account that connected.".to_owned()
        }
        other => format!("Jira could not be read: {}", sentence(&other.to_string())),
    }
}

#[cfg(test)]
mod tests;
