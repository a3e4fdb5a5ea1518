//! The simulators' one clock.
//!
//! Owns what time it is for every service. A *real* clock moves with the system's plus an offset that tests push
//! forward; a *virtual* one stands still until it is advanced. What waits on it ([`Clock::wait`]) wakes when it is
//! advanced far enough.
//!
//! Invariant: nothing else in this crate asks the system for the time.

use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::watch;

#[derive(Debug, Clone, Copy)]
struct Reading {
    /// Where a virtual clock stands without the offset; absent: the system's time.
    start: Option<Timestamp>,
    offset_ms: i64,
}

/// What time it is in the simulated world.
#[derive(Debug)]
pub struct Clock {
    reading: Mutex<Reading>,
    moved: watch::Sender<()>,
}

impl Clock {
    /// Follows the system's clock, `offset_ms` ahead of it.
    pub fn system(offset_ms: i64) -> Self {
        Self::new(None, offset_ms)
    }

    /// Stands at `start` until it is advanced.
    pub fn fixed(start: Timestamp) -> Self {
        Self::new(Some(start), 0)
    }

    fn new(start: Option<Timestamp>, offset_ms: i64) -> Self {
        Self { reading: Mutex::new(Reading { start, offset_ms }), moved: watch::Sender::new(()) }
    }

    pub fn now(&self) -> Timestamp {
        let Reading { start, offset_ms } = *self.reading();
        start
            .unwrap_or_else(system_now)
            .saturating_add(SignedDuration::from_millis(offset_ms))
            .expect("a signed duration always fits")
    }

    pub fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }

    pub fn offset_ms(&self) -> i64 {
        self.reading().offset_ms
    }

    /// Where a virtual clock began; `None` for a real one.
    pub fn virtual_start(&self) -> Option<Timestamp> {
        self.reading().start
    }

    /// Moves the clock by `ms`, backwards when negative.
    pub fn advance(&self, ms: i64) {
        let mut reading = self.reading();
        reading.offset_ms = reading.offset_ms.saturating_add(ms);
        drop(reading);
        self.moved.send_replace(());
    }

    /// Makes the clock a virtual one that stands at `at`.
    pub fn stand_at(&self, at: Timestamp) {
        *self.reading() = Reading { start: Some(at), offset_ms: 0 };
        self.moved.send_replace(());
    }

    /// Makes the clock follow the system's again, without an offset.
    pub fn follow_system(&self) {
        *self.reading() = Reading { start: None, offset_ms: 0 };
        self.moved.send_replace(());
    }

    /// Changes whenever the clock is moved, for what waits for a moment to come.
    pub fn moves(&self) -> watch::Receiver<()> {
        self.moved.subscribe()
    }

    /// Waits until `ms` have passed on this clock.
    pub async fn wait(&self, ms: u64) {
        if ms == 0 {
            return;
        }
        let mut moved = self.moves();
        let until_ms = self.now_ms().saturating_add(i64::try_from(ms).unwrap_or(i64::MAX));
        loop {
            let left_ms = until_ms.saturating_sub(self.now_ms());
            if left_ms <= 0 {
                return;
            }
            if self.virtual_start().is_some() {
                // The sender lives as long as this clock.
                let _ = moved.changed().await;
            } else {
                let left = Duration::from_millis(left_ms.unsigned_abs());
                tokio::select! {
                    () = tokio::time::sleep(left) => {}
                    _ = moved.changed() => {}
                }
            }
        }
    }

    fn reading(&self) -> MutexGuard<'_, Reading> {
        self.reading.lock().expect("no panic while the clock is read")
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the simulators read the time")]
fn system_now() -> Timestamp {
    Timestamp::now()
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

    #[tokio::test]
    async fn what_waits_wakes_when_the_clock_is_advanced_far_enough() {
        let clock = std::sync::Arc::new(Clock::fixed(Timestamp::UNIX_EPOCH));
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move {
                clock.wait(1_000).await;
                clock.now_ms()
            }
        });
        while clock.moved.receiver_count() == 0 {
            tokio::task::yield_now().await;
        }
        clock.advance(999);
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        clock.advance(1);
        assert_eq!(waiting.await.expect("it wakes"), 1_000);
    }
}
