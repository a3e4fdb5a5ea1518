//! Reads a catalogue field of a subject.

use super::catalogue::{BacklineField, priority_word};
use super::headline::headline;
use crate::jira::kind::Raw;
use crate::pull_request::Tracked;
use crate::ticket::description;
use crate::vulnerability::Vulnerability;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// What the catalogue is read from.
#[derive(Debug, Clone, Copy)]
pub struct View<'f> {
    /// The one that the subject is about; of several, the worst.
    pub vulnerability: &'f Vulnerability,
    /// Oldest first.
    pub pull_requests: &'f [Tracked],
    /// `https://backline.example`, without a slash at the end.
    pub public_url: &'f str,
}

/// `None` where nothing is known, which leaves the Jira field alone.
pub fn read(field: BacklineField, view: View<'_>) -> Option<Raw> {
    use BacklineField as F;
    let v = view.vulnerability;
    let package = v.package.as_ref();
    let newest = view.pull_requests.last().map(|tracked| &tracked.pull_request);
    match field {
        F::Title => text(&v.title),
        F::Headline => text(&headline(v)),
        F::Finding => Some(Raw::Document(description::build(view))),
        F::Description => text(&v.description),
        F::SeverityTitle => text(v.rating.severity.title()),
        F::Severity => text(v.rating.severity.word()),
        F::Priority => text(priority_word(v.rating.severity)),
        F::Status => text(v.status.word()),
        F::Identifier => text(identifier(v)),
        F::Identifiers => list(v.identifiers.clone()),
        F::Cwes => list(v.cwes.clone()),
        F::CvssScore => v.rating.score.map(Raw::Number),
        F::CvssVector => v.rating.vector.as_deref().and_then(text),
        F::SeveritySource => text(&v.rating.source),
        F::Kind => text(v.kind.word()),
        F::Package => package.and_then(|package| text(&package.name)),
        F::PackageVersion => package.and_then(|package| text(&package.version)),
        F::FixedVersion => package.and_then(|package| text(&package.fixed_versions.join(", "))),
        F::Ecosystem => package.and_then(|package| text(&package.ecosystem)),
        F::Purl => package.and_then(|package| package.purl.as_deref()).and_then(text),
        F::Repository => text(v.repository.as_str()),
        F::RepositoryOwner => text(v.repository.as_str().split_once('/').map_or("", |(owner, _)| owner)),
        F::RepositoryShort => text(v.repository.as_str().rsplit('/').next().unwrap_or_default()),
        F::File => v.location.path.as_deref().and_then(text),
        F::Line => v.location.line.map(|line| Raw::Number(f64::from(line))),
        F::Image => v.location.image.as_deref().and_then(text),
        F::Resource => v.location.resource.as_deref().and_then(text),
        F::Rule => v.rule.as_deref().and_then(text),
        F::Scanner => text(&v.scanners.join(", ")),
        F::Remedy => v.remedy.as_deref().and_then(text),
        F::DetectedAt => Some(Raw::Moment(v.detected_at)),
        F::LastSeenAt => Some(Raw::Moment(v.last_seen_at)),
        F::SlaDays => v.due_at.map(|due_at| Raw::Number(days_between(v.detected_at, due_at))),
        F::DueAt => v.due_at.map(Raw::Moment),
        F::ResolvedAt => v.resolved.as_ref().map(|resolved| Raw::Moment(resolved.at)),
        F::ReopenedCount => Some(Raw::Number(f64::from(v.reopened_count))),
        F::References => list(v.references.clone()),
        F::AdvisoryUrl => v.references.first().and_then(|url| text(url)),
        F::PullRequest => newest.and_then(|pull_request| text(&pull_request.label())),
        F::PullRequestTitle => newest.and_then(|pull_request| text(&pull_request.title)),
        F::PullRequestBranch => newest.and_then(|pull_request| text(&pull_request.branch)),
        F::PullRequestAuthor => newest.and_then(|pull_request| text(&pull_request.author)),
        F::PullRequestUrl => newest.and_then(|pull_request| text(&pull_request.url)),
        F::PullRequestState => text(newest.map_or("none", |pull_request| pull_request.state.word())),
        F::BacklineUrl => text(&page_of(view)),
        F::Labels => {
            let mut labels = vec!["backline".to_owned(), format!("severity-{}", v.rating.severity.word())];
            labels.extend(v.scanners.iter().cloned());
            list(labels)
        }
    }
}

/// The id that a vulnerability is called by: CVE, else GHSA, else another, else its rule.
pub fn identifier(vulnerability: &Vulnerability) -> &str {
    let named = |prefix: &str| vulnerability.identifiers.iter().find(|id| id.starts_with(prefix));
    named("CVE-")
        .or_else(|| named("GHSA-"))
        .or_else(|| vulnerability.identifiers.first())
        .or(vulnerability.rule.as_ref())
        .map_or("", String::as_str)
}

/// The address of the vulnerability's page in Backline.
pub fn page_of(view: View<'_>) -> String {
    format!("{}/vulnerabilities/{}", view.public_url, view.vulnerability.id)
}

/// The day in UTC, since a ticket is read in many zones.
pub fn day(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

fn days_between(from: Timestamp, until: Timestamp) -> f64 {
    (until.duration_since(from).as_hours() as f64 / 24.0).round()
}

fn text(text: &str) -> Option<Raw> {
    (!text.is_empty()).then(|| Raw::Text(text.to_owned()))
}

fn list(list: Vec<String>) -> Option<Raw> {
    (!list.is_empty()).then_some(Raw::List(list))
}
