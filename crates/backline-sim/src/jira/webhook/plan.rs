//! What goes wrong with deliveries: lost, doubled, late and overtaken ones.
//!
//! Rates are drawn from the world's seed and the delivery's number, so the same world has the same accidents.

use crate::ids;
use serde::{Deserialize, Serialize};

/// Waits between attempts. Atlassian says only that attempts are repeated; five to fifteen minutes is assumed.
const RETRY_MS: [u64; 2] = [5 * 60_000, 15 * 60_000];

/// The body of `POST /_sim/jira/webhooks`. Rates are from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    pub double: f64,
    pub drop: f64,
    pub delay_ms: Option<[u64; 2]>,
    /// Holds every second delivery, by the seed, until the next one has been sent.
    pub reorder: bool,
    pub retry_ms: [u64; 2],
    pub nth: Vec<Nth>,
    /// The owner of an app that is not public: only what this account registered is delivered.
    pub app_owner: Option<String>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            double: 0.0,
            drop: 0.0,
            delay_ms: None,
            reorder: false,
            retry_ms: RETRY_MS,
            nth: Vec::new(),
            app_owner: None,
        }
    }
}

/// An accident of one delivery, counted from 1 since the plan was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Nth {
    pub nth: u64,
    #[serde(flatten)]
    pub fault: Fault,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    Drop,
    Double,
    Delay {
        ms: u64,
    },
    /// Sent after the next one.
    Reorder,
}

/// What becomes of one delivery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fate {
    pub is_lost: bool,
    pub is_doubled: bool,
    pub delay_ms: u64,
    pub is_held: bool,
}

impl Plan {
    /// # Errors
    /// A rate or a range that is none.
    pub fn check(&self) -> Result<(), String> {
        let rates = [("double", self.double), ("drop", self.drop)];
        if let Some((name, _)) = rates.iter().find(|(_, rate)| !(0.0..=1.0).contains(rate)) {
            return Err(format!("'{name}' must be from 0 to 1"));
        }
        let ranges = [("delay_ms", self.delay_ms.unwrap_or_default()), ("retry_ms", self.retry_ms)];
        match ranges.iter().find(|(_, [least, most])| least > most) {
            Some((name, _)) => Err(format!("'{name}' must be [least, most]")),
            None => Ok(()),
        }
    }

    /// What becomes of the delivery that is number `nth` since the plan was made.
    pub fn fate(&self, seed: u64, identifier: &str, nth: u64) -> Fate {
        let draw = |what: &str| draw(seed, &[identifier, what]);
        let mut fate = Fate {
            is_lost: draw("drop") < self.drop,
            is_doubled: draw("double") < self.double,
            delay_ms: self.delay_ms.map_or(0, |range| between(range, draw("delay"))),
            is_held: self.reorder && draw("reorder") < 0.5,
        };
        for planned in self.nth.iter().filter(|planned| planned.nth == nth) {
            match planned.fault {
                Fault::Drop => fate.is_lost = true,
                Fault::Double => fate.is_doubled = true,
                Fault::Delay { ms } => fate.delay_ms = ms,
                Fault::Reorder => fate.is_held = true,
            }
        }
        fate
    }

    /// How long to wait before retry number `retry`.
    pub fn retry_wait_ms(&self, seed: u64, identifier: &str, retry: u32) -> u64 {
        between(self.retry_ms, draw(seed, &[identifier, "retry", &retry.to_string()]))
    }
}

/// From 0 to 1.
fn draw(seed: u64, parts: &[&str]) -> f64 {
    let digits = &ids::hash(seed, parts)[..13];
    u64::from_str_radix(digits, 16).unwrap_or_default() as f64 / (1_u64 << 52) as f64
}

fn between([least, most]: [u64; 2], share: f64) -> u64 {
    least + ((most - least) as f64 * share) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_hits_about_that_share_and_the_same_ones_each_time() {
        let plan = Plan { drop: 0.25, ..Plan::default() };
        let lost = |seed: u64| -> Vec<u64> {
            (0..1_000).filter(|n| plan.fate(seed, &n.to_string(), *n).is_lost).collect()
        };
        assert!((200..300).contains(&lost(1).len()), "{}", lost(1).len());
        assert_eq!(lost(1), lost(1));
        assert_ne!(lost(1), lost(2));
    }

    #[test]
    fn waits_stay_in_their_range() {
        let plan = Plan::default();
        for retry in 1..=5 {
            let wait = plan.retry_wait_ms(7, "x", retry);
            assert!((RETRY_MS[0]..=RETRY_MS[1]).contains(&wait), "{wait}");
        }
        assert!(Plan { delay_ms: Some([2, 1]), ..Plan::default() }.check().is_err());
        assert!(Plan { double: 1.5, ..Plan::default() }.check().is_err());
    }
}
