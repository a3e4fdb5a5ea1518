//! What happens in one world, written out: who does what when, which request fails how, where a process dies.
//!
//! A seed draws a plan ([`draw`]); a plan that was made smaller stands in `tests/regress` as it is. Nothing else
//! decides what happens, so leaving one line out changes nothing but that.

pub mod draw;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Draws what no line says: latencies, the order of workers, ids of the simulators.
    pub seed: u64,
    pub setup: Setup,
    pub lines: Vec<Line>,
}

impl Plan {
    /// The same, with an end of all trouble after so long.
    pub fn within(mut self, safety_s: u64) -> Self {
        self.setup.safety_s = self.setup.safety_s.min(safety_s);
        self.lines.retain(|line| !matches!(line, Line::Act { at_ms, .. } if *at_ms > safety_s * 1_000));
        self
    }
}

/// What stays as it is for a whole world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    pub replicas: usize,
    /// Workers of each replica.
    pub workers: usize,
    /// Tickets that are made in an hour without a person's approval.
    pub cap: Option<u32>,
    pub settle_s: u64,
    pub search_lag_ms: u64,
    pub latency_ms: (u64, u64),
    /// How long things go wrong.
    pub safety_s: u64,
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// Somebody does something, so long after the start.
    Act { at_ms: u64, act: Act },
    /// What happens to a request of Backline's, counted from 1.
    Fault { request: u64, fault: Fault },
    /// The process that makes this call of its ledger dies, counted from 1.
    Cut { call: u64, is_after: bool, down_ms: u64 },
}

/// What somebody does. `pick` chooses among what is there at that time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// The scanner's next report, after these changes of what it finds.
    Scan(Vec<Change>),
    /// A person changes a ticket in Jira.
    Person {
        pick: u64,
        does: Does,
    },
    /// An administrator of Jira.
    Admin(Admin),
    /// A pull request.
    Code {
        pick: u64,
        does: Code,
    },
    /// Backline's user.
    User(User),
    Kill {
        replica: usize,
        down_ms: u64,
    },
    /// Nothing of a replica runs for so long.
    Pause {
        replica: usize,
        ms: u64,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Add {
        severity: u64,
    },
    Drop {
        pick: u64,
    },
    Rate {
        pick: u64,
        severity: u64,
    },
    /// Finds again what it once did not.
    Refind {
        pick: u64,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    Summary(u64),
    Priority(u64),
    Label(u64),
    Unlabel,
    /// Adds a paragraph of their own to the description.
    Describe(u64),
    Comment(u64),
    Transition(u64),
    Move,
    Delete,
    Clone,
    Archive(bool),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Admin {
    Transition { id: u64, is_offered: bool },
    Require { is_required: bool },
    Edit { is_allowed: bool },
    Site { is_active: bool },
    Expire { status: u16 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    Open,
    Merge,
    Close,
    Reopen,
    Words(u64),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum User {
    Disconnect,
    Connect,
    Approve,
}

/// What happens to one request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// No byte leaves.
    Refused,
    Reset,
    ResetAfterCommit,
    /// Carried out so long after the connection broke.
    Late {
        ms: u64,
    },
    Slow {
        ms: u64,
    },
    /// The answer's body is cut.
    Truncated,
    Status {
        status: u16,
        is_after_commit: bool,
    },
    TooMany {
        retry_after_s: Option<u64>,
        reason: String,
    },
    /// The answer is not the answer; `foreign_id` names another issue.
    Garbage {
        shape: String,
    },
    ExpiredToken {
        status: u16,
    },
    SearchLag {
        ms: u64,
    },
    /// The sender dies: before the request arrives, right after it was carried out, or between the two.
    Kill {
        when: Killed,
        down_ms: u64,
    },
    /// Right before it is carried out, a person changes the issue that it is about.
    Race {
        does: Does,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Killed {
    HalfSent,
    Sent,
    Committed,
}
