//! I7: an unchanged world is not written to.

use super::Violation;
use crate::story::{Told, What};

/// The bot that Backline is on the code host.
const BOT: &str = "backline-bot";

/// From the time on at which all is quiet, no look leads to a write. What Jira refuses of a ticket that is blocked is none:
/// each of these looks is one that a person could have asked for.
pub fn nothing_is_written_to_an_unchanged_world(story: &[Told]) -> Vec<Violation> {
    let from = story.iter().position(|told| matches!(told.what, What::Quiet)).unwrap_or(story.len());
    let mut found = Vec::new();
    for told in &story[from..] {
        let What::CarriedOut { n, entries, .. } = &told.what else { continue };
        for entry in
            entries.iter().filter(|entry| entry.write && entry.status < 400 && entry.service != "auth")
        {
            if entry.actor.starts_with("app:") || entry.actor == BOT {
                let says = format!("request {n}: {} {}", entry.method, entry.path);
                found.push(Violation::new("I7", told.at_ms, says));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::{edited, ours, story};
    use serde_json::json;

    #[test]
    fn a_write_is_found_once_all_is_quiet_and_not_before() {
        let write = || ours(1, "10", "summary", json!("a"), json!("b"));
        assert_eq!(nothing_is_written_to_an_unchanged_world(&story([write(), What::Quiet])), []);
        assert_eq!(nothing_is_written_to_an_unchanged_world(&story([What::Quiet, write()])).len(), 1);
        let person = edited("person:ada", "10", "summary", json!("a"), json!("b"));
        assert_eq!(nothing_is_written_to_an_unchanged_world(&story([What::Quiet, person])), []);
    }
}
