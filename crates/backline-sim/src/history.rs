//! What was asked of the simulators: one entry per request, in the order in which they were answered, with what it
//! changed.
//!
//! The judge of a test reads only this. People's page views are left out; their form posts and the acts of
//! administrators (`/_sim/jira/…`, `/_sim/accounts/…`) are not. The rest of `/_sim` is no part of the simulated world.
//! Entries are kept over restarts; the oldest are dropped beyond [`KEPT_MAX`].

use crate::World;
use crate::journal::{Batch, Journal, Records};
use crate::witness::{Commit, Commits};
use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io;
use std::sync::Mutex;

/// How many entries are kept.
pub const KEPT_MAX: usize = 200_000;
const TABLE: &str = "entry";

/// Response extension by which a handler says who acted.
#[derive(Debug, Clone)]
pub struct Actor(pub String);

/// Response extension of an answer that changed nothing although the request was a POST.
#[derive(Debug, Clone, Copy)]
pub struct ReadByPost;

/// Response extension of an answer that a planned fault made or changed.
#[derive(Debug, Clone, Copy)]
pub struct Faulted {
    pub kind: &'static str,
    /// False when the connection was closed without a status.
    pub answered: bool,
    /// True when the request was carried out all the same.
    pub committed: bool,
}

/// One request and how it ended. `status` is 0 when the connection was closed without an answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    pub seq: u64,
    pub at: Timestamp,
    pub service: Cow<'static, str>,
    pub actor: String,
    pub method: String,
    pub path: String,
    pub status: u16,
    pub write: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Cow<'static, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed: Option<bool>,
    /// What the request changed, in the order of the changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commits: Vec<Commit>,
}

#[derive(Debug, Default)]
struct Kept {
    next: u64,
    entries: VecDeque<Entry>,
}

#[derive(Debug)]
pub struct History {
    kept: Mutex<Kept>,
    journal: Journal,
}

impl History {
    pub(crate) fn open(journal: Journal, mut records: Records) -> io::Result<Self> {
        let mut entries: Vec<Entry> = records.take(TABLE)?.into_iter().map(|(_, entry)| entry).collect();
        entries.sort_by_key(|entry: &Entry| entry.seq);
        let next = entries.last().map_or(0, |entry| entry.seq);
        Ok(Self { kept: Mutex::new(Kept { next, entries: entries.into() }), journal })
    }

    /// Entries after `seq`, at most `limit` of them.
    pub fn after(&self, seq: u64, limit: usize) -> Vec<Entry> {
        let kept = self.kept.lock().expect("no panic while history is held");
        let start = kept.entries.partition_point(|entry| entry.seq <= seq);
        kept.entries.range(start..).take(limit).cloned().collect()
    }

    fn record(&self, mut entry: Entry) {
        let mut kept = self.kept.lock().expect("no panic while history is held");
        kept.next += 1;
        entry.seq = kept.next;
        let mut batch = Batch::default();
        batch.put(TABLE, entry.seq, &entry);
        if kept.entries.len() == KEPT_MAX
            && let Some(oldest) = kept.entries.pop_front()
        {
            batch.delete(TABLE, oldest.seq);
        }
        self.journal.write(&batch);
        kept.entries.push_back(entry);
    }
}

/// The simulated service that a path belongs to, also that of an administrator's acts; `None` for the simulators' own
/// control and index pages.
pub fn service_of(path: &str) -> Option<&'static str> {
    let mut parts = path.trim_start_matches('/').split('/');
    match (parts.next().unwrap_or_default(), parts.next()) {
        ("auth", _) | ("api", Some("oauth" | "me")) => Some("auth"),
        ("api", _) | ("sites", _) => Some("jira"),
        ("github", _) => Some("github"),
        ("gitlab", _) => Some("gitlab"),
        ("slack", _) => Some("slack"),
        ("_sim", Some("jira")) => Some("jira"),
        ("_sim", Some("accounts")) => Some("auth"),
        _ => None,
    }
}

fn is_page_view(method: &Method, path: &str) -> bool {
    let is_read = method == Method::GET || method == Method::HEAD;
    let is_api = path.starts_with("/api/")
        || path.starts_with("/auth/oauth/")
        || path.starts_with("/github/api/")
        || path.starts_with("/gitlab/api/")
        || path.starts_with("/slack/services/")
        || (path.starts_with("/sites/") && path.contains("/rest/"));
    is_read && !is_api
}

/// A request of a simulated service that is noted once it has been answered.
pub(crate) struct Noted {
    service: &'static str,
    method: Method,
    path: String,
}

impl Noted {
    pub(crate) fn begin(request: &Request) -> Option<Self> {
        let (method, path) = (request.method(), request.uri().path());
        let service = service_of(path).filter(|_| !is_page_view(method, path))?;
        Some(Self { service, method: method.clone(), path: path.to_owned() })
    }

    pub(crate) fn end(&self, world: &World, response: &Response) {
        note(world, self.service, &self.method, &self.path, response);
    }
}

/// Notes a request with its answer.
pub(crate) fn note(world: &World, service: &'static str, method: &Method, path: &str, response: &Response) {
    let extensions = response.extensions();
    let faulted = extensions.get::<Faulted>().copied();
    let is_read = method == Method::GET || method == Method::HEAD || extensions.get::<ReadByPost>().is_some();
    let actor = extensions.get::<Actor>().map_or_else(String::new, |actor| actor.0.clone());
    let mut commits = extensions.get::<Commits>().map_or_else(Vec::new, |commits| commits.0.to_vec());
    commits.iter_mut().for_each(|commit| commit.actor.clone_from(&actor));
    world.history.record(Entry {
        seq: 0,
        at: world.clock.now(),
        service: service.into(),
        actor,
        method: method.to_string(),
        path: path.to_owned(),
        status: if faulted.is_some_and(|f| !f.answered) { 0 } else { response.status().as_u16() },
        write: !is_read,
        fault: faulted.map(|f| f.kind.into()),
        committed: faulted.map(|f| f.committed),
        commits,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            seq: 0,
            at: Timestamp::UNIX_EPOCH,
            service: "jira".into(),
            actor: String::new(),
            method: "GET".into(),
            path: "/".into(),
            status: 200,
            write: false,
            fault: None,
            committed: None,
            commits: Vec::new(),
        }
    }

    #[test]
    fn reading_after_a_number_gives_only_later_entries() {
        let history = History::open(Journal::in_memory(), Records::default()).expect("empty");
        for _ in 0..3 {
            history.record(entry());
        }
        let seen: Vec<u64> = history.after(1, 10).iter().map(|entry| entry.seq).collect();
        assert_eq!(seen, [2, 3]);
    }

    #[test]
    fn page_views_are_not_history_and_form_posts_are() {
        assert!(is_page_view(&Method::GET, "/sites/acme/browse/SEC-1"));
        assert!(!is_page_view(&Method::POST, "/sites/acme/browse/SEC-1/comment"));
        assert!(!is_page_view(&Method::GET, "/sites/acme/rest/api/3/myself"));
        assert_eq!(service_of("/api/oauth/token/accessible-resources"), Some("auth"));
        assert_eq!(service_of("/_sim/info"), None);
        assert_eq!(
            service_of("/_sim/jira/move"),
            Some("jira"),
            "an administrator's act is part of the world"
        );
    }
}
