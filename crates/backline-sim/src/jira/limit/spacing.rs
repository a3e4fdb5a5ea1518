//! Writes to one issue: so many in two seconds, and so many in thirty.

use super::Refused;
use crate::jira::config::Id;
use std::collections::{HashMap, VecDeque};

/// Writes and the window that they may fall into, in ms; the longest window last.
const WINDOWS: [(usize, i64); 2] = [(20, 2_000), (100, 30_000)];
const LONGEST_MS: i64 = WINDOWS[1].1;

/// When each issue was written, as far back as the longest window reaches.
#[derive(Debug, Default)]
pub struct Writes {
    by_issue: HashMap<(String, Id), VecDeque<i64>>,
    cleaned_ms: i64,
}

impl Writes {
    /// Notes a write, if the issue may be written now.
    pub fn take(&mut self, cloud_id: &str, issue: Id, now_ms: i64) -> Result<(), Refused> {
        self.clean(now_ms);
        let times = self.by_issue.entry((cloud_id.to_owned(), issue)).or_default();
        while times.front().is_some_and(|at_ms| at_ms + LONGEST_MS <= now_ms) {
            times.pop_front();
        }
        for (most, window_ms) in WINDOWS {
            // The write that has to leave the window before the next may come.
            let oldest = times.len().checked_sub(most).and_then(|n| times.get(n));
            if let Some(at_ms) = oldest.filter(|at_ms| *at_ms + window_ms > now_ms) {
                let wait_ms = at_ms + window_ms - now_ms;
                return Err(Refused { reason: "jira-per-issue-on-write", limit: most as u64, wait_ms });
            }
        }
        times.push_back(now_ms);
        Ok(())
    }

    /// Forgets issues that nobody has written lately, so that memory follows the rate of writes.
    fn clean(&mut self, now_ms: i64) {
        if (now_ms - self.cleaned_ms).abs() < LONGEST_MS {
            return;
        }
        self.cleaned_ms = now_ms;
        self.by_issue.retain(|_, times| times.back().is_some_and(|at_ms| at_ms + LONGEST_MS > now_ms));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of `count` writes, `step_ms` apart, are let through, and the wait of the first that is not.
    fn written(count: usize, step_ms: i64) -> (usize, Option<i64>) {
        let mut writes = Writes::default();
        let results: Vec<_> = (0..count as i64).map(|n| writes.take("a", 1, n * step_ms)).collect();
        let first = results.iter().find_map(|result| result.as_ref().err().map(|refused| refused.wait_ms));
        (results.iter().filter(|result| result.is_ok()).count(), first)
    }

    #[test]
    fn both_windows_hold() {
        assert_eq!(written(21, 0), (20, Some(2_000)));
        assert_eq!(written(100, 100), (100, None), "one each 100 ms are 20 in 2 s");
        assert_eq!(written(101, 100), (100, Some(20_000)), "the hundred and first within 30 s waits");
    }

    #[test]
    fn issues_do_not_wait_for_each_other_and_are_forgotten() {
        let mut writes = Writes::default();
        for issue in 0..1_000 {
            assert!(writes.take("a", issue, 60_000).is_ok());
        }
        assert!(writes.take("a", 1, 120_000).is_ok());
        assert_eq!(writes.by_issue.len(), 1);
    }
}
