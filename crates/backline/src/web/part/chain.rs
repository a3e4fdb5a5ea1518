//! The line: finding, ticket, pull request, verified. Always these four, always in this order.

use backline_core::pull_request::{PullRequest, State};
use backline_core::vulnerability::{Status, Vulnerability};

/// One of the four stations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// `ok`, `wait`, `bad`, `info`, `done`, or empty while nothing is there.
    pub tone: &'static str,
    /// `SEC-142`, `#12 open`.
    pub text: String,
    pub href: Option<String>,
}

impl Node {
    fn nothing(text: &str) -> Self {
        Self { tone: "", text: text.to_owned(), href: None }
    }
}

/// How a ticket stands, as far as the line shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    InSync,
    Waiting,
    Blocked,
    /// Nothing is kept in step.
    Asleep,
}

/// What the line needs to know of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketEnd {
    /// `None` while it has not been made yet.
    pub key: Option<String>,
    pub standing: Standing,
    /// Backline's own page of it.
    pub href: String,
}

/// What the line needs to know of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequestEnd {
    pub number: u64,
    pub state: State,
    pub is_draft: bool,
    pub href: String,
}

impl PullRequestEnd {
    pub fn of(pull_request: &PullRequest, href: String) -> Self {
        let PullRequest { number, state, is_draft, .. } = *pull_request;
        Self { number, state, is_draft, href }
    }
}

/// The line of one vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    pub ticket: Node,
    pub pull_request: Node,
    pub verified: Node,
}

impl Chain {
    pub fn new(
        vulnerability: &Vulnerability,
        ticket: Option<&TicketEnd>,
        pull_request: Option<&PullRequestEnd>,
    ) -> Self {
        Self {
            ticket: ticket.map_or_else(|| Node::nothing("No ticket"), ticket_node),
            pull_request: pull_request.map_or_else(|| Node::nothing("No pull request"), pull_request_node),
            verified: verified(vulnerability, pull_request),
        }
    }
}

fn ticket_node(ticket: &TicketEnd) -> Node {
    let (tone, word) = match ticket.standing {
        Standing::InSync => ("ok", "In sync"),
        Standing::Waiting => ("wait", "Waiting"),
        Standing::Blocked => ("bad", "Blocked"),
        Standing::Asleep => ("", "No ticket"),
    };
    Node {
        tone,
        text: ticket.key.clone().unwrap_or_else(|| word.to_owned()),
        href: Some(ticket.href.clone()),
    }
}

fn pull_request_node(pull_request: &PullRequestEnd) -> Node {
    let (tone, word) = match pull_request.state {
        State::Open if pull_request.is_draft => ("", "draft"),
        State::Open => ("info", "open"),
        State::Closed => ("", "closed"),
        State::Merged => ("done", "merged"),
    };
    Node { tone, text: format!("#{} {word}", pull_request.number), href: Some(pull_request.href.clone()) }
}

fn verified(vulnerability: &Vulnerability, pull_request: Option<&PullRequestEnd>) -> Node {
    let is_merged = pull_request.is_some_and(|pull_request| pull_request.state == State::Merged);
    let (tone, text) = match vulnerability.status {
        Status::Resolved => ("ok", "Verified"),
        Status::Dismissed => ("", "Dismissed"),
        Status::PendingAction if is_merged => ("wait", "Awaiting a scan"),
        // A scan from after the merge shows it still, or again.
        Status::Open if is_merged => ("bad", "Still found"),
        _ => ("", "Not yet"),
    };
    Node { tone, text: text.to_owned(), href: None }
}

#[cfg(test)]
mod tests {
    use super::{PullRequestEnd, verified};
    use crate::web::part::sample;
    use backline_core::pull_request::State;
    use backline_core::vulnerability::Status;

    #[test]
    fn a_merge_is_verified_by_a_scan_alone() {
        let mut vulnerability = sample::vulnerability();
        let mut pull_request = PullRequestEnd::of(&sample::pull_request().pull_request, String::new());
        pull_request.state = State::Merged;
        for (status, text) in [
            (Status::PendingAction, "Awaiting a scan"),
            (Status::Open, "Still found"),
            (Status::InProgress, "Not yet"),
            (Status::Resolved, "Verified"),
        ] {
            vulnerability.status = status;
            assert_eq!(verified(&vulnerability, Some(&pull_request)).text, text);
        }
    }
}
