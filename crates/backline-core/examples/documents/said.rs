//! Every comment that the life of a ticket can call for, in Backline's own words.

use backline_core::ids::{CloudId, JiraProjectId, SubjectId};
use backline_core::jira::adf::Doc;
use backline_core::pull_request::{State, Tracked};
use backline_core::ticket::comment::comments as missing;
use backline_core::ticket::news::News;
use backline_core::ticket::stage::stage;
use backline_core::ticket::{Applied, Facts, Subject, Ticket};
use backline_core::vulnerability::{Status, Vulnerability};
use jiff::{Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A pull request as it goes to and fro; `true` where it is a draft.
const LIFE: [(State, bool); 6] = [
    (State::Open, false),
    (State::Open, true),
    (State::Open, false),
    (State::Closed, false),
    (State::Open, false),
    (State::Merged, false),
];

/// What happened, and what is said of it.
pub fn comments(v: &Vulnerability, prs: &[Tracked]) -> Vec<(&'static str, Doc)> {
    let mut told = Told { said: BTreeSet::new(), found: Vec::new() };
    let at = |status| vec![Vulnerability { status, ..v.clone() }];
    for (state, is_draft) in LIFE {
        let prs: Vec<Tracked> = prs.iter().cloned().map(|pr| with(pr, state, is_draft)).collect();
        told.ask(at(Status::Open), prs);
    }
    // A later scan still shows it.
    let merged: Vec<Tracked> = prs.iter().cloned().map(|pr| with(pr, State::Merged, false)).collect();
    let later = v.last_seen_at.checked_add(1.hour()).unwrap_or(v.last_seen_at);
    let seen = Vulnerability { last_seen_at: later, reopened_count: 0, status: Status::Open, ..v.clone() };
    told.ask(vec![seen], merged);
    told.ask(at(Status::Resolved), Vec::new());
    told.ask(at(Status::Dismissed), Vec::new());
    let news = News {
        key: String::new(),
        words: v.description.clone(),
        tells: backline_core::ticket::news::Tells { field: "description".into(), facts: BTreeMap::new() },
    };
    told.found.push(("news", news.body()));
    told.found
}

struct Told {
    said: BTreeSet<String>,
    found: Vec<(&'static str, Doc)>,
}

impl Told {
    fn ask(&mut self, vulnerabilities: Vec<Vulnerability>, pull_requests: Vec<Tracked>) {
        let at = stage(&vulnerabilities, &pull_requests);
        let facts = facts(vulnerabilities, pull_requests, self.said.clone());
        for comment in missing(&facts, at) {
            self.said.insert(comment.key);
            self.found.push((comment.occasion, comment.body));
        }
    }
}

fn with(mut tracked: Tracked, state: State, is_draft: bool) -> Tracked {
    tracked.pull_request.state = state;
    tracked.pull_request.is_draft = is_draft;
    tracked.merged_by = (state == State::Merged).then_some(Timestamp::UNIX_EPOCH);
    tracked
}

fn facts(
    vulnerabilities: Vec<Vulnerability>,
    pull_requests: Vec<Tracked>,
    comments: BTreeSet<String>,
) -> Facts {
    let ticket = Ticket {
        issue: "1".into(),
        key: "SEC-1".into(),
        status: None,
        applied: Applied { comments, ..Applied::default() },
        created_at: Timestamp::UNIX_EPOCH,
        is_gone: false,
    };
    Facts {
        subject: Subject {
            id: SubjectId(Uuid::from_u128(1)),
            cloud_id: CloudId::new("cloud"),
            project: JiraProjectId::new("10000"),
            group_key: "vulnerability:1".to_owned(),
            generation: 1,
        },
        project: None,
        vulnerabilities,
        pull_requests,
        ticket: Some(ticket),
        learned: Vec::new(),
        stale: 0,
    }
}
