//! What a ticket is told as the fix moves. Each comment has a key and is written once.
//!
//! Each pull request is spoken of by itself, whatever the others do; only the status follows the stage of all.

pub mod pull_request;

use super::{Facts, stage};
use crate::ids::{PullRequestId, VulnerabilityId};
use crate::jira::adf::Doc;
use crate::jira::adf::build::{Builder, text};
use crate::mapping::lifecycle::Stage;
use crate::mapping::read::{View, day};
use crate::mapping::telling::{Happening, Telling};
use crate::pull_request::Tracked;
use crate::vulnerability::Vulnerability;
use std::collections::BTreeSet;

/// A comment that the facts call for.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// The same fact gives the same key for ever.
    pub key: String,
    /// The stage whose step says whether people want it.
    pub of: Stage,
    pub about: About,
    /// What happened, as templates ask for it: see [`crate::mapping::telling::OCCASIONS`].
    pub occasion: &'static str,
    pub body: Doc,
    /// The first sentence, for plans and timelines.
    pub summary: String,
}

/// Whom a comment speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Vulnerability(VulnerabilityId),
    PullRequest(PullRequestId),
}

impl Comment {
    /// The same comment in the words of a mapping; `None` where they come to nothing.
    ///
    /// One whose template fails for these facts is said in Backline's words: the doctor tells of it.
    pub fn in_words_of(self, template: &str, facts: &Facts, view: View<'_>) -> Option<Self> {
        if template.is_empty() {
            return Some(self);
        }
        let tracked = |tracked: &&Tracked| self.about == About::PullRequest(tracked.id);
        let vulnerability = |v: &&Vulnerability| self.about == About::Vulnerability(v.id);
        let view = View {
            vulnerability: facts.vulnerabilities.iter().find(vulnerability).unwrap_or(view.vulnerability),
            pull_requests: facts
                .pull_requests
                .iter()
                .find(tracked)
                .map_or(view.pull_requests, std::slice::from_ref),
            public_url: view.public_url,
        };
        let happening = Happening { event: &self.summary, occasion: self.occasion };
        match Telling::read(template).and_then(|telling| telling.body(view, happening)) {
            Ok(Some(body)) => Some(Self { body, ..self }),
            Ok(None) => None,
            Err(_) => Some(self),
        }
    }
}

/// What has not been said yet, in the order in which it is to be read.
pub fn comments(facts: &Facts, stage: Stage) -> Vec<Comment> {
    let nothing = BTreeSet::new();
    let said = facts.ticket.as_ref().map_or(&nothing, |ticket| &ticket.applied.comments);
    let vulnerabilities = || facts.vulnerabilities.iter();
    let again = vulnerabilities().filter(|v| v.status.is_open() && v.reopened_count > 0).map(found_again);
    let pull_requests =
        facts.pull_requests.iter().filter_map(|tracked| pull_request::comment(facts, tracked, stage, said));
    let closing: Vec<Comment> = match stage {
        Stage::Done => vulnerabilities().filter_map(resolved).collect(),
        Stage::Dismissed => vulnerabilities().filter_map(|v| dismissed(facts, v)).collect(),
        Stage::Open | Stage::InReview | Stage::Verifying => Vec::new(),
    };
    again.chain(pull_requests).chain(closing).filter(|comment| !said.contains(&comment.key)).collect()
}

/// Keys of what is no news to a ticket that was just made: whatever left its vulnerability open.
pub fn old_news(facts: &Facts) -> BTreeSet<String> {
    let stage = stage::stage(&facts.vulnerabilities, &facts.pull_requests);
    let of_open = comments(facts, stage).into_iter().filter(|comment| comment.of == Stage::Open);
    of_open.map(|comment| comment.key).collect()
}

fn found_again(v: &Vulnerability) -> Comment {
    let words = format!(
        "Found again in the scan of {}. It had been resolved before.",
        day(v.reopened_at.unwrap_or(v.last_seen_at))
    );
    plain(v, "found_again", format!("found-again:{}:{}", v.id, v.reopened_count), Stage::Open, words)
}

fn resolved(v: &Vulnerability) -> Option<Comment> {
    let resolution = v.resolved.as_ref()?;
    let words = format!("Resolved: {}.", resolution.evidence.trim_end_matches('.'));
    Some(plain(v, "resolved", format!("resolved:{}:{}", v.id, v.reopened_count), Stage::Done, words))
}

fn dismissed(facts: &Facts, v: &Vulnerability) -> Option<Comment> {
    let dismissal = v.dismissed.as_ref()?;
    let words = match &dismissal.ticket {
        // Whoever closed this ticket knows.
        Some(issue) if facts.ticket.as_ref().is_some_and(|ticket| ticket.issue == *issue) => return None,
        Some(_) => format!("Dismissed: {} was {}", dismissal.by, dismissal.reason),
        None => format!("Dismissed in Backline by {}: {}", dismissal.by, dismissal.reason),
    };
    Some(plain(v, "dismissed", format!("dismissed:{}:{}", v.id, dismissal.at), Stage::Dismissed, words))
}

fn plain(v: &Vulnerability, occasion: &'static str, key: String, of: Stage, words: String) -> Comment {
    let about = About::Vulnerability(v.id);
    Comment { key, of, about, occasion, body: Builder::new().paragraph([text(&words)]).doc(), summary: words }
}
