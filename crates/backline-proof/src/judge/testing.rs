//! Short stories for the tests of the judge.

use crate::story::{Pair, Sender, Told, What, name_of};
use crate::world::Row;
use backline_sim::history::Entry;
use backline_sim::witness::{Change, Commit, FieldChange};
use jiff::Timestamp;
use serde_json::Value as Json;

const BY: Sender = Sender { replica: 0, life: 0 };

pub fn story<const N: usize>(what: [What; N]) -> Vec<Told> {
    what.into_iter().map(|what| Told { at_ms: 0, what }).collect()
}

pub fn story_at<const N: usize>(what: [(i64, What); N]) -> Vec<Told> {
    what.into_iter().map(|(at_ms, what)| Told { at_ms, what }).collect()
}

pub fn sent(n: u64, method: &'static str, path: &str, body: Json) -> What {
    What::Sent { n, by: BY, method, path: path.to_owned(), token: None, refresh: None, body: Some(body) }
}

fn entry(actor: &str, commit: Commit) -> Entry {
    Entry {
        seq: 1,
        at: Timestamp::UNIX_EPOCH,
        service: "jira".into(),
        actor: actor.to_owned(),
        method: "PUT".to_owned(),
        path: "/issue".to_owned(),
        status: 200,
        write: true,
        fault: None,
        committed: None,
        commits: vec![commit],
    }
}

pub fn created(n: u64, issue: &str) -> What {
    let entries = vec![entry("app:a/sam", Commit::new("issue", issue, Change::Created))];
    What::CarriedOut { n, status: 201, entries, pair: None }
}

fn change(issue: &str, field: &str, from: Json, to: Json) -> Commit {
    Commit::new("issue", issue, Change::Changed).fields(vec![FieldChange::new(field, from, to)])
}

pub fn edited(actor: &str, issue: &str, field: &str, from: Json, to: Json) -> What {
    let entries = vec![entry(actor, change(issue, field, from, to))];
    What::Acted { who: "person".to_owned(), entries, pair: None }
}

pub fn ours(n: u64, issue: &str, field: &str, from: Json, to: Json) -> What {
    let entries = vec![entry("app:a/sam", change(issue, field, from, to))];
    What::CarriedOut { n, status: 204, entries, pair: None }
}

pub fn exchange(n: u64, refresh: &str) -> What {
    What::Sent {
        n,
        by: BY,
        method: "POST",
        path: "/auth/oauth/token".to_owned(),
        token: None,
        refresh: Some(refresh.to_owned()),
        body: None,
    }
}

pub fn gave(n: u64, word: &str) -> What {
    let pair = Pair { access: format!("access-{word}"), refresh: word.to_owned() };
    What::CarriedOut { n, status: 200, entries: Vec::new(), pair: Some(pair) }
}

pub fn row(issue: &str, state: &str) -> Row {
    Row {
        subject: "a subject".to_owned(),
        title: "Weakness CVE-2026-0001".to_owned(),
        issue: Some(issue.to_owned()),
        state: state.to_owned(),
        blocked: None,
    }
}

#[test]
fn a_name_tells_nothing_of_a_secret() {
    assert_eq!(name_of("a secret").len(), 8);
    assert!(!name_of("a secret").contains("secret"));
}
