//! Planned faults: which request fails, and how.
//!
//! Owns the plan and the counting of matching calls. [`plan`] is what can be planned, [`kind`] the table of it,
//! [`check`] refuses the rest, [`layer`] carries a fault out with the answers of [`answer`] and the acts of others
//! of [`act`]. A fault that fires "after commit" lets the request be carried out in full and spoils only the answer.
//!
//! The plan and its counts are kept over restarts.
//!
//! Invariant: an empty plan changes no answer. The same seed, plan and order of calls fire the same faults.

mod act;
mod answer;
pub mod check;
pub mod kind;
pub(crate) mod layer;
pub mod plan;

pub use check::{PlanRefused, Problem};
pub use plan::{Act, DeadGrant, Entry, Fault, FaultPlan, Garbage, Match, Wait, When};

use crate::history::service_of;
use crate::ids;
use crate::journal::{Batch, Journal, Records};
use axum::http::Method;
use jiff::Timestamp;
use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::io;
use std::sync::Mutex;
use tokio_util::task::TaskTracker;

#[derive(Debug)]
struct Planned {
    id: u64,
    path: Option<Regex>,
    count: Count,
}

/// What is kept of an entry over a restart, so that one that fired on the first call does not fire on the next first.
#[derive(Debug, Serialize, Deserialize)]
struct Count {
    entry: Entry,
    seen: u64,
    fired: u64,
}

impl Planned {
    fn new(id: u64, count: Count) -> Self {
        let path = count.entry.matching.path.as_deref().and_then(|path| glob(path).ok());
        Self { id, path, count }
    }
}

const TABLE: &str = "planned";
const NEXT: &str = "next plan";

#[derive(Debug, Default)]
struct State {
    next_id: u64,
    planned: Vec<Planned>,
}

/// The plan that is in force. Also owns the requests that are carried out after their connection was closed.
#[derive(Debug)]
pub struct Faults {
    seed: u64,
    state: Mutex<State>,
    journal: Journal,
    pub(crate) late: TaskTracker,
}

impl Faults {
    pub(crate) fn open(seed: u64, journal: Journal, mut records: Records) -> io::Result<Self> {
        let next_id = records.take(NEXT)?.first().map_or(0, |(_, next)| *next);
        let kept = records.take::<Count>(TABLE)?.into_iter();
        let mut planned: Vec<Planned> =
            kept.filter_map(|(id, count)| Some(Planned::new(id.parse().ok()?, count))).collect();
        planned.sort_by_key(|planned| planned.id);
        Ok(Self { seed, state: Mutex::new(State { next_id, planned }), journal, late: TaskTracker::new() })
    }

    /// Adds the plan to what is in force and gives the numbers of its entries.
    ///
    /// # Errors
    /// What [`check::read`] refuses in JSON is refused of a plan made in code too.
    pub fn add(&self, plan: impl Into<FaultPlan>) -> Result<Vec<u64>, PlanRefused> {
        let plan = serde_json::to_value(plan.into()).expect("a plan is plain JSON");
        let plan = check::read(plan)?;
        let mut state = self.state.lock().expect("no panic while the plan is held");
        let (mut ids, mut batch) = (Vec::new(), Batch::default());
        for entry in plan.entries() {
            state.next_id += 1;
            let id = state.next_id;
            let planned = Planned::new(id, Count { entry: entry.clone(), seen: 0, fired: 0 });
            batch.put(TABLE, id, &planned.count);
            state.planned.push(planned);
            ids.push(id);
        }
        batch.put(NEXT, "", &state.next_id);
        self.journal.write(&batch);
        Ok(ids)
    }

    /// Forgets every entry.
    pub fn heal(&self) {
        let mut state = self.state.lock().expect("no panic while the plan is held");
        let mut batch = Batch::default();
        state.planned.drain(..).for_each(|planned| batch.delete(TABLE, planned.id));
        self.journal.write(&batch);
    }

    /// The plan with how often each entry was met and fired.
    pub fn report(&self) -> Value {
        let state = self.state.lock().expect("no panic while the plan is held");
        let rows = state
            .planned
            .iter()
            .map(|Planned { id, count, .. }| json!({"id": id, "entry": count.entry, "seen": count.seen, "fired": count.fired}));
        Value::Array(rows.collect())
    }

    /// Counts this call at every entry that it matches, and gives the faults that fire on it, in plan order.
    pub fn take(&self, method: &Method, path: &str, now: Timestamp) -> Vec<Fault> {
        // An administrator's act is no request of a client, and must go through whatever is planned.
        let service = service_of(path).filter(|_| !path.starts_with("/_sim/"));
        let Some(service) = service else { return Vec::new() };
        let mut state = self.state.lock().expect("no panic while the plan is held");
        let (mut firing, mut batch) = (Vec::new(), Batch::default());
        for planned in &mut state.planned {
            let wanted = &planned.count.entry.matching;
            let is_match = wanted.service.as_deref().is_none_or(|s| s == service)
                && wanted.method.as_deref().is_none_or(|m| m.eq_ignore_ascii_case(method.as_str()))
                && planned.path.as_ref().is_none_or(|regex| regex.is_match(path))
                && planned.count.entry.is_in_force(now);
            if !is_match {
                continue;
            }
            planned.count.seen += 1;
            if planned.count.entry.fires_on(planned.count.seen) && is_drawn(self.seed, planned) {
                planned.count.fired += 1;
                firing.push(match &planned.count.entry.fault {
                    Fault::Act(act) => Fault::Act(act.filled(&caught(planned.path.as_ref(), path))),
                    fault => fault.clone(),
                });
            }
            batch.put(TABLE, planned.id, &planned.count);
        }
        if !state.planned.is_empty() {
            self.journal.write(&batch);
        }
        firing
    }
}

/// Whether the share of an entry takes this call. Each call has a draw of its own, so that a call more at one entry
/// does not shift those of another.
fn is_drawn(seed: u64, planned: &Planned) -> bool {
    let Some(rate) = planned.count.entry.rate else { return true };
    let hash = ids::hash(seed, &["fault", &planned.id.to_string(), &planned.count.seen.to_string()]);
    let draw = u32::from_str_radix(&hash[..8], 16).unwrap_or_default();
    f64::from(draw) < rate * (f64::from(u32::MAX) + 1.0)
}

/// The pattern of a path; what each `*` stands for is caught.
fn glob(pattern: &str) -> Result<Regex, String> {
    let escaped = regex::escape(pattern).replace(r"\*", "(.*)").replace(r"\?", ".");
    Regex::new(&format!("^{escaped}$")).map_err(|error| format!("{pattern}: {error}"))
}

fn caught(path: Option<&Regex>, actual: &str) -> Vec<String> {
    let captures = path.and_then(|regex| regex.captures(actual));
    let parts = captures.iter().flat_map(|captures| captures.iter().skip(1));
    parts.map(|part| part.map_or_else(String::new, |part| part.as_str().to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(seed: u64) -> Faults {
        Faults::open(seed, Journal::in_memory(), Records::default()).expect("nothing to read")
    }

    fn fired(entry: Value, calls: usize) -> Vec<usize> {
        fired_with(1, entry, calls)
    }

    fn fired_with(seed: u64, entry: Value, calls: usize) -> Vec<usize> {
        let faults = world(seed);
        faults.add(check::read(entry).expect("an entry")).expect("a plan");
        let at = |call: usize| Timestamp::from_second(call as i64).expect("in range");
        (1..=calls)
            .filter(|call| !faults.take(&Method::POST, "/sites/acme/rest/api/3/issue", at(*call)).is_empty())
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
    fn time_bounds_an_entry_and_only_calls_inside_are_counted() {
        let entry = json!({
            "at": "1970-01-01T00:00:03Z", "until": "1970-01-01T00:00:06Z", "after": 1, "fault": {"kind": "reset"}
        });
        assert_eq!(fired(entry, 9), [4, 5]);
    }

    #[test]
    fn a_rate_is_drawn_from_the_seed() {
        let entry = json!({"rate": 0.3, "fault": {"kind": "reset"}});
        let first = fired(entry.clone(), 1_000);
        assert_eq!(first, fired(entry.clone(), 1_000));
        assert_ne!(first, fired_with(2, entry, 1_000));
        assert!((250..350).contains(&first.len()), "{}", first.len());
        assert!(fired(json!({"rate": 0, "fault": {"kind": "reset"}}), 100).is_empty());
        assert_eq!(fired(json!({"rate": 1, "fault": {"kind": "reset"}}), 100).len(), 100);
    }

    #[test]
    fn another_path_is_left_alone() {
        let entry = json!({"match": {"path": "/github/*"}, "fault": {"kind": "reset"}});
        assert!(fired(entry, 2).is_empty());
        let faults = world(1);
        faults.add(check::read(json!({"fault": {"kind": "reset"}})).expect("an entry")).expect("a plan");
        assert!(faults.take(&Method::POST, "/_sim/jira/move", Timestamp::UNIX_EPOCH).is_empty());
    }

    #[test]
    fn an_act_is_told_what_the_stars_caught() {
        let faults = world(1);
        let act = json!({"kind": "act", "path": "/sites/{1}/rest/api/3/issue/{2}", "body": {"to": ["{2}"]}});
        let entry = json!({"match": {"path": "/sites/*/rest/api/3/issue/*"}, "fault": act});
        faults.add(check::read(entry).expect("an entry")).expect("a plan");
        let taken = faults.take(&Method::PUT, "/sites/acme/rest/api/3/issue/10001", Timestamp::UNIX_EPOCH);
        let [Fault::Act(act)] = taken.as_slice() else { panic!("{taken:?}") };
        assert_eq!(act.path, "/sites/acme/rest/api/3/issue/10001");
        assert_eq!(act.body, Some(json!({"to": ["10001"]})));
    }
}
