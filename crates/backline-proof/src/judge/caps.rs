//! I13: no more tickets in an hour than the cap and what people approved.

use super::{Violation, is_ours};
use crate::plan::Setup;
use crate::story::{Told, What};
use backline_sim::witness::Change;
use std::collections::{BTreeMap, VecDeque};

/// An hour, less what a request may wait between its leave and its start.
const WINDOW_MS: i64 = 55 * 60_000;

/// Of what was sent within any hour, at most the cap was made without an approval. A commit may come long after its
/// request, so requests are counted, and those alone that made something.
pub fn no_flood(story: &[Told], setup: &Setup) -> Vec<Violation> {
    let Some(cap) = setup.cap else { return Vec::new() };
    let made = made(story);
    let mut approved = 0;
    let mut window: VecDeque<i64> = VecDeque::new();
    let mut found = Vec::new();
    for told in story {
        let tickets = match &told.what {
            What::Approved { tickets } => {
                approved += tickets;
                0
            }
            What::Sent { n, .. } => made.get(n).copied().unwrap_or_default(),
            _ => 0,
        };
        for _ in 0..tickets {
            window.retain(|at| told.at_ms - at < WINDOW_MS);
            if (window.len() as u64) < u64::from(cap) {
                window.push_back(told.at_ms);
            } else if approved > 0 {
                // Whether it is one of those is not seen from outside; their number is.
                approved -= 1;
            } else {
                found.push(Violation::new("I13", told.at_ms, format!("more than {cap} in an hour")));
            }
        }
    }
    found
}

/// How many issues each request made, whenever it was carried out.
fn made(story: &[Told]) -> BTreeMap<u64, usize> {
    let mut made = BTreeMap::new();
    for told in story {
        let What::CarriedOut { n, entries, .. } = &told.what else { continue };
        let commits = entries.iter().filter(|entry| is_ours(entry)).flat_map(|entry| &entry.commits);
        let new = commits.filter(|commit| commit.object == "issue" && commit.change == Change::Created);
        *made.entry(*n).or_default() += new.count();
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::{created, sent, story_at};
    use crate::plan::Plan;
    use serde_json::Value as Json;

    #[test]
    fn one_too_many_is_found_unless_it_was_approved_or_an_hour_passed() {
        let setup = Setup { cap: Some(1), ..Plan::draw(1).setup };
        let create = |n| sent(n, "POST", "/issue", Json::Null);
        let two =
            |at| story_at([(0, create(1)), (0, created(1, "10")), (at, create(2)), (at, created(2, "11"))]);
        assert_eq!(no_flood(&two(WINDOW_MS - 1), &setup).len(), 1);
        assert_eq!(no_flood(&two(WINDOW_MS), &setup), []);
        let late = [
            (0, create(1)),
            (WINDOW_MS, created(1, "10")),
            (WINDOW_MS, create(2)),
            (WINDOW_MS, created(2, "11")),
        ];
        assert_eq!(no_flood(&story_at(late), &setup), [], "it was sent an hour before");
        let approved = What::Approved { tickets: 1 };
        let mut story = two(2);
        story.insert(2, crate::story::Told { at_ms: 1, what: approved });
        assert_eq!(no_flood(&story, &setup), []);
    }
}
