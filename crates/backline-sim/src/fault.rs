//! Planned faults: which request fails, and how.
//!
//! Owns the plan and the counting of matching calls; [`act`] carries a fault out. A fault that fires "after
//! commit" lets the request be carried out in full and spoils only the answer.
//!
//! Invariant: an empty plan changes no answer.

pub mod act;
pub mod plan;

pub use plan::{Entry, Fault, Match};

use crate::history::service_of;
use axum::http::Method;
use regex::Regex;
use serde_json::{Value, json};
use std::sync::Mutex;
use tokio_util::task::TaskTracker;

#[derive(Debug)]
struct Planned {
    id: u64,
    entry: Entry,
    path: Option<Regex>,
    seen: u64,
    fired: u64,
}

#[derive(Debug, Default)]
struct State {
    next_id: u64,
    planned: Vec<Planned>,
}

/// The plan that is in force. Also owns the requests that are carried out after their connection was closed.
#[derive(Debug, Default)]
pub struct Faults {
    state: Mutex<State>,
    pub(crate) late: TaskTracker,
}

impl Faults {
    /// Adds entries and gives their numbers.
    ///
    /// # Errors
    /// The text of a path that is no glob.
    pub fn add(&self, entries: Vec<Entry>) -> Result<Vec<u64>, String> {
        let mut compiled = Vec::with_capacity(entries.len());
        for entry in entries {
            let path = entry.matching.path.as_deref().map(glob).transpose()?;
            compiled.push((entry, path));
        }
        let mut state = self.state.lock().expect("no panic while the plan is held");
        let mut ids = Vec::new();
        for (entry, path) in compiled {
            state.next_id += 1;
            let id = state.next_id;
            ids.push(id);
            state.planned.push(Planned { id, entry, path, seen: 0, fired: 0 });
        }
        Ok(ids)
    }

    /// Forgets every entry.
    pub fn heal(&self) {
        self.state.lock().expect("no panic while the plan is held").planned.clear();
    }

    /// The plan with how often each entry was met and fired.
    pub fn report(&self) -> Value {
        let state = self.state.lock().expect("no panic while the plan is held");
        let rows = state
            .planned
            .iter()
            .map(|p| json!({"id": p.id, "entry": p.entry, "seen": p.seen, "fired": p.fired}));
        Value::Array(rows.collect())
    }

    /// The search lag that a plan asks for, in ms.
    pub fn search_lag_ms(&self) -> Option<u64> {
        let state = self.state.lock().expect("no panic while the plan is held");
        state.planned.iter().rev().find_map(|p| match p.entry.fault {
            Fault::SearchLag { ms } => Some(ms),
            _ => None,
        })
    }

    /// Counts this call at every entry that it matches, and gives the faults that fire on it, in plan order.
    pub fn take(&self, method: &Method, path: &str) -> Vec<Fault> {
        let Some(service) = service_of(path) else { return Vec::new() };
        let mut state = self.state.lock().expect("no panic while the plan is held");
        let mut firing = Vec::new();
        for planned in &mut state.planned {
            let wanted = &planned.entry.matching;
            let is_match = wanted.service.as_deref().is_none_or(|s| s == service)
                && wanted.method.as_deref().is_none_or(|m| m.eq_ignore_ascii_case(method.as_str()))
                && planned.path.as_ref().is_none_or(|regex| regex.is_match(path))
                && !matches!(planned.entry.fault, Fault::SearchLag { .. });
            if !is_match {
                continue;
            }
            planned.seen += 1;
            if planned.entry.fires_on(planned.seen) {
                planned.fired += 1;
                firing.push(planned.entry.fault.clone());
            }
        }
        firing
    }
}

fn glob(pattern: &str) -> Result<Regex, String> {
    let escaped = regex::escape(pattern).replace(r"\*", ".*").replace(r"\?", ".");
    Regex::new(&format!("^{escaped}$")).map_err(|error| format!("{pattern}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fired(entry: Value, calls: usize) -> Vec<usize> {
        let faults = Faults::default();
        faults.add(vec![serde_json::from_value(entry).expect("an entry")]).expect("a plan");
        (1..=calls)
            .filter(|_| !faults.take(&Method::POST, "/sites/acme/rest/api/3/issue").is_empty())
            .collect()
    }

    #[test]
    fn nth_fires_once_times_fires_first_and_after_fires_for_ever() {
        let matching = json!({"service": "jira", "method": "post", "path": "*/rest/api/3/issue"});
        let entry = |when: &str, n: u64| json!({"match": matching, when: n, "fault": {"kind": "reset"}});
        assert_eq!(fired(entry("nth", 2), 4), [2]);
        assert_eq!(fired(entry("times", 2), 4), [1, 2]);
        assert_eq!(fired(entry("after", 2), 4), [3, 4]);
    }

    #[test]
    fn another_path_is_left_alone() {
        let entry = json!({"match": {"path": "/github/*"}, "fault": {"kind": "reset"}});
        assert!(fired(entry, 2).is_empty());
    }
}
