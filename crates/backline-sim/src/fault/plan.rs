//! What can be planned: the entries of `POST /_sim/plan`, as values.
//!
//! Tests in the same process build a [`FaultPlan`] in code, others send the same thing as JSON. An entry
//! says which requests and when; [`fault`] is what happens to them.

mod act;
mod fault;

pub use act::{Act, When};
pub use fault::{DeadGrant, Fault, Garbage, Wait};

use serde::{Deserialize, Serialize};

/// Entries in the order in which they act.
///
/// ```
/// use backline_sim::{Entry, Fault, FaultPlan};
///
/// let plan = FaultPlan::default()
///     .with(Entry::new(Fault::ResetAfterCommit).service("jira").method("POST").path("*/issue").nth(1))
///     .with(Entry::new(Fault::SearchLag { ms: 60_000 }));
/// assert_eq!(plan.entries().len(), 2);
/// ```
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FaultPlan(Vec<Entry>);

impl FaultPlan {
    #[must_use]
    pub fn with(mut self, entry: Entry) -> Self {
        self.0.push(entry);
        self
    }

    pub fn entries(&self) -> &[Entry] {
        &self.0
    }
}

impl From<Entry> for FaultPlan {
    fn from(entry: Entry) -> Self {
        Self(vec![entry])
    }
}

/// One planned fault. Without any trigger it fires on every request that matches.
///
/// `nth`, `times` and `after` exclude each other. A request outside `at` and `until` is not counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    #[serde(rename = "match", default)]
    pub matching: Match,
    /// Fires on this matching request only, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// Fires on the first so many matching requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Fires on every matching request after the first so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// Fires from this moment of the simulators' clock on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<jiff::Timestamp>,
    /// Fires before this moment only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<jiff::Timestamp>,
    /// Fires on this share of the requests on which it would fire otherwise, drawn from the world's seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    pub fault: Fault,
}

/// Which requests; what is absent matches all. In `path`, `*` stands for any characters, also `/`, and `?` for one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

impl Entry {
    pub fn new(fault: Fault) -> Self {
        Self {
            matching: Match::default(),
            nth: None,
            times: None,
            after: None,
            at: None,
            until: None,
            rate: None,
            fault,
        }
    }

    #[must_use]
    pub fn service(mut self, service: &str) -> Self {
        self.matching.service = Some(service.to_owned());
        self
    }

    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.matching.method = Some(method.to_owned());
        self
    }

    #[must_use]
    pub fn path(mut self, glob: &str) -> Self {
        self.matching.path = Some(glob.to_owned());
        self
    }

    #[must_use]
    pub fn nth(self, nth: u64) -> Self {
        Self { nth: Some(nth), ..self }
    }

    #[must_use]
    pub fn times(self, times: u64) -> Self {
        Self { times: Some(times), ..self }
    }

    #[must_use]
    pub fn after(self, after: u64) -> Self {
        Self { after: Some(after), ..self }
    }

    #[must_use]
    pub fn at(self, at: jiff::Timestamp) -> Self {
        Self { at: Some(at), ..self }
    }

    #[must_use]
    pub fn until(self, until: jiff::Timestamp) -> Self {
        Self { until: Some(until), ..self }
    }

    #[must_use]
    pub fn rate(self, rate: f64) -> Self {
        Self { rate: Some(rate), ..self }
    }

    pub(super) fn is_in_force(&self, now: jiff::Timestamp) -> bool {
        self.at.is_none_or(|at| now >= at) && self.until.is_none_or(|until| now < until)
    }

    pub(super) fn fires_on(&self, call: u64) -> bool {
        self.nth.is_none_or(|n| call == n)
            && self.times.is_none_or(|n| call <= n)
            && self.after.is_none_or(|n| call > n)
    }
}
