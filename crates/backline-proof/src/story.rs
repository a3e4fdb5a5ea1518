//! What happened in a world, in order: the one thing that the judge reads, and of which the hash of a run is made.
//!
//! Nothing of it comes from Backline's tables: what was sent, what the simulators say that it changed, what people did,
//! and which leases were given and used.

use backline_sim::history::Entry;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::sync::Mutex;

#[derive(Debug, Clone)]
pub struct Told {
    pub at_ms: i64,
    pub what: What,
}

/// Who sends: a replica, and how often it was started before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sender {
    pub replica: usize,
    pub life: u64,
}

#[derive(Debug, Clone)]
pub enum What {
    Sent {
        n: u64,
        by: Sender,
        method: &'static str,
        /// Without the host, with the query.
        path: String,
        /// The bearer token, as a name that tells nothing of it.
        token: Option<String>,
        /// The refresh token that is exchanged, likewise.
        refresh: Option<String>,
        body: Option<Json>,
    },
    /// The simulators were asked; a late one after its sender was told that it was lost.
    CarriedOut {
        n: u64,
        status: u16,
        entries: Vec<Entry>,
        pair: Option<Pair>,
    },
    Answered {
        n: u64,
        answer: Answer,
    },
    /// Somebody else than Backline's loop did something.
    Acted {
        who: String,
        entries: Vec<Entry>,
        pair: Option<Pair>,
    },
    Leased {
        by: Sender,
        key: String,
        epoch: i64,
    },
    /// A step under a lease: a sign of life, or the end of it.
    Held {
        by: Sender,
        key: String,
        epoch: i64,
        step: &'static str,
        is_done: bool,
    },
    /// A pass kept what it had read of a subject's issue.
    Looked {
        subject: String,
        changed_at_ms: Option<i64>,
    },
    Killed(Sender),
    Started(Sender),
    Paused(Sender),
    /// A disconnect was answered.
    Disconnected,
    Connected,
    Approved {
        tickets: u64,
    },
    /// Everything that goes wrong has ended.
    Healed,
    /// Everything is as it should be, or will be no more.
    Converged {
        is_converged: bool,
        left: String,
    },
    /// From here on the world is left alone.
    Quiet,
    Ended,
}

/// A new pair of tokens, by names that tell nothing of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub access: String,
    pub refresh: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Status { status: u16, wait: Option<Wait> },
    Lost(&'static str),
}

/// A 429 that says how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    pub s: u64,
    pub reason: String,
}

#[derive(Debug, Default)]
pub struct Story(Mutex<Vec<Told>>);

impl Story {
    pub fn tell(&self, at_ms: i64, what: What) {
        self.0.lock().expect("no panic while it is held").push(Told { at_ms, what });
    }

    pub fn take(&self) -> Vec<Told> {
        std::mem::take(&mut self.0.lock().expect("no panic while it is held"))
    }
}

/// The same for two runs in which the same happened.
pub fn hash(story: &[Told]) -> String {
    let mut hash = Sha256::new();
    for told in story {
        hash.update(format!("{told:?}\n").as_bytes());
    }
    hex::encode(hash.finalize())[..16].to_owned()
}

/// The name of a secret in a story.
pub fn name_of(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))[..8].to_owned()
}
