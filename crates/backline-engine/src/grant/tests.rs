//! Token races: no grant is ever lost, and one expiry is one exchange, whoever crashes when and whichever answer gets
//! lost.
//!
//! Schedules are drawn from seeds and know no clock of the machine. `BACKLINE_SEED` plays one again,
//! `BACKLINE_SCHEDULES` says how many are played.

mod accounts;
mod schedule;
mod shaky;
mod single;

use backline_store::Store;
use shaky::Mistake;
use std::collections::BTreeMap;
use std::ops::Range;
use std::task::Poll;

const SCHEDULES: u64 = 5_000;
/// Threads that play beside each other.
const LANES: u64 = 2;
/// A mistake must be found within so many schedules.
const SCHEDULES_TO_FIND: u64 = 300;

/// What the schedules have to reach, or they would prove little.
const REACHED: [&str; 13] = [
    "a held pair was kept",
    "a pair could not be kept",
    "a pair was kept although the store said no",
    "another had the turn",
    "another pair was kept",
    "another was faster",
    "called",
    "carried out when nobody waited",
    "cut off while it waited",
    "minutes passed over a lost answer",
    "nothing was exchanged",
    "refused before its time",
    "taken again",
];

#[tokio::test]
async fn no_schedule_loses_a_grant_or_exchanges_twice() {
    let store = Store::fresh().await;
    let seeds = match seed() {
        Some(seed) => seed..seed + 1,
        None => 0..schedules(),
    };
    let is_whole = seeds.end - seeds.start >= SCHEDULES_TO_FIND;
    let reached = play_all(seeds, &store, None).unwrap_or_else(|broken| panic!("{broken}"));
    for what in REACHED.into_iter().filter(|_| is_whole) {
        assert!(reached.contains_key(what), "no schedule reached {what:?}, only {reached:#?}");
    }
}

#[tokio::test]
async fn each_mistake_breaks_a_law() {
    let store = Store::fresh().await;
    for mistake in [Mistake::NoLease, Mistake::NoIntent, Mistake::NoSecondLook, Mistake::OldToken] {
        let played = play_all(0..SCHEDULES_TO_FIND, &store, Some(mistake));
        assert!(played.is_err(), "{mistake:?} was not found");
    }
}

/// Plays them on threads of their own: a runtime would interrupt tasks by a measure that is not in the seed.
fn play_all(
    seeds: Range<u64>,
    store: &Store,
    mistake: Option<Mistake>,
) -> Result<BTreeMap<&'static str, u32>, String> {
    let lane = |lane: u64| {
        let mut reached: BTreeMap<&'static str, u32> = BTreeMap::new();
        for seed in seeds.clone().skip(lane as usize).step_by(LANES as usize) {
            let played = schedule::play(seed, store, mistake);
            let played = played.map_err(|law| format!("{law}\nplay it again with BACKLINE_SEED={seed}"))?;
            for (what, count) in played {
                *reached.entry(what).or_default() += count;
            }
        }
        Ok::<_, String>(reached)
    };
    std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES).map(|number| scope.spawn(move || lane(number))).collect();
        let mut reached = BTreeMap::new();
        for lane in lanes {
            for (what, count) in lane.join().expect("a lane ends")? {
                *reached.entry(what).or_default() += count;
            }
        }
        Ok(reached)
    })
}

fn seed() -> Option<u64> {
    number("BACKLINE_SEED")
}

fn schedules() -> u64 {
    number("BACKLINE_SCHEDULES").unwrap_or(SCHEDULES)
}

#[expect(clippy::disallowed_methods, reason = "a test is told by the environment what to play again")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Lets others go on.
async fn pause() {
    let mut is_over = false;
    std::future::poll_fn(|context| {
        context.waker().wake_by_ref();
        if std::mem::replace(&mut is_over, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
