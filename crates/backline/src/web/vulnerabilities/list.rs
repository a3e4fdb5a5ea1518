//! The list: the worst first, each with its line.

use super::filter::Filter;
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::QueryFields;
use crate::web::layout::{Layout, Nav, grouped};
use crate::web::part::chain::{Chain, PullRequestEnd};
use crate::web::part::fragment::{Asked, answer};
use crate::web::part::lozenge::Lozenge;
use crate::web::part::moment;
use crate::web::part::pager::Pager;
use crate::web::part::query::Query;
use crate::web::part::severity::Mark;
use crate::web::part::sla::Sla;
use crate::web::session::Session;
use crate::web::tickets::row::ticket_end;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use backline_core::severity::Severity;
use backline_core::vulnerability::Vulnerability;
use backline_store::vulnerability::{VulnerabilityCounts, VulnerabilityRow};
use jiff::Timestamp;

/// Rows of one page.
const ROWS: u64 = 50;

#[derive(Template)]
#[template(path = "vulnerabilities/list.html")]
struct Page {
    layout: Layout,
    filter: Filter,
    repositories: Vec<String>,
    scanners: Vec<String>,
    strip: Vec<Stat>,
    /// "1,312 unresolved of 10,284."
    summary: String,
    list: List,
}

#[derive(Template)]
#[template(path = "vulnerabilities/filtered.html")]
struct Fragment {
    filter: Filter,
    list: List,
}

/// One severity of the strip above the list.
pub struct Stat {
    pub severity: Mark,
    pub href: String,
    pub open: String,
    pub overdue: String,
}

pub struct List {
    pub rows: Vec<Row>,
    pub pager: Pager,
    pub nothing: Option<Nothing>,
}

/// Why there are no rows.
pub enum Nothing {
    /// No report was ever taken.
    Yet,
    /// The filters take none.
    Matches {
        words: String,
        /// How many there are whatever their status, and where they are shown.
        others: Option<(String, String)>,
    },
}

pub struct Row {
    pub href: String,
    pub severity: Mark,
    pub title: String,
    /// "CVE-2021-44228", or the rule of a code finding.
    pub identifier: String,
    /// "log4j-core 2.14.1", or a path.
    pub place: String,
    pub repository: String,
    pub scanners: String,
    pub sla: Sla,
    pub found: String,
    pub chain: Chain,
    pub status: Lozenge,
}

pub async fn list(
    State(app): State<App>,
    session: Session,
    asked: Asked,
    QueryFields(fields): QueryFields,
) -> Result<Response, PageError> {
    let filter = Filter::read(&fields);
    let now = app.now();
    let list = load(&app, &filter, now).await?;
    if asked == Asked::Fragment {
        return answer(Fragment { filter, list }.render());
    }
    let counts = app.store.count_vulnerabilities(now).await?;
    let repositories = app.store.vulnerability_repositories().await?;
    let scanners = app.store.vulnerability_scanners().await?;
    let page = Page {
        layout: Layout::load(&app, &session, Nav::Vulnerabilities, "Vulnerabilities").await?,
        repositories: repositories.into_iter().map(|name| name.0).collect(),
        scanners: scanners.into_iter().map(|(name, _)| name).collect(),
        strip: strip(&counts),
        summary: format!("{} unresolved of {}.", grouped(counts.all_open()), grouped(counts.total())),
        filter,
        list,
    };
    answer(page.render())
}

async fn load(app: &App, filter: &Filter, now: Timestamp) -> Result<List, PageError> {
    let page = app.store.list_vulnerabilities(&filter.to_store(now), filter.after.as_deref(), ROWS).await?;
    let nothing = match page.rows.is_empty() {
        false => None,
        true => Some(explain(app, filter, now).await?),
    };
    Ok(List {
        pager: Pager::new(&filter.query(), page.rows.len(), filter.after.as_deref(), page.next.as_deref()),
        rows: page.rows.iter().map(|row| Row::of(row, now)).collect(),
        nothing,
    })
}

async fn explain(app: &App, filter: &Filter, now: Timestamp) -> Result<Nothing, PageError> {
    if app.store.count_vulnerabilities(now).await?.total() == 0 {
        return Ok(Nothing::Yet);
    }
    let any = filter.of_any_status();
    let count = app.store.count_filtered(&any.to_store(now)).await?;
    let others = (count > 0).then(|| (grouped(count), any.query().url()));
    Ok(Nothing::Matches { words: filter.words(), others })
}

/// Each number leads to the rows that it counts, so what else is filtered by is left out.
fn strip(counts: &VulnerabilityCounts) -> Vec<Stat> {
    let stated = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let others =
        [Severity::Info, Severity::Unknown].into_iter().filter(|severity| counts.open(*severity) > 0);
    stated
        .into_iter()
        .chain(others)
        .map(|severity| Stat {
            severity: Mark::of(severity),
            href: Query::new("/vulnerabilities").and("severity", severity.word()).url(),
            open: grouped(counts.open(severity)),
            overdue: grouped(counts.overdue.get(&severity).copied().unwrap_or_default()),
        })
        .collect()
}

impl Row {
    pub fn of(row: &VulnerabilityRow, now: Timestamp) -> Self {
        let vulnerability = &row.vulnerability;
        let ticket = row.ticket.as_ref().map(ticket_end);
        let pull_request = row.pull_request.as_ref().map(|tracked| {
            PullRequestEnd::of(&tracked.pull_request, format!("/remediations/{}", tracked.id))
        });
        Self {
            href: format!("/vulnerabilities/{}", vulnerability.id),
            severity: Mark::of(vulnerability.rating.severity),
            title: vulnerability.title.clone(),
            identifier: identifier(vulnerability),
            place: place(vulnerability),
            repository: vulnerability.repository.to_string(),
            scanners: vulnerability.scanners.join(", "),
            sla: Sla::of(vulnerability, now),
            found: moment::day(vulnerability.detected_at),
            chain: Chain::new(vulnerability, ticket.as_ref(), pull_request.as_ref()),
            status: vulnerability.status.into(),
        }
    }
}

/// What people know it by.
pub fn identifier(vulnerability: &Vulnerability) -> String {
    let known = vulnerability.identifiers.first().or(vulnerability.rule.as_ref());
    known.cloned().unwrap_or_else(|| vulnerability.kind.word().to_owned())
}

/// Where it is: the package with its version, else the file, image or resource.
pub fn place(vulnerability: &Vulnerability) -> String {
    let location = &vulnerability.location;
    if let Some(package) = &vulnerability.package {
        return format!("{} {}", package.name, package.version).trim_end().to_owned();
    }
    match (&location.path, location.line) {
        (Some(path), Some(line)) => format!("{path}:{line}"),
        (Some(path), None) => path.clone(),
        (None, _) => location.image.clone().or_else(|| location.resource.clone()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
