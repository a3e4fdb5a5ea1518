//! What is said of one pull request, from what it is now and what was said of it last.
//!
//! A pull request can be closed and reopened again and again: a round begins with its opening and with each
//! reopening, and each event is said once a round.
//!
//! Invariant: what was said last of a pull request is true, or is said anew.

use super::{About, Comment};
use crate::jira::adf::build::{Builder, link, text};
use crate::mapping::lifecycle::Stage;
use crate::mapping::read::day;
use crate::pull_request::{PullRequest, State, Tracked};
use crate::remediation::status;
use crate::ticket::Facts;
use crate::vulnerability::Vulnerability;
use std::collections::BTreeSet;

/// Ordered as they can follow each other within a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Opened,
    Drafted,
    Closed,
    Merged,
    /// Merged, and a later scan still shows it.
    Failed,
}

/// A merge ends the rounds.
const LAST: u32 = u32::MAX;

/// The comment that is missing, if one is.
pub fn comment(facts: &Facts, tracked: &Tracked, stage: Stage, said: &BTreeSet<String>) -> Option<Comment> {
    let pr = &tracked.pull_request;
    let prefix = format!("pull-request:{}:", pr.label());
    let keys = said.range(prefix.clone()..).map_while(|key| key.strip_prefix(&prefix));
    let last = keys.filter_map(read).max();
    if pr.state == State::Merged {
        return merged(facts, tracked, last.map(|(_, event)| event), &prefix);
    }
    let (round, event, words) = next(pr, last)?;
    // Where nothing is left to fix, only what was begun is told to its end.
    if matches!(stage, Stage::Done | Stage::Dismissed) && last.is_none() {
        return None;
    }
    let of = if event == Event::Opened { Stage::InReview } else { Stage::Open };
    Some(about(tracked, of, (prefix.as_str(), round, event), ("Pull request ", words)))
}

/// What follows on what was said last, for one that is not merged.
fn next(pr: &PullRequest, last: Option<(u32, Event)>) -> Option<(u32, Event, &'static str)> {
    const CLOSED: &str = " was closed without being merged.";
    let is_draft = pr.state == State::Open && pr.is_draft;
    let is_open = pr.state == State::Open && !pr.is_draft;
    match last {
        None if is_draft => None,
        None if is_open => Some((0, Event::Opened, " was opened to fix this.")),
        None => Some((0, Event::Closed, CLOSED)),
        Some((round, Event::Opened)) if is_draft => Some((round, Event::Drafted, " is a draft again.")),
        Some((round, Event::Drafted)) if is_open => {
            Some((round + 1, Event::Opened, " is ready for review again."))
        }
        Some((round, Event::Opened | Event::Drafted)) if pr.state == State::Closed => {
            Some((round, Event::Closed, CLOSED))
        }
        Some((round, Event::Closed)) if is_open => Some((round + 1, Event::Opened, " was reopened.")),
        Some((round, Event::Closed)) if is_draft => {
            Some((round + 1, Event::Drafted, " was reopened as a draft."))
        }
        Some(_) => None,
    }
}

fn merged(facts: &Facts, tracked: &Tracked, last: Option<Event>, prefix: &str) -> Option<Comment> {
    let pr = &tracked.pull_request;
    let open = || facts.vulnerabilities.iter().filter(|v| v.status.is_open());
    let is_after = |v: &Vulnerability| tracked.merged_by.is_some_and(|merged_by| v.last_seen_at > merged_by);
    let say =
        |of, event, before, after: &str| Some(about(tracked, of, (prefix, LAST, event), (before, after)));
    let is_told = last == Some(Event::Merged);
    if last == Some(Event::Failed) {
        return None;
    }
    if let Some(note) = status::note(pr) {
        return match is_told {
            true => None,
            false => say(Stage::Open, Event::Merged, "Pull request ", &format!(" was {note}.")),
        };
    }
    // One that came back after this merge is told as found again: the merge had not failed.
    let had_held = |v: &Vulnerability| {
        v.reopened_count > 0 && v.reopened_at.is_none_or(|at| tracked.merged_by.is_none_or(|by| at > by))
    };
    if let Some(v) = open().find(|v| is_after(v) && !had_held(v)) {
        let scan = day(v.last_seen_at);
        return match is_told {
            true => {
                let before = format!("Still found in the scan of {scan}, which is from after pull request ");
                say(Stage::Open, Event::Failed, &before, " was merged.")
            }
            false => {
                let after = format!(" was merged, and the scan of {scan} still shows this.");
                say(Stage::Open, Event::Failed, "Pull request ", &after)
            }
        };
    }
    let is_awaited = open().next().is_some() && !open().any(is_after);
    match is_awaited {
        _ if is_told => None,
        true => {
            let after =
                " was merged. Awaiting verification: the next complete scan tells whether it is gone.";
            say(Stage::Verifying, Event::Merged, "Pull request ", after)
        }
        false => say(Stage::Verifying, Event::Merged, "Pull request ", " was merged."),
    }
}

fn key(round: u32, event: Event) -> String {
    match (event, round) {
        (Event::Opened, 0) => "opened".to_owned(),
        (Event::Opened, round) => format!("reopened:{round}"),
        (Event::Drafted, round) => format!("draft:{round}"),
        (Event::Closed, 0) => "closed".to_owned(),
        (Event::Closed, round) => format!("closed:{round}"),
        (Event::Merged, _) => "merged".to_owned(),
        (Event::Failed, _) => "failed".to_owned(),
    }
}

fn read(key: &str) -> Option<(u32, Event)> {
    let (word, round) = key.split_once(':').unwrap_or((key, "0"));
    let event = match word {
        "opened" | "reopened" => Event::Opened,
        "draft" => Event::Drafted,
        "closed" => Event::Closed,
        "merged" => return Some((LAST, Event::Merged)),
        "failed" => return Some((LAST, Event::Failed)),
        _ => return None,
    };
    Some((round.parse().ok()?, event))
}

fn about(
    tracked: &Tracked,
    of: Stage,
    (prefix, round, event): (&str, u32, Event),
    (before, after): (&str, &str),
) -> Comment {
    let pr = &tracked.pull_request;
    Comment {
        key: format!("{prefix}{}", key(round, event)),
        of,
        about: About::PullRequest(tracked.id),
        occasion: occasion(round, event),
        body: Builder::new().paragraph([text(before), link(&pr.label(), &pr.url), text(after)]).doc(),
        summary: format!("{before}{}{after}", pr.label()),
    }
}

fn occasion(round: u32, event: Event) -> &'static str {
    match event {
        Event::Opened if round > 0 => "reopened",
        Event::Opened => "opened",
        Event::Drafted => "drafted",
        Event::Closed => "closed",
        Event::Merged => "merged",
        Event::Failed => "merge_failed",
    }
}
