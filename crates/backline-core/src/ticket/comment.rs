//! What a ticket is told as the fix moves. Each comment has a key and is written once.

use super::Facts;
use crate::jira::adf::Doc;
use crate::jira::adf::build::{Builder, link, text};
use crate::mapping::lifecycle::Stage;
use crate::mapping::read::day;
use crate::pull_request::{PullRequest, State};
use crate::vulnerability::Vulnerability;

/// A comment that a stage calls for.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// The same fact gives the same key for ever.
    pub key: String,
    pub body: Doc,
    /// The first sentence, for plans and timelines.
    pub summary: String,
}

/// The comments that belong to a stage; those already written are left out by the plan.
pub fn comments(facts: &Facts, stage: Stage) -> Vec<Comment> {
    let pull_requests = || facts.pull_requests.iter().map(|tracked| &tracked.pull_request);
    let vulnerabilities = || facts.vulnerabilities.iter();
    match stage {
        Stage::InReview => {
            pull_requests().filter(|pr| pr.state == State::Open && !pr.is_draft).map(opened).collect()
        }
        Stage::Verifying => pull_requests().filter(|pr| pr.state == State::Merged).map(merged).collect(),
        Stage::Open => {
            let again = vulnerabilities().filter(|v| v.reopened_count > 0).map(found_again);
            pull_requests().filter(|pr| pr.state == State::Closed).map(closed).chain(again).collect()
        }
        Stage::Done => vulnerabilities().filter_map(resolved).collect(),
        Stage::Dismissed => vulnerabilities().filter_map(dismissed).collect(),
    }
}

fn opened(pr: &PullRequest) -> Comment {
    about(pr, "opened", "Pull request ", " was opened to fix this.")
}

fn merged(pr: &PullRequest) -> Comment {
    about(
        pr,
        "merged",
        "Pull request ",
        " was merged. Awaiting verification: the next complete scan tells whether it is gone.",
    )
}

fn closed(pr: &PullRequest) -> Comment {
    about(pr, "closed", "Pull request ", " was closed without being merged.")
}

fn about(pr: &PullRequest, event: &str, before: &str, after: &str) -> Comment {
    Comment {
        key: format!("pull-request:{}:{event}", pr.label()),
        body: Builder::new().paragraph([text(before), link(&pr.label(), &pr.url), text(after)]).doc(),
        summary: format!("{before}{}{after}", pr.label()),
    }
}

fn found_again(v: &Vulnerability) -> Comment {
    let words = format!("Found again in the scan of {}. It had been resolved before.", day(v.last_seen_at));
    plain(format!("found-again:{}:{}", v.id, v.reopened_count), words)
}

fn resolved(v: &Vulnerability) -> Option<Comment> {
    let resolution = v.resolved.as_ref()?;
    let words = format!("Resolved: {}.", resolution.evidence.trim_end_matches('.'));
    Some(plain(format!("resolved:{}:{}", v.id, v.reopened_count), words))
}

fn dismissed(v: &Vulnerability) -> Option<Comment> {
    let dismissal = v.dismissed.as_ref()?;
    let words = format!("Dismissed in Backline by {}: {}", dismissal.by, dismissal.reason);
    Some(plain(format!("dismissed:{}:{}", v.id, dismissal.at), words))
}

fn plain(key: String, words: String) -> Comment {
    Comment { key, body: Builder::new().paragraph([text(&words)]).doc(), summary: words }
}
