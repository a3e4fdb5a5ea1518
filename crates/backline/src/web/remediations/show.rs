//! One remediation: its pull request and its tickets side by side, why they belong together, and event by event.

use super::row::{self, Known};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::layout::{Layout, Nav};
use crate::web::part::event::Event;
use crate::web::part::fragment::page;
use crate::web::part::link;
use crate::web::part::lozenge::Lozenge;
use crate::web::part::moment::Moment;
use crate::web::part::severity::Mark;
use crate::web::part::sla::Sla;
use crate::web::session::Session;
use crate::web::tickets::card::Card;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use backline_core::ids::PullRequestId;
use backline_core::remediation::reference;
use backline_core::vulnerability::Vulnerability;
use backline_store::timeline::{TimelineEntry, TimelineFilter};
use jiff::Timestamp;
use std::cmp::Reverse;

const EVENTS: u64 = 100;

#[derive(Template)]
#[template(path = "remediations/show.html")]
struct Page {
    layout: Layout,
    view: View,
}

pub struct View {
    pub path: String,
    pub title: String,
    pub label: String,
    /// "acme/payments-api, fixes 3 vulnerabilities, started 24 Nov 2026".
    pub subtitle: String,
    pub status: Lozenge,
    pub mode: &'static str,
    pub pull_request: Lozenge,
    pub pull_request_url: Option<String>,
    /// "backline/log4j into main, by renovate".
    pub branches: String,
    pub merged: Option<Moment>,
    pub tickets: Vec<Card>,
    pub fixes: Vec<Fixed>,
    /// The block that Backline wrote into the description.
    pub written: Option<String>,
    pub events: Vec<Event>,
}

/// A vulnerability that it fixes.
pub struct Fixed {
    pub id: String,
    pub href: String,
    pub severity: Mark,
    pub title: String,
    pub identifier: String,
    pub status: Lozenge,
    pub sla: Sla,
    pub reason: String,
}

/// What a view is made of.
pub struct Facts {
    pub known: Known,
    pub vulnerabilities: Vec<Vulnerability>,
    pub tickets: Vec<Card>,
    pub timeline: Vec<TimelineEntry>,
}

pub async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let facts = load(&app, parsed(&id)?).await?;
    let title = facts.known.pull_request.pull_request.label();
    let layout = Layout::load(&app, &session, Nav::Remediations, title)
        .await?
        .under(&[("Remediations", "/remediations")]);
    page(&Page { layout, view: View::of(facts, app.now()) })
}

pub fn parsed(id: &str) -> Result<PullRequestId, PageError> {
    id.parse().map_err(|_| PageError::missing("remediation"))
}

async fn load(app: &App, id: PullRequestId) -> Result<Facts, PageError> {
    let row = app.store.load_remediation_of(id).await?.ok_or_else(|| PageError::missing("remediation"))?;
    let ids: Vec<_> = row.remediation.fixes.iter().map(|fix| fix.vulnerability).collect();
    let tickets = app.store.tickets_of_pull_request(id).await?;
    let of_pull_request = TimelineFilter { pull_request: Some(id), ..TimelineFilter::default() };
    let mut timeline = app.store.list_timeline(&of_pull_request, None, EVENTS).await?.rows;
    for ticket in &tickets {
        let filter = TimelineFilter { subject: Some(ticket.subject.id), ..TimelineFilter::default() };
        timeline.extend(app.store.list_timeline(&filter, None, EVENTS).await?.rows);
    }
    timeline.sort_by_key(|entry| Reverse(entry.at));
    timeline.dedup();
    Ok(Facts {
        vulnerabilities: app.store.load_vulnerabilities(&ids).await?,
        tickets: tickets.iter().map(Card::of).collect(),
        known: Known { remediation: row.remediation, pull_request: row.pull_request },
        timeline,
    })
}

impl View {
    pub fn of(facts: Facts, now: Timestamp) -> Self {
        let Facts { known, vulnerabilities, tickets, timeline } = facts;
        let list = row::Row::of(&known);
        let pull_request = &known.pull_request.pull_request;
        Self {
            path: row::href(&known.pull_request),
            title: pull_request.title.clone(),
            label: pull_request.label(),
            subtitle: format!(
                "{}, fixes {}, started {} UTC",
                pull_request.repository, list.fixes, list.started.text
            ),
            status: known.remediation.status.into(),
            mode: list.mode,
            pull_request: pull_request.into(),
            pull_request_url: link::web(&pull_request.url).map(str::to_owned),
            branches: format!(
                "{} into {}, by {}",
                pull_request.branch, pull_request.base, pull_request.author
            ),
            merged: pull_request.merged_at.map(Moment::of),
            fixes: vulnerabilities
                .iter()
                .map(|vulnerability| Fixed::of(vulnerability, &known, now))
                .collect(),
            written: written(&pull_request.body),
            events: timeline.iter().map(Event::of).collect(),
            tickets,
        }
    }
}

impl Fixed {
    fn of(vulnerability: &Vulnerability, known: &Known, now: Timestamp) -> Self {
        let reason = known.remediation.fixes.iter().find(|fix| fix.vulnerability == vulnerability.id);
        Self {
            id: vulnerability.id.to_string(),
            href: format!("/vulnerabilities/{}", vulnerability.id),
            severity: Mark::of(vulnerability.rating.severity),
            title: vulnerability.title.clone(),
            identifier: crate::web::vulnerabilities::list::identifier(vulnerability),
            status: vulnerability.status.into(),
            sla: Sla::of(vulnerability, now),
            reason: reason.map(|fix| fix.reason.clone()).unwrap_or_default(),
        }
    }
}

/// The fenced block of a description, if there is one.
fn written(body: &str) -> Option<String> {
    let start = body.find(reference::START)?;
    let length = body[start..].find(reference::END)? + reference::END.len();
    Some(body[start..start + length].to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Facts, Known, Page, View, written};
    use crate::web::part::sample;
    use crate::web::tickets::card::Card;
    use askama::Template;
    use backline_core::ids::RemediationId;
    use backline_core::remediation::{Fix, Mode, Remediation, Status, reference};
    use backline_store::timeline::{TimelineEntry, TimelineKind};
    use uuid::Uuid;

    fn render(is_hostile: bool) -> String {
        let text = if is_hostile { sample::HOSTILE } else { "the title names SEC-142" };
        let pull_request = if is_hostile { sample::hostile_pull_request() } else { sample::pull_request() };
        let vulnerability =
            if is_hostile { sample::hostile_vulnerability() } else { sample::vulnerability() };
        let ticket = if is_hostile { sample::hostile_ticket_row() } else { sample::ticket_row() };
        let started_at = sample::at("2026-11-24T07:00:00Z");
        let remediation = Remediation {
            id: RemediationId(Uuid::from_u128(4)),
            pull_request: pull_request.id,
            status: Status::PendingApproval,
            mode: Mode::Automated,
            started_at,
            resolved_at: None,
            fixes: vec![Fix { vulnerability: vulnerability.id, reason: text.to_owned() }],
        };
        let facts = Facts {
            known: Known { remediation, pull_request },
            vulnerabilities: vec![vulnerability],
            tickets: vec![Card::of(&ticket)],
            timeline: vec![TimelineEntry::new(started_at, TimelineKind::Received, text)],
        };
        Page { layout: sample::layout(), view: View::of(facts, started_at) }.render().unwrap()
    }

    #[test]
    fn pull_request_and_ticket_stand_side_by_side_with_the_reason() {
        let html = render(false);
        for text in [
            "Awaiting verification",
            "acme/payments-api#12",
            "fix/log4j into main, by renovate",
            "SEC-142",
            "linked because the title names SEC-142",
            "/unlink\"",
            "https://github.com/acme/payments-api/pull/12",
        ] {
            assert!(html.contains(text), "{text} in {html}");
        }
    }

    #[test]
    fn hostile_text_of_a_pull_request_is_text() {
        sample::assert_inert(&render(true));
    }

    #[test]
    fn only_the_fenced_block_of_a_description_is_shown() {
        let block = format!("{}\nTicket: SEC-142\n{}", reference::START, reference::END);
        assert_eq!(written(&format!("Before\n{block}\nAfter")), Some(block));
        assert_eq!(written("No block"), None);
        assert_eq!(written(&format!("{} alone", reference::END)), None);
    }
}
