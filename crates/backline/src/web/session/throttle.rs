//! Makes guessing passwords slow: after five failures each further try waits longer, by account and by address.
//!
//! Kept in memory: a restart forgets it, which gives a guesser a handful of tries and never locks anybody out.

use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::Mutex;

const FREE_TRIES: u32 = 5;
const WAIT_MAX: SignedDuration = SignedDuration::from_mins(15);
/// Failures are forgotten when none came for so long.
const MEMORY: SignedDuration = SignedDuration::from_hours(1);
const KEYS_MAX: usize = 10_000;

#[derive(Debug, Default)]
pub struct Throttle {
    failures: Mutex<HashMap<String, Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last_at: Timestamp,
}

impl Throttle {
    /// How long a try under any of `keys` still has to wait; `None` when it may go on.
    pub fn wait(&self, keys: &[String], now: Timestamp) -> Option<SignedDuration> {
        let failures = self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        keys.iter()
            .filter_map(|key| failures.get(key))
            .map(|seen| (seen.last_at + delay(seen.count)).duration_since(now))
            .filter(|left| left.is_positive())
            .max()
    }

    /// Counts a failure and answers how many tries are left before waiting begins.
    pub fn failed(&self, keys: &[String], now: Timestamp) -> u32 {
        let mut failures = self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if failures.len() >= KEYS_MAX {
            failures.retain(|_, seen| now.duration_since(seen.last_at) < MEMORY);
        }
        let mut left = FREE_TRIES;
        for key in keys {
            let seen = failures.entry(key.clone()).or_insert(Failures { count: 0, last_at: now });
            if now.duration_since(seen.last_at) >= MEMORY {
                seen.count = 0;
            }
            seen.count += 1;
            seen.last_at = now;
            left = left.min(FREE_TRIES.saturating_sub(seen.count));
        }
        left
    }

    pub fn passed(&self, keys: &[String]) {
        let mut failures = self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for key in keys {
            failures.remove(key);
        }
    }
}

/// Nothing for the first five, then 2 s, doubled with each failure.
fn delay(count: u32) -> SignedDuration {
    match count.checked_sub(FREE_TRIES) {
        None => SignedDuration::ZERO,
        Some(over) => SignedDuration::from_secs(2_i64 << over.min(16)).min(WAIT_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::{Throttle, WAIT_MAX};
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn the_sixth_try_waits_and_each_failure_doubles_it() {
        let (throttle, now, keys) = (Throttle::default(), Timestamp::UNIX_EPOCH, ["a@b.example".to_owned()]);
        for left in (0..5).rev() {
            assert_eq!(throttle.wait(&keys, now), None);
            assert_eq!(throttle.failed(&keys, now), left);
        }
        assert_eq!(throttle.wait(&keys, now), Some(SignedDuration::from_secs(2)));
        assert_eq!(throttle.wait(&keys, now + SignedDuration::from_secs(2)), None);
        throttle.failed(&keys, now);
        assert_eq!(throttle.wait(&keys, now), Some(SignedDuration::from_secs(4)));
        for _ in 0..40 {
            throttle.failed(&keys, now);
        }
        assert_eq!(throttle.wait(&keys, now), Some(WAIT_MAX));
        throttle.passed(&keys);
        assert_eq!(throttle.wait(&keys, now), None);
    }
}
