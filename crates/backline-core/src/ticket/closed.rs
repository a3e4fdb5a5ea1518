//! A person closed the ticket while what it is about is still there, or opened it again after that.
//!
//! What it means is the mapping's to say. Whoever closes is told by what the lifecycle wanted, never by an account's
//! name: the person who connected works in Jira under the same account.

use super::desired::{Desired, lead};
use super::plan::{Kept, Operation, Planned};
use super::{Facts, Ticket};
use crate::ids::StatusId;
use crate::jira::adf::build::{Builder, text};
use crate::jira::issue::Issue;
use crate::jira::workflow::{Category, Status};
use crate::mapping::closing::Meaning;
use crate::mapping::lifecycle::Stage;
use crate::mapping::read::day;
use serde::{Deserialize, Serialize};

/// Times that a ticket is opened again within a day; after that it is left closed.
pub const REOPENINGS_MAX: usize = 3;

/// How a ticket stands that a person closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub status: StatusId,
    /// The resolution's id, where there is one.
    pub resolution: Option<String>,
    pub means: Meaning,
    /// How long a dismissal lasts.
    #[serde(default)]
    pub expires_days: Option<u16>,
    /// As people see it: "Won't Do", else the status's name.
    #[serde(rename = "as")]
    pub as_what: String,
}

/// What is news about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    Closed(Closed),
    /// What was closed is open again; `was_dismissed` where its closing had dismissed what it is about.
    OpenAgain {
        was_dismissed: bool,
    },
}

/// What a look at the issue says that was not known before.
pub fn news(facts: &Facts, desired: &Desired, issue: &Issue) -> Option<News> {
    let ticket = facts.ticket.as_ref()?;
    let known = ticket.applied.closed.as_ref();
    if issue.status.category != Category::Done {
        let by_it = |v: &crate::vulnerability::Vulnerability| {
            v.dismissed.as_ref().is_some_and(|dismissal| dismissal.ticket.as_ref() == Some(&ticket.issue))
        };
        let was_dismissed = facts.vulnerabilities.iter().any(by_it);
        return (known.is_some() || was_dismissed).then_some(News::OpenAgain { was_dismissed });
    }
    let is_agreed = matches!(desired.stage, Stage::Done | Stage::Dismissed);
    if is_agreed || is_ours(facts, ticket, desired.stage, &issue.status) {
        return None;
    }
    let resolution = issue.resolution.as_ref().map(|resolution| resolution.id.clone());
    if known.is_some_and(|known| known.status == issue.status.id && known.resolution == resolution) {
        return None;
    }
    let closing = &facts.project.as_ref()?.mapping.closing;
    let (means, expires_days) = closing.meaning(resolution.as_deref(), &issue.status.id);
    let is_contested = means == Meaning::Reopen && ticket.applied.reopenings.len() >= REOPENINGS_MAX;
    Some(News::Closed(Closed {
        status: issue.status.id.clone(),
        resolution,
        means: if is_contested { Meaning::StillPresent } else { means },
        expires_days,
        as_what: issue.resolution.as_ref().map_or_else(|| issue.status.name.clone(), |by| by.name.clone()),
    }))
}

/// Whether the lifecycle itself led there.
fn is_ours(facts: &Facts, ticket: &Ticket, wanted: Stage, status: &Status) -> bool {
    let before = ticket.applied.stage;
    let leads_there = |stage: Stage| {
        let step = facts.project.as_ref().and_then(|project| project.mapping.lifecycle.0.get(&stage));
        step.and_then(|step| step.status.as_ref()).is_some_and(|target| target.id == status.id)
    };
    matches!(before, Some(Stage::Done | Stage::Dismissed))
        || before.into_iter().chain([wanted]).any(leads_there)
}

/// Whether the ticket is to be opened again: it stands closed, and that means so.
pub fn is_reopening(facts: &Facts, desired: &Desired, issue: &Issue) -> bool {
    let means = match news(facts, desired, issue) {
        Some(News::Closed(closed)) => Some(closed.means),
        Some(News::OpenAgain { .. }) => None,
        None => {
            facts.ticket.as_ref().and_then(|ticket| ticket.applied.closed.as_ref()).map(|known| known.means)
        }
    };
    let is_present = !matches!(desired.stage, Stage::Done | Stage::Dismissed);
    is_present && issue.status.category == Category::Done && means == Some(Meaning::Reopen)
}

/// What it comes to, for plans and timelines.
pub fn kept(ticket: &Ticket, news: &News) -> Kept {
    let key = &ticket.key;
    let (what, rule) = match news {
        News::Closed(closed) => {
            let how = format!("{key} was closed in Jira as {}", closed.as_what);
            let what = match (closed.means, closed.expires_days) {
                (Meaning::StillPresent, _) => format!("{how} and is still present"),
                (Meaning::Reopen, _) => format!("{how} and is still present: it is opened again"),
                (means, days) => {
                    let kind = means.dismissal().unwrap_or_default().title().to_lowercase();
                    let long = days.map(|days| format!(" for {days} days")).unwrap_or_default();
                    format!("{how}: dismissed{long}, {kind}")
                }
            };
            (what, "closed by a person")
        }
        News::OpenAgain { was_dismissed: true } => (
            format!("{key} was opened again in Jira: what it is about is no longer dismissed"),
            "opened by a person",
        ),
        News::OpenAgain { was_dismissed: false } => {
            (format!("{key} is open again in Jira"), "opened by a person")
        }
    };
    Kept { what, rule, yielded: None }
}

/// What people are told when it is opened again; `None` where it was said.
pub fn comment(facts: &Facts, ticket: &Ticket) -> Option<Planned> {
    let seen = lead(&facts.vulnerabilities)?.last_seen_at;
    // Counted with this one, whether it is recorded by now or not.
    let count = ticket.applied.reopenings.len() + usize::from(ticket.applied.closed.is_none());
    let key = format!("reopened:{count}:{}", seen.as_second());
    let words = format!("Still present in the scan of {}, so this is open again.", day(seen));
    let body = Builder::new().paragraph([text(&words)]).doc();
    let is_said = ticket.applied.comments.contains(&key);
    (!is_said).then(|| Planned {
        operation: Operation::Comment { key, body, tells: None },
        rule: "reopened",
        reason: words,
    })
}
