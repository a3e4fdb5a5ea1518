//! The line in large: what happened at each of its four stations, and what comes next.

use crate::web::part::chain::Standing;
use crate::web::part::moment::{self, Moment};
use backline_core::pull_request::{PullRequest, State, Tracked};
use backline_core::vulnerability::{Status, Vulnerability};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    /// `on` when reached, `now` while under way, `bad` when it needs a person, empty before.
    pub class: &'static str,
    /// The part that is a link, with its address.
    pub link: Option<(String, String)>,
    pub title: String,
    pub detail: String,
}

/// What the line says of the ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub key: Option<String>,
    pub href: String,
    pub standing: Standing,
    /// Why it waits or is kept in step no more.
    pub reason: Option<String>,
    /// Jira's status, as last read.
    pub status: Option<String>,
    pub created_at: Option<jiff::Timestamp>,
}

pub fn stations(
    vulnerability: &Vulnerability,
    ticket: Option<&Ticket>,
    pull_request: Option<&Tracked>,
) -> [Station; 4] {
    [
        found(vulnerability),
        ticket.map_or_else(|| plain("", "No ticket", "No rule took it, or none is needed"), of_ticket),
        pull_request
            .map_or_else(|| plain("", "No pull request", "None that fixes it is known"), of_pull_request),
        verified(vulnerability, pull_request.map(|tracked| &tracked.pull_request)),
    ]
}

fn plain(class: &'static str, title: &str, detail: impl Into<String>) -> Station {
    Station { class, link: None, title: title.to_owned(), detail: detail.into() }
}

fn found(vulnerability: &Vulnerability) -> Station {
    let scanners = vulnerability.scanners.join(", ");
    plain("on", "Found", format!("{}, {scanners}", Moment::of(vulnerability.detected_at).text))
}

fn of_ticket(ticket: &Ticket) -> Station {
    let (class, standing) = match ticket.standing {
        Standing::InSync => ("on", "In sync"),
        Standing::Waiting => ("now", "Waiting; Backline goes on by itself"),
        Standing::Blocked => ("bad", "Blocked; a person must act"),
        Standing::Asleep => ("", "Not kept in step"),
    };
    let standing = ticket.reason.as_deref().unwrap_or(standing);
    let Some(key) = &ticket.key else {
        return Station {
            class,
            link: Some(("Ticket".to_owned(), ticket.href.clone())),
            title: if ticket.standing == Standing::Asleep { "none" } else { "not made yet" }.to_owned(),
            detail: standing.to_owned(),
        };
    };
    let created = ticket.created_at.map(|at| format!(", created {}", moment::day(at))).unwrap_or_default();
    Station {
        class,
        link: Some((key.clone(), ticket.href.clone())),
        title: ticket.status.clone().unwrap_or_else(|| "status not read yet".to_owned()),
        detail: format!("{standing}{created}"),
    }
}

fn of_pull_request(tracked: &Tracked) -> Station {
    let pull_request = &tracked.pull_request;
    let (class, word) = match pull_request.state {
        State::Open if pull_request.is_draft => ("now", "draft"),
        State::Open => ("now", "open"),
        State::Closed => ("", "closed without merging"),
        State::Merged => ("on", "merged"),
    };
    let detail = match pull_request.merged_at {
        Some(at) => format!("Merged {} into {}", Moment::of(at).text, pull_request.base),
        None => format!("By {}, into {}", pull_request.author, pull_request.base),
    };
    let href = format!("/remediations/{}", tracked.id);
    Station { class, link: Some((format!("#{}", pull_request.number), href)), title: word.to_owned(), detail }
}

fn verified(vulnerability: &Vulnerability, pull_request: Option<&PullRequest>) -> Station {
    match (vulnerability.status, &vulnerability.resolved, &vulnerability.dismissed) {
        (Status::Resolved, Some(resolution), _) => {
            plain("on", "Verified", format!("{}, {}", Moment::of(resolution.at).text, resolution.evidence))
        }
        (Status::Dismissed, _, Some(dismissal)) => {
            plain("", "Dismissed", format!("{}, by {}", Moment::of(dismissal.at).text, dismissal.by))
        }
        _ if pull_request.is_some_and(|pull_request| pull_request.state == State::Merged) => {
            plain("now", "Awaiting verification", "After the next complete scan that no longer shows it")
        }
        _ => plain("", "Verified", "After a complete scan that no longer shows it"),
    }
}
