//! What comes next, and what time it is: the one clock of a simulated world.
//!
//! Time stands still while anybody works, and moves only from one thing on the agenda to the next.

use crate::network::{Flight, Lost, Reply};
use crate::plan::Act;
use backline_clients::transport::Response;
use backline_engine::clock::Clock;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::oneshot;

/// Something that happens at its time.
pub enum Event {
    /// A sleep ends.
    Wake(oneshot::Sender<()>),
    /// A request comes to whom it was sent.
    Arrive(Box<Flight>),
    /// A sender learns what became of its request.
    Answer {
        n: u64,
        reply: Reply,
        answer: Result<Response, Lost>,
    },
    Act(Act),
    Restart(usize),
    Resume(usize),
    /// Whoever is idle looks whether something is due.
    Tick,
}

impl Event {
    /// Whether nobody waits for it any more.
    fn is_void(&self) -> bool {
        match self {
            Self::Wake(sleeper) => sleeper.is_closed(),
            Self::Answer { reply, .. } => !reply.is_awaited(),
            _ => false,
        }
    }
}

#[derive(Default)]
struct Kept {
    now_ms: i64,
    /// Things at one time happen in the order in which they were put down.
    next: u64,
    events: BTreeMap<(i64, u64), Event>,
    tick_ms: Option<i64>,
}

pub struct Agenda(Mutex<Kept>);

impl Agenda {
    pub fn at(start: Timestamp) -> Self {
        Self(Mutex::new(Kept { now_ms: start.as_millisecond(), ..Kept::default() }))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().expect("no panic while the agenda is held")
    }

    pub fn now_ms(&self) -> i64 {
        self.kept().now_ms
    }

    pub fn put(&self, at_ms: i64, event: Event) {
        let mut kept = self.kept();
        let key = (at_ms.max(kept.now_ms), kept.next);
        kept.next += 1;
        kept.events.insert(key, event);
    }

    pub fn put_in(&self, ms: u64, event: Event) {
        let at = self.now_ms().saturating_add(i64::try_from(ms).unwrap_or(i64::MAX));
        self.put(at, event);
    }

    /// Has the idle look at a time, unless they look before it anyway.
    pub fn tick_at(&self, at_ms: i64) {
        let mut kept = self.kept();
        let at_ms = at_ms.max(kept.now_ms);
        if kept.tick_ms.is_some_and(|known| known <= at_ms && known > kept.now_ms) {
            return;
        }
        kept.tick_ms = Some(at_ms);
        let key = (at_ms, kept.next);
        kept.next += 1;
        kept.events.insert(key, Event::Tick);
    }

    /// The next thing up to a time, by which it is that time; at the end it is `until_ms`.
    pub fn pop(&self, until_ms: i64) -> Option<Event> {
        let mut kept = self.kept();
        while let Some(entry) = kept.events.first_entry() {
            let at_ms = entry.key().0;
            if at_ms > until_ms {
                break;
            }
            let event = entry.remove();
            if !event.is_void() {
                kept.now_ms = kept.now_ms.max(at_ms);
                return Some(event);
            }
        }
        kept.now_ms = kept.now_ms.max(until_ms);
        None
    }
}

/// The engine's clock in a simulated world.
pub struct SimulatedClock(pub Arc<Agenda>);

#[async_trait::async_trait]
impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.now_ms()).expect("a simulation lasts some days")
    }

    async fn sleep(&self, duration: Duration) {
        let (wake, woken) = oneshot::channel();
        self.0.put_in(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX), Event::Wake(wake));
        // The agenda lives as long as the world: a dropped end is the end of the world.
        woken.await.ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_from_thing_to_thing_and_passes_over_what_nobody_waits_for() {
        let agenda = Agenda::at(Timestamp::UNIX_EPOCH);
        let (dropped, _) = oneshot::channel();
        agenda.put_in(5, Event::Wake(dropped));
        agenda.put_in(20, Event::Restart(1));
        agenda.put_in(10, Event::Restart(0));
        assert!(matches!(agenda.pop(15), Some(Event::Restart(0))));
        assert_eq!(agenda.now_ms(), 10);
        assert!(agenda.pop(15).is_none());
        assert_eq!(agenda.now_ms(), 15);
        assert!(matches!(agenda.pop(100), Some(Event::Restart(1))));
    }
}
