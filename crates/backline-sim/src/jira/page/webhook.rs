//! What Jira has told apps by webhook, for administrators: registrations, each delivery with its attempts, and a way
//! to send one again.

use super::board::Badge;
use super::visit::{Frame, Visit};
use crate::jira::config::Id;
use crate::jira::look::OFFSET_HOURS;
use crate::jira::refusal::Refusal;
use crate::jira::webhook::Webhook;
use crate::jira::webhook::delivery::{Attempt, Delivery, Progress};
use crate::journal::Batch;
use crate::page;
use crate::page::time::{Moment, moment};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

/// How many of the newest are shown.
const SHOWN_MAX: usize = 100;

struct Registration {
    id: Id,
    jql: String,
    events: String,
    url: String,
    is_live: bool,
    expires: Moment,
}

struct Line {
    id: Id,
    made: Moment,
    event: String,
    about: String,
    state: Badge,
    /// When it goes out, while it waits.
    due: Option<Moment>,
    attempts: Vec<(String, Moment)>,
    identifier: String,
    url: String,
    body: String,
}

#[derive(Template)]
#[template(path = "jira/webhooks.html")]
struct WebhooksPage {
    frame: Frame,
    registrations: Vec<Registration>,
    lines: Vec<Line>,
}

pub async fn show(visit: Visit) -> Response {
    visit.answer(render(&visit))
}

fn render(visit: &Visit) -> Result<Response, Refusal> {
    let now_ms = visit.call.site.clock.now_ms();
    let state = visit.call.site.read();
    check(visit, &state)?;
    let listed = state.webhooks.values().filter(|hook| hook.is_listed(now_ms));
    let page = WebhooksPage {
        frame: visit.frame(),
        registrations: listed.map(|hook| registration(hook, now_ms)).collect(),
        lines: state.outbox.deliveries().rev().take(SHOWN_MAX).map(line).collect(),
    };
    Ok(page::html(StatusCode::OK, &page))
}

/// Deliveries hold issues that others may not see.
fn check(visit: &Visit, state: &crate::jira::state::State) -> Result<(), Refusal> {
    if visit.call.look(state).may("ADMINISTER", None) {
        return Ok(());
    }
    let text = "Only administrators see what is told to apps.";
    Err(Refusal::message(StatusCode::FORBIDDEN, text))
}

fn registration(hook: &Webhook, now_ms: i64) -> Registration {
    Registration {
        id: hook.id,
        jql: hook.jql_filter.clone(),
        events: hook.events.join(", "),
        url: hook.url.clone(),
        is_live: hook.is_live(now_ms),
        expires: moment(hook.expires_ms, OFFSET_HOURS),
    }
}

fn line(delivery: &Delivery) -> Line {
    let (name, class) = match delivery.progress {
        Progress::Waiting => ("waiting", "indeterminate"),
        Progress::Delivered => ("delivered", "done"),
        Progress::Failed => ("failed", "new"),
        Progress::Lost => ("lost", "new"),
    };
    let is_waiting = delivery.progress == Progress::Waiting;
    let body: Value = serde_json::from_str(&delivery.body).unwrap_or_default();
    Line {
        id: delivery.id,
        made: moment(delivery.made_ms, OFFSET_HOURS),
        event: delivery.event.clone(),
        about: delivery.about.clone(),
        state: Badge { name: name.to_owned(), class },
        due: is_waiting.then(|| moment(delivery.due_ms, OFFSET_HOURS)),
        attempts: delivery.attempts.iter().map(ended).collect(),
        identifier: delivery.identifier.clone(),
        url: delivery.url.clone(),
        body: format!("{body:#}"),
    }
}

fn ended(attempt: &Attempt) -> (String, Moment) {
    let text = match (attempt.status, &attempt.problem) {
        (Some(status), _) => status.to_string(),
        (None, problem) => problem.clone().unwrap_or_default(),
    };
    (text, moment(attempt.at_ms, OFFSET_HOURS))
}

pub async fn again(visit: Visit, Path((_, id)): Path<(String, Id)>) -> Response {
    visit.answer(send_again(&visit, id))
}

fn send_again(visit: &Visit, id: Id) -> Result<Response, Refusal> {
    let mut state = visit.call.site.write();
    check(visit, &state)?;
    let mut batch = Batch::default();
    if !state.outbox.again(id, visit.call.site.clock.now_ms(), &mut batch) {
        return Err(Refusal::message(StatusCode::NOT_FOUND, "This delivery is not kept any more."));
    }
    state.commit(&batch);
    Ok(visit.redirect("/jira/webhooks"))
}
