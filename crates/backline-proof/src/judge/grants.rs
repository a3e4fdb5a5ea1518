//! I4: a rotated token is never lost, and one expiry is one exchange. I5: nothing is sent after a disconnect.

use super::Violation;
use crate::story::{Pair, Told, What};
use std::collections::{BTreeMap, BTreeSet};

/// For so long the token before is taken again.
const REUSE_MS: i64 = 600_000;
/// An exchange is given up after this, heard or not.
const DEADLINE_MS: i64 = 15_000;

/// What is exchanged is the newest refresh token, or the one before within ten minutes; and one at a time.
pub fn no_rotated_token_is_lost(story: &[Told]) -> Vec<Violation> {
    // When each was replaced.
    let mut replaced: BTreeMap<&str, i64> = BTreeMap::new();
    let mut newest: Option<&Pair> = None;
    let mut under_way: BTreeMap<u64, i64> = BTreeMap::new();
    let mut exchanged: BTreeMap<u64, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for told in story {
        under_way.retain(|_, sent_at| told.at_ms - *sent_at < DEADLINE_MS);
        match &told.what {
            What::Sent { n, refresh: Some(refresh), .. } => {
                if let Some(at) = replaced.get(refresh.as_str())
                    && told.at_ms - at > REUSE_MS
                {
                    found.push(Violation::new("I4", told.at_ms, "a token that was replaced is exchanged"));
                }
                if let Some((other, _)) = under_way.iter().next() {
                    found.push(Violation::new(
                        "I4",
                        told.at_ms,
                        format!("exchanges {other} and {n} at once"),
                    ));
                }
                under_way.insert(*n, told.at_ms);
                exchanged.insert(*n, refresh);
            }
            What::Answered { n, .. } => drop(under_way.remove(n)),
            What::Killed(_) => under_way.clear(),
            What::CarriedOut { n, pair: Some(pair), .. } => {
                if let Some(old) = exchanged.get(n) {
                    replaced.entry(old).or_insert(told.at_ms);
                }
                newest = Some(pair);
            }
            What::Acted { pair: Some(pair), .. } => newest = Some(pair),
            _ => {}
        }
        if let Some(pair) = newest {
            replaced.remove(pair.refresh.as_str());
        }
    }
    found
}

/// A token lives an hour and is exchanged some minutes before; sooner only where Jira said that it no longer works.
const FRESH_MS: i64 = 50 * 60_000;

/// A fresh token is exchanged for no other word of Jira's than 401.
pub fn one_expiry_is_one_exchange(story: &[Told]) -> Vec<Violation> {
    let mut newest: Option<(&Pair, i64)> = None;
    let mut carrying: BTreeMap<u64, &str> = BTreeMap::new();
    let mut refused: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for told in story {
        match &told.what {
            What::Sent { n, token: Some(token), .. } => drop(carrying.insert(*n, token)),
            What::CarriedOut { n, status: 401, .. } => refused.extend(carrying.get(n).copied()),
            What::Sent { n, refresh: Some(refresh), .. } => {
                let Some((pair, at_ms)) = newest.filter(|(pair, _)| pair.refresh == *refresh) else {
                    continue;
                };
                if told.at_ms - at_ms < FRESH_MS && !refused.contains(pair.access.as_str()) {
                    found.push(Violation::new(
                        "I4",
                        told.at_ms,
                        format!("request {n} exchanges a fresh token"),
                    ));
                }
            }
            _ => {}
        }
        if let What::CarriedOut { pair: Some(pair), .. } | What::Acted { pair: Some(pair), .. } = &told.what {
            newest = Some((pair, told.at_ms));
        }
    }
    found
}

/// No request begins with a token that was given before a disconnect that was answered.
pub fn nothing_is_sent_after_a_disconnect(story: &[Told]) -> Vec<Violation> {
    let mut given: BTreeSet<&str> = BTreeSet::new();
    let mut ended: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for told in story {
        match &told.what {
            What::CarriedOut { pair: Some(pair), .. } | What::Acted { pair: Some(pair), .. } => {
                given.extend([pair.access.as_str(), pair.refresh.as_str()]);
            }
            What::Disconnected => ended = given.clone(),
            What::Sent { n, token, refresh, .. } => {
                let names = [token, refresh].into_iter().flatten();
                if names.into_iter().any(|name| ended.contains(name.as_str())) {
                    found.push(Violation::new("I5", told.at_ms, format!("request {n} after the disconnect")));
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::{exchange, gave, story, story_at};
    use crate::story::Answer;

    fn lost(n: u64) -> What {
        What::Answered { n, answer: Answer::Lost("broken") }
    }

    #[test]
    fn an_old_token_is_found_after_ten_minutes_and_not_before() {
        let again = |minutes: i64| {
            story_at([
                (0, exchange(1, "a")),
                (0, gave(1, "b")),
                (0, lost(1)),
                (minutes * 60_000, exchange(2, "a")),
            ])
        };
        assert_eq!(no_rotated_token_is_lost(&again(9)), []);
        assert_eq!(no_rotated_token_is_lost(&again(11)).len(), 1);
    }

    #[test]
    fn two_exchanges_at_once_are_found() {
        assert_eq!(no_rotated_token_is_lost(&story([exchange(1, "a"), lost(1), exchange(2, "a")])), []);
        assert_eq!(no_rotated_token_is_lost(&story([exchange(1, "a"), exchange(2, "a")])).len(), 1);
    }

    #[test]
    fn an_exchange_without_need_is_found() {
        let after = |minutes: i64| story_at([(0, gave(1, "b")), (minutes * 60_000, exchange(2, "b"))]);
        assert_eq!(one_expiry_is_one_exchange(&after(55)), []);
        assert_eq!(one_expiry_is_one_exchange(&after(5)).len(), 1);
    }

    #[test]
    fn a_request_with_an_ended_token_is_found() {
        let sends = |token: &str| {
            let mut sent = exchange(2, "x");
            if let What::Sent { token: of, refresh, .. } = &mut sent {
                (*of, *refresh) = (Some(token.to_owned()), None);
            }
            sent
        };
        let ends = |token| story([gave(1, "b"), What::Disconnected, gave(3, "c"), sends(token)]);
        assert_eq!(nothing_is_sent_after_a_disconnect(&ends("access-c")), []);
        assert_eq!(nothing_is_sent_after_a_disconnect(&ends("access-b")).len(), 1);
    }
}
