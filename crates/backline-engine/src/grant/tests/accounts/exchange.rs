//! One request to exchange a token: what becomes of it, who may still use its answer, and whom that forbids to ask again.

use crate::clock::later;
use backline_clients::transport::TOKEN_DEADLINE;
use jiff::Timestamp;

/// What happens to one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Served,
    NotSent,
    Throttled,
    /// The request gets lost, or its answer does; as a broken connection or as a page with status 500.
    LostBefore,
    LostAfter,
    PageBefore,
    PageAfter,
    /// Carried out when nobody waits any more.
    Late,
}

pub const WRONGS: [Fate; 7] = [
    Fate::NotSent,
    Fate::Throttled,
    Fate::LostBefore,
    Fate::LostAfter,
    Fate::PageBefore,
    Fate::PageAfter,
    Fate::Late,
];

/// Who may still use an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    Waits,
    /// Has the pair, and has not kept it.
    Told,
    /// Could not keep the pair, or was cut off with it: its process has it.
    Held,
    Kept,
    /// Got nothing, or its process died with what it got.
    Gone,
}

#[derive(Debug)]
pub struct Exchange {
    pub token: String,
    pub worker: usize,
    pub process: usize,
    pub sent_at: Timestamp,
    /// When the worker's turn ends: after that others may take its answer for lost.
    pub turn_until: Timestamp,
    pub fate: Fate,
    /// The pair, or nothing where it was refused.
    pub done: Option<Option<(String, String)>>,
    pub is_answered: bool,
    pub client: Client,
}

impl Exchange {
    /// Whether Atlassian carries it out, sooner or later.
    pub fn lands(&self) -> bool {
        matches!(self.fate, Fate::Served | Fate::LostAfter | Fate::PageAfter | Fate::Late)
    }

    /// The law that a process breaks which asks for the same token once more.
    pub fn forbids(&self, process: usize, now: Timestamp) -> Option<&'static str> {
        match self.client {
            Client::Waits if now < later(self.sent_at, TOKEN_DEADLINE) => {
                Some("two exchange one token at the same time")
            }
            Client::Held if self.process == process => {
                Some("a token is exchanged again although the process holds the next one")
            }
            Client::Told | Client::Held if now < self.turn_until => {
                Some("a token is exchanged again although its answer came")
            }
            Client::Kept => Some("a token is exchanged again although the next one is kept"),
            _ => None,
        }
    }
}
