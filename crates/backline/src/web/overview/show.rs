//! The front page.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::layout::{Layout, Nav, counted, grouped};
use crate::web::part::fragment::page;
use crate::web::part::query::Query;
use crate::web::part::severity::Mark;
use crate::web::session::Session;
use crate::web::vulnerabilities::list::Row;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use backline_core::severity::Severity;
use backline_core::vulnerability::Status;
use backline_store::notice::Notice;
use backline_store::overview::Overview;
use backline_store::vulnerability::{VulnerabilityCounts, VulnerabilityRow};
use jiff::Timestamp;

/// Vulnerabilities that are shown as at risk.
const AT_RISK: u64 = 8;

#[derive(Template)]
#[template(path = "overview/show.html")]
struct Page {
    layout: Layout,
    view: View,
}

pub struct View {
    /// What is left to do before the first ticket; empty once it has been done.
    pub steps: Vec<Step>,
    pub line: [Station; 4],
    pub severities: Vec<Open>,
    pub open: String,
    pub tickets: Tickets,
    /// The failure that holds up most tickets, as a sentence, its page and its remedy.
    pub failure: Option<(String, String, String)>,
    pub at_risk: Vec<Row>,
    pub overdue: String,
}

pub struct Station {
    pub class: &'static str,
    pub title: String,
    pub detail: String,
    pub href: String,
}

/// One severity and how many of it are open.
pub struct Open {
    pub severity: Mark,
    pub count: String,
    pub overdue: String,
    pub href: String,
    /// Of 1,000, for the bar.
    pub share: u64,
}

pub struct Tickets {
    pub in_sync: String,
    pub waiting: String,
    pub blocked: String,
}

/// Something to do first.
pub struct Step {
    pub is_done: bool,
    pub title: &'static str,
    pub text: &'static str,
    pub href: &'static str,
    pub button: &'static str,
}

/// What a view is made of.
pub struct Facts {
    pub overview: Overview,
    pub counts: VulnerabilityCounts,
    pub at_risk: Vec<VulnerabilityRow>,
    pub notices: Vec<Notice>,
    pub has_connection: bool,
    pub has_project: bool,
}

pub async fn show(State(app): State<App>, session: Session) -> Result<Response, PageError> {
    let now = app.now();
    let facts = Facts {
        overview: app.store.overview(now).await?,
        counts: app.store.count_vulnerabilities(now).await?,
        at_risk: app.store.sla_at_risk(AT_RISK).await?,
        notices: app.store.list_notices(0).await?,
        has_connection: app.store.active_connection().await?.is_some(),
        has_project: !app.store.list_projects().await?.is_empty(),
    };
    let layout = Layout::load(&app, &session, Nav::Overview, "Overview").await?;
    page(&Page { layout, view: View::of(&facts, now) })
}

impl View {
    pub fn of(facts: &Facts, now: Timestamp) -> Self {
        let Facts { overview, counts, .. } = facts;
        let worst = facts
            .notices
            .iter()
            .filter(|notice| notice.over_at.is_none())
            .max_by_key(|notice| notice.subjects);
        let overdue: u64 = counts.overdue.values().sum();
        Self {
            steps: steps(facts),
            line: line(facts),
            severities: severities(counts),
            open: grouped(counts.all_open()),
            tickets: Tickets {
                in_sync: grouped(overview.in_sync),
                waiting: grouped(overview.waiting),
                blocked: grouped(overview.blocked),
            },
            failure: worst.map(|notice| {
                let note = crate::web::part::blocked::Note::of(&notice.blocked);
                (note.what, note.href, note.button)
            }),
            at_risk: facts.at_risk.iter().map(|row| Row::of(row, now)).collect(),
            overdue: grouped(overdue),
        }
    }
}

/// The four stations, each with how many got that far.
fn line(facts: &Facts) -> [Station; 4] {
    let Facts { overview, counts, .. } = facts;
    let verified = counts.status(Status::Resolved);
    let station = |count: u64, title: String, detail: String, href: &str| Station {
        class: if count > 0 { "on" } else { "" },
        title,
        detail,
        href: href.to_owned(),
    };
    [
        station(
            counts.total(),
            format!("{} found", grouped(counts.total())),
            format!("{} unresolved", grouped(counts.all_open())),
            "/vulnerabilities",
        ),
        station(
            overview.tickets,
            counted(overview.tickets, "ticket", "tickets"),
            format!(
                "{} in sync, {} waiting, {} blocked",
                grouped(overview.in_sync),
                grouped(overview.waiting),
                grouped(overview.blocked)
            ),
            "/tickets",
        ),
        station(
            overview.remediations,
            counted(overview.remediations, "pull request", "pull requests"),
            format!(
                "{} open, {} awaiting verification",
                grouped(overview.remediations_open),
                grouped(overview.remediations_merged)
            ),
            "/remediations",
        ),
        station(
            verified,
            format!("{} verified", grouped(verified)),
            "No longer shown by a complete scan".to_owned(),
            "/vulnerabilities?status=resolved",
        ),
    ]
}

fn severities(counts: &VulnerabilityCounts) -> Vec<Open> {
    let most =
        Severity::ALL.into_iter().map(|severity| counts.open(severity)).max().unwrap_or_default().max(1);
    let is_shown = |severity: &Severity| {
        counts.open(*severity) > 0 || !matches!(severity, Severity::Info | Severity::Unknown)
    };
    Severity::ALL
        .into_iter()
        .filter(is_shown)
        .map(|severity| Open {
            severity: Mark::of(severity),
            count: grouped(counts.open(severity)),
            overdue: grouped(counts.overdue.get(&severity).copied().unwrap_or_default()),
            href: Query::new("/vulnerabilities").and("severity", severity.word()).url(),
            share: counts.open(severity) * 1_000 / most,
        })
        .collect()
}

/// Nothing once the first ticket is there.
fn steps(facts: &Facts) -> Vec<Step> {
    if facts.overview.tickets > 0 {
        return Vec::new();
    }
    vec![
        Step {
            is_done: facts.has_connection,
            title: "Connect Jira",
            text: "Consent once at Atlassian; no service account and no API token is needed.",
            href: "/integrations/jira",
            button: "Connect Jira",
        },
        Step {
            is_done: facts.has_project,
            title: "Add a project",
            text: "Choose the project and the issue type, and map its fields.",
            href: "/integrations/jira",
            button: "Add project",
        },
        Step {
            is_done: facts.counts.total() > 0,
            title: "Upload a report",
            text: "Trivy JSON, SARIF or CycloneDX; tickets appear for what the rule takes.",
            href: "/reports/new",
            button: "Upload report",
        },
    ]
}

#[cfg(test)]
mod tests;
