//! The simulators' one clock.
//!
//! Owns what time it is for tokens, timestamps and the search index. Time moves with the system's clock plus an
//! offset that tests push forward; [`Clock::fixed`] stands still but for that offset.
//!
//! Invariant: nothing else in this crate asks the system for the time.

use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};

#[derive(Debug)]
enum Source {
    System,
    Fixed(Timestamp),
}

/// What time it is in the simulated world.
#[derive(Debug)]
pub struct Clock {
    source: Source,
    offset_ms: AtomicI64,
}

impl Clock {
    /// Follows the system's clock, `offset_ms` ahead of it.
    pub fn system(offset_ms: i64) -> Self {
        Self { source: Source::System, offset_ms: AtomicI64::new(offset_ms) }
    }

    /// Stands at `start` until it is advanced.
    pub fn fixed(start: Timestamp) -> Self {
        Self { source: Source::Fixed(start), offset_ms: AtomicI64::new(0) }
    }

    pub fn now(&self) -> Timestamp {
        let base = match self.source {
            #[expect(clippy::disallowed_methods, reason = "the one place where the simulators read the time")]
            Source::System => Timestamp::now(),
            Source::Fixed(start) => start,
        };
        base.saturating_add(SignedDuration::from_millis(self.offset_ms()))
            .expect("a signed duration always fits")
    }

    pub fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }

    pub fn offset_ms(&self) -> i64 {
        self.offset_ms.load(Ordering::Relaxed)
    }

    /// Moves the clock by `ms`, backwards when negative.
    pub fn advance(&self, ms: i64) {
        self.offset_ms.fetch_add(ms, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_when_advanced() {
        let clock = Clock::fixed(Timestamp::from_millisecond(1_000).expect("in range"));
        assert_eq!(clock.now_ms(), 1_000);
        clock.advance(500);
        assert_eq!(clock.now_ms(), 1_500);
    }
}
