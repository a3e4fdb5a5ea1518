//! One vulnerability: where it stands on the line, what it is, why it has its ticket, and what happened to it.

mod details;
pub mod line;
mod why;

use super::list::{identifier, place};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::layout::{Layout, Nav};
use crate::web::part::event::Event;
use crate::web::part::fragment::page;
use crate::web::part::link;
use crate::web::part::lozenge::Lozenge;
use crate::web::part::moment::Moment;
use crate::web::part::prose::{self, Block};
use crate::web::part::severity::Mark;
use crate::web::part::sla::Sla;
use crate::web::remediations::row as remediations;
use crate::web::session::Session;
use crate::web::tickets::card::Card;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use backline_core::ids::VulnerabilityId;
use backline_core::mapping::ConnectedProject;
use backline_core::vulnerability::{Dismissal, DismissalKind, Status, Vulnerability};
use backline_store::remediation::Suggestion;
use backline_store::timeline::{TimelineEntry, TimelineFilter};
use jiff::Timestamp;
use std::cmp::Reverse;

/// Newest entries of each timeline that are shown; the rest is under Activity.
const EVENTS: u64 = 100;

#[derive(Template)]
#[template(path = "vulnerabilities/show.html")]
struct Page {
    layout: Layout,
    view: View,
}

/// Everything about one vulnerability that the page prints.
pub struct View {
    pub path: String,
    pub severity: Mark,
    pub status: Lozenge,
    pub identifier: String,
    pub title: String,
    /// "log4j-core 2.14.1 in acme/payments-api, found by trivy".
    pub subtitle: String,
    pub line: [line::Station; 4],
    pub description: Vec<Block>,
    pub remedy: Vec<Block>,
    pub references: Vec<String>,
    pub about: Vec<details::Line>,
    pub rating: Vec<details::Line>,
    pub history: Vec<details::Line>,
    pub why: Vec<why::Reason>,
    /// "decided by mapping version 7".
    pub decided: Option<String>,
    pub tickets: Vec<Card>,
    pub remediations: Vec<remediations::Row>,
    pub suggestions: Vec<Suggested>,
    pub events: Vec<Event>,
    pub sla: Sla,
    pub dismissal: Option<Dismissed>,
    pub resolution: Option<(Moment, String)>,
    pub is_open: bool,
    pub is_reopenable: bool,
    pub repository: String,
}

/// Why it will not be fixed, and for how long.
pub struct Dismissed {
    pub by: String,
    pub at: Moment,
    pub reason: String,
    /// Said by closing a ticket in Jira.
    pub is_of_ticket: bool,
    pub kind: Option<&'static str>,
    pub until: Option<Moment>,
}

impl Dismissed {
    fn of(dismissal: &Dismissal) -> Self {
        Self {
            by: dismissal.by.clone(),
            at: Moment::of(dismissal.at),
            reason: dismissal.reason.clone(),
            is_of_ticket: dismissal.ticket.is_some(),
            kind: (dismissal.kind != DismissalKind::Other).then(|| dismissal.kind.title()),
            until: dismissal.until.map(Moment::of),
        }
    }
}

/// A pull request that may fix it, which a person may link.
pub struct Suggested {
    pub id: String,
    pub label: String,
    pub title: String,
    pub url: Option<String>,
    pub reason: String,
}

/// What a view is made of.
pub struct Known {
    pub vulnerability: Vulnerability,
    pub projects: Vec<ConnectedProject>,
    pub tickets: Vec<Card>,
    pub remediations: Vec<remediations::Known>,
    pub suggestions: Vec<Suggestion>,
    pub timeline: Vec<TimelineEntry>,
}

pub async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = parsed(&id)?;
    let known = load(&app, id).await?;
    let title = identifier(&known.vulnerability);
    let layout = Layout::load(&app, &session, Nav::Vulnerabilities, title)
        .await?
        .under(&[("Vulnerabilities", "/vulnerabilities")]);
    page(&Page { layout, view: View::of(known, app.now()) })
}

/// An address that names no vulnerability is an address where nothing is.
pub fn parsed(id: &str) -> Result<VulnerabilityId, PageError> {
    id.parse().map_err(|_| PageError::missing("vulnerability"))
}

async fn load(app: &App, id: VulnerabilityId) -> Result<Known, PageError> {
    let vulnerability =
        app.store.load_vulnerability(id).await?.ok_or_else(|| PageError::missing("vulnerability"))?;
    let rows = app.store.tickets_of_vulnerability(id).await?;
    let mut timeline =
        timeline(app, TimelineFilter { vulnerability: Some(id), ..TimelineFilter::default() }).await?;
    for row in &rows {
        let filter = TimelineFilter { subject: Some(row.subject.id), ..TimelineFilter::default() };
        timeline.extend(self::timeline(app, filter).await?);
    }
    // What names both the vulnerability and its subject is found twice.
    timeline.sort_by_key(|entry| Reverse(entry.at));
    timeline.dedup();
    Ok(Known {
        projects: app.store.list_projects().await?,
        tickets: rows.iter().map(Card::of).collect(),
        remediations: remediations::of_vulnerability(app, id).await?,
        suggestions: app.store.suggestions_of_vulnerability(id).await?,
        vulnerability,
        timeline,
    })
}

async fn timeline(app: &App, filter: TimelineFilter) -> Result<Vec<TimelineEntry>, PageError> {
    Ok(app.store.list_timeline(&filter, None, EVENTS).await?.rows)
}

impl View {
    pub fn of(known: Known, now: Timestamp) -> Self {
        let Known { vulnerability, projects, tickets, remediations, suggestions, timeline } = known;
        let place = place(&vulnerability);
        let before = if place.is_empty() { String::new() } else { format!("{place} in ") };
        let ticket = tickets.first().map(Card::station);
        let pull_request = remediations.first().map(|known| &known.pull_request);
        Self {
            path: format!("/vulnerabilities/{}", vulnerability.id),
            severity: Mark::of(vulnerability.rating.severity),
            status: vulnerability.status.into(),
            identifier: identifier(&vulnerability),
            title: vulnerability.title.clone(),
            subtitle: format!(
                "{before}{}, found by {}",
                vulnerability.repository,
                vulnerability.scanners.join(", ")
            ),
            line: line::stations(&vulnerability, ticket.as_ref(), pull_request),
            description: prose::blocks(&vulnerability.description),
            remedy: vulnerability.remedy.as_deref().map(prose::blocks).unwrap_or_default(),
            references: details::references(&vulnerability),
            about: details::about(&vulnerability),
            rating: details::rating(&vulnerability),
            history: details::history(&vulnerability),
            why: why::reasons(&projects, &vulnerability),
            decided: tickets
                .iter()
                .find_map(|card| card.mapping_version)
                .map(|version| format!("written by mapping version {version}")),
            remediations: remediations.iter().map(remediations::Row::of).collect(),
            suggestions: suggestions.iter().map(Suggested::of).collect(),
            events: timeline.iter().map(Event::of).collect(),
            sla: Sla::of(&vulnerability, now),
            dismissal: vulnerability.dismissed.as_ref().map(Dismissed::of),
            resolution: vulnerability
                .resolved
                .as_ref()
                .map(|resolution| (Moment::of(resolution.at), resolution.evidence.clone())),
            is_open: vulnerability.status.is_open(),
            is_reopenable: matches!(vulnerability.status, Status::Dismissed | Status::Resolved),
            repository: vulnerability.repository.to_string(),
            tickets,
        }
    }
}

impl Suggested {
    fn of(suggestion: &Suggestion) -> Self {
        let pull_request = &suggestion.pull_request.pull_request;
        Self {
            id: suggestion.pull_request.id.to_string(),
            label: pull_request.label(),
            title: pull_request.title.clone(),
            url: link::web(&pull_request.url).map(str::to_owned),
            reason: suggestion.reason.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
