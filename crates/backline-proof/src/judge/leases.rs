//! I8: a result counts under the newest lease only. I9: what was seen of an issue never goes back.

use super::Violation;
use crate::story::{Told, What};
use std::collections::BTreeMap;

/// Neither a sign of life nor a result is taken once a key is in other hands.
pub fn results_count_under_the_newest_lease_only(story: &[Told]) -> Vec<Violation> {
    let mut newest: BTreeMap<&str, i64> = BTreeMap::new();
    let mut ended: BTreeMap<&str, i64> = BTreeMap::new();
    let mut found = Vec::new();
    for told in story {
        match &told.what {
            What::Leased { key, epoch, .. } => {
                if newest.get(key.as_str()).is_some_and(|known| known >= epoch) {
                    found.push(Violation::new(
                        "I8",
                        told.at_ms,
                        format!("{key} was leased twice as {epoch}"),
                    ));
                }
                newest.insert(key, *epoch);
            }
            What::Held { key, epoch, step, is_done: true, by } => {
                let known = newest.get(key.as_str()).copied().unwrap_or_default();
                // Who holds it is told apart by the lease that it was given.
                let is_over = ended.get(key.as_str()).is_some_and(|over| over >= epoch);
                if known != *epoch || is_over {
                    let says = format!("{step} of {key} by {by:?} under {epoch}, and {known} is the newest");
                    found.push(Violation::new("I8", told.at_ms, says));
                }
                if *step == "finish" {
                    ended.insert(key, *epoch);
                }
            }
            _ => {}
        }
    }
    found.extend(by_others(story));
    found
}

/// Whoever ends a lease is who was given it.
fn by_others(story: &[Told]) -> Vec<Violation> {
    let mut holder = BTreeMap::new();
    let mut found = Vec::new();
    for told in story {
        match &told.what {
            What::Leased { key, epoch, by } => drop(holder.insert((key.as_str(), *epoch), *by)),
            What::Held { key, epoch, step, is_done: true, by } => {
                let given = holder.get(&(key.as_str(), *epoch));
                if given.is_some_and(|given| given != by) {
                    found.push(Violation::new(
                        "I8",
                        told.at_ms,
                        format!("{step} of {key} by {by:?}, not its own"),
                    ));
                }
            }
            _ => {}
        }
    }
    found
}

/// Passes keep ever newer changes of an issue.
pub fn what_was_seen_never_goes_back(story: &[Told]) -> Vec<Violation> {
    let mut newest: BTreeMap<&str, i64> = BTreeMap::new();
    let mut found = Vec::new();
    for told in story {
        let What::Looked { subject, changed_at_ms: Some(at) } = &told.what else { continue };
        if newest.get(subject.as_str()).is_some_and(|known| known > at) {
            found.push(Violation::new("I9", told.at_ms, format!("{subject} was seen as it was before")));
        }
        newest.insert(subject, *at);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::story;
    use crate::story::Sender;

    fn by(replica: usize) -> Sender {
        Sender { replica, life: 0 }
    }

    fn leased(replica: usize, epoch: i64) -> What {
        What::Leased { by: by(replica), key: "k".to_owned(), epoch }
    }

    fn held(replica: usize, epoch: i64, is_done: bool) -> What {
        What::Held { by: by(replica), key: "k".to_owned(), epoch, step: "finish", is_done }
    }

    #[test]
    fn a_late_result_is_found_if_it_was_taken() {
        let late = |is_done| story([leased(0, 1), leased(1, 2), held(0, 1, is_done)]);
        assert_eq!(results_count_under_the_newest_lease_only(&late(false)), []);
        assert_eq!(results_count_under_the_newest_lease_only(&late(true)).len(), 1);
    }

    #[test]
    fn a_result_under_anothers_lease_is_found() {
        let stolen = story([leased(0, 1), leased(1, 2), held(0, 2, true)]);
        assert_eq!(results_count_under_the_newest_lease_only(&stolen).len(), 1);
    }

    #[test]
    fn a_look_that_goes_back_is_found() {
        let looked = |at| What::Looked { subject: "s".to_owned(), changed_at_ms: Some(at) };
        assert_eq!(what_was_seen_never_goes_back(&story([looked(1), looked(1), looked(2)])), []);
        assert_eq!(what_was_seen_never_goes_back(&story([looked(2), looked(1)])).len(), 1);
    }
}
