//! What can be planned: the entries of `POST /_sim/plan`, as values.
//!
//! Tests in the same process build a [`FaultPlan`] in code, others send the same thing as JSON. What a fault does
//! stands at its variant; its parameters, their types and examples stand in [`super::kind`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

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

/// What goes wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// The request is carried out and answered `ms` late, also when the client no longer waits.
    Delay { ms: u64 },
    /// The connection is closed without an answer and nothing is done.
    Reset,
    /// The request is carried out, then the connection is closed without an answer.
    ResetAfterCommit,
    /// The connection is closed at once and the request is carried out `ms` later.
    LateCommit { ms: u64 },
    /// The request is carried out; the answer's body ends after `n` bytes although its length says more.
    Truncate { n: usize },
    /// The request is carried out and answered with its status and a body that is not the answer.
    Garbage {
        #[serde(default, rename = "as")]
        shape: Garbage,
    },
    /// Nothing is done; this answer is given.
    Status {
        status: u16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
        #[serde(default)]
        headers: BTreeMap<String, String>,
    },
    /// Nothing is done; the service's own answer to too many requests. `retry_after` is seconds or an HTTP date.
    RateLimited {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<Value>,
        #[serde(default, rename = "as")]
        form: Wait,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(default = "too_many")]
        status: u16,
    },
    /// Nothing is done; 5xx.
    ServerError {
        #[serde(default = "unavailable")]
        status: u16,
    },
    /// The request is carried out and answered 5xx.
    ServerErrorAfterCommit {
        #[serde(default = "unavailable")]
        status: u16,
    },
    /// Nothing is done; a web page is answered, as a proxy or a login wall does.
    Html {
        #[serde(default = "ok")]
        status: u16,
    },
    /// Nothing is done; 400 with a text for each field, as Jira refuses values.
    FieldErrors {
        errors: BTreeMap<String, String>,
        #[serde(default)]
        messages: Vec<String>,
    },
    /// Nothing is done; 410, the endpoint was taken away.
    Gone,
    /// The access token of the request expires for good, and this request and all later ones with it are answered
    /// with `status`. A request without such a token is answered so once.
    ExpiredToken {
        #[serde(default = "unauthorized")]
        status: u16,
    },
    /// Nothing is done; the token endpoint's word that a grant is dead.
    InvalidGrant {
        #[serde(default)]
        error: DeadGrant,
    },
    /// Nothing is done; the gateway's word that the token lacks a scope, which is a 401.
    ScopeMismatch,
    /// The search index is `ms` behind for the matching request, whatever lag the site has otherwise.
    SearchLag { ms: u64 },
    /// Somebody else does something right before the request is carried out, or right after, before its answer.
    Act(Act),
}

/// What somebody else does: a request of theirs.
///
/// In `path` and in every text of `body`, `{1}` stands for what the first `*` of the entry's path matched, `{2}`
/// for the second, and so on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Act {
    #[serde(default)]
    pub when: When,
    #[serde(default = "post")]
    pub method: String,
    /// Below `/_sim/jira/`, `/_sim/accounts/`, `/sites/` or `/github/`.
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Account id of a person on a Jira site, or login of a user of GitHub. Ada Admin or `dev-dana` if left out.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    #[default]
    Before,
    After,
}

/// What stands in place of the answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Garbage {
    /// Cut JSON.
    #[default]
    Broken,
    /// JSON of another shape.
    Json,
    /// A login page.
    Html,
    /// The answer with the id and key of another issue.
    ForeignId,
    /// No body.
    Empty,
}

/// How seconds of `retry_after` are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    #[default]
    Seconds,
    /// An HTTP date, so many seconds from now on the simulators' clock.
    Date,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadGrant {
    #[default]
    InvalidGrant,
    UnauthorizedClient,
}

fn too_many() -> u16 {
    429
}

fn unavailable() -> u16 {
    503
}

fn ok() -> u16 {
    200
}

fn unauthorized() -> u16 {
    401
}

fn post() -> String {
    "POST".into()
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

impl Fault {
    /// The kind, as it stands in a plan and in history.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Delay { .. } => "delay",
            Self::Reset => "reset",
            Self::ResetAfterCommit => "reset_after_commit",
            Self::LateCommit { .. } => "late_commit",
            Self::Truncate { .. } => "truncate",
            Self::Garbage { .. } => "garbage",
            Self::Status { .. } => "status",
            Self::RateLimited { .. } => "rate_limited",
            Self::ServerError { .. } => "server_error",
            Self::ServerErrorAfterCommit { .. } => "server_error_after_commit",
            Self::Html { .. } => "html",
            Self::FieldErrors { .. } => "field_errors",
            Self::Gone => "gone",
            Self::ExpiredToken { .. } => "expired_token",
            Self::InvalidGrant { .. } => "invalid_grant",
            Self::ScopeMismatch => "scope_mismatch",
            Self::SearchLag { .. } => "search_lag",
            Self::Act(_) => "act",
        }
    }
}

impl Act {
    /// The act with `{n}` replaced by what the stars of the path caught.
    pub(super) fn filled(&self, caught: &[String]) -> Self {
        let fill = |text: &str| {
            let parts = caught.iter().enumerate();
            parts.fold(text.to_owned(), |text, (n, part)| text.replace(&format!("{{{}}}", n + 1), part))
        };
        let body = self.body.as_ref().map(|body| filled(body, &fill));
        Self { path: fill(&self.path), body, ..self.clone() }
    }
}

fn filled(value: &Value, fill: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => fill(text).into(),
        Value::Array(values) => values.iter().map(|value| filled(value, fill)).collect(),
        Value::Object(object) => Value::Object(
            object.iter().map(|(key, value)| (key.clone(), filled(value, fill))).collect::<Map<_, _>>(),
        ),
        other => other.clone(),
    }
}
