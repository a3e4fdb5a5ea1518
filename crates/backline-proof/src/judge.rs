//! What must hold of every story: the invariants of `GUARANTEES.md` that the simulation reaches, as pure functions.
//!
//! They read what was sent, what the simulators say that it changed, and how Backline's pages say that it stands; never
//! a table. Each has a test in which it finds what violates it.

mod caps;
mod grants;
mod leases;
mod limits;
mod people;
mod quiet;
mod reflected;
mod tickets;

use crate::plan::Setup;
use crate::story::Told;
use crate::world::Ending;
use backline_sim::history::Entry;

/// Something that must never happen, and did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    pub invariant: &'static str,
    pub at_ms: i64,
    pub says: String,
}

impl Violation {
    pub fn new(invariant: &'static str, at_ms: i64, says: impl Into<String>) -> Self {
        Self { invariant, at_ms, says: says.into() }
    }
}

/// Everything that is wrong, the earliest first.
pub fn judge(story: &[Told], ending: &Ending, setup: &Setup) -> Vec<Violation> {
    let mut found = Vec::new();
    found.extend(tickets::one_ticket_a_subject(story, ending));
    found.extend(people::no_edit_is_lost(story, ending));
    found.extend(people::no_word_in_a_pull_request_is_lost(story, ending));
    found.extend(grants::no_rotated_token_is_lost(story));
    found.extend(grants::one_expiry_is_one_exchange(story));
    found.extend(grants::nothing_is_sent_after_a_disconnect(story));
    found.extend(quiet::nothing_is_written_to_an_unchanged_world(story));
    found.extend(leases::results_count_under_the_newest_lease_only(story));
    found.extend(leases::what_was_seen_never_goes_back(story));
    found.extend(limits::nobody_asks_before_the_time(story));
    found.extend(caps::no_flood(story, setup));
    found.extend(reflected::everything_comes_to_rest(story, ending));
    found.sort_by_key(|one| one.at_ms);
    found
}

/// Whether an entry is Backline's own work at Jira.
fn is_ours(entry: &Entry) -> bool {
    entry.actor.starts_with("app:")
}

fn is_a_persons(entry: &Entry) -> bool {
    entry.actor.starts_with("person:")
}

#[cfg(test)]
mod testing;
