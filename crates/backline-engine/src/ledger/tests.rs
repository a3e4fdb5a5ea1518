//! Conformance: the model and the database give the same answers to the same calls.
//!
//! Sequences are drawn from a seed and know no clock of the machine. To play one again, name its seed in `SEEDS`.

mod call;
mod pair;
mod world;

use crate::testing::random::Random;
use backline_core::notice::End;
use backline_store::reconcile::{Outcome, Verdict};
use backline_store::work::{Due, Next, Priority, WorkKey};
use call::Call;
use jiff::SignedDuration;
use pair::Pair;
use std::collections::BTreeMap;
use tokio::task::JoinSet;

const SEEDS: std::ops::Range<u64> = 0..300;
const CALLS: usize = 60;
/// Sequences that are played beside each other.
const LANES: usize = 4;

/// Kinds of answers that the sequences have to reach, or they would prove little.
const REACHED: [&str; 27] = [
    "Admit done",
    "Alike took some",
    "Approve differs",
    "Approve given",
    "Begin done",
    "Begin conflict",
    "Begin fenced",
    "BeginRefresh done",
    "BeginRefresh missing",
    "Carry done",
    "Carry fenced",
    "Creates done",
    "Finish done",
    "Finish fenced",
    "Lose conflict",
    "Lose done",
    "Lose fenced",
    "Probe done",
    "Probe fenced",
    "Record done",
    "Record conflict",
    "Record fenced",
    "Renew done",
    "Renew conflict",
    "Renew fenced",
    "Undo done",
    "Undo conflict",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_model_and_the_database_give_the_same_answers() {
    let mut lanes = JoinSet::new();
    for lane in 0..LANES {
        lanes.spawn(async move {
            let mut answers: BTreeMap<String, u32> = BTreeMap::new();
            for seed in SEEDS.skip(lane).step_by(LANES) {
                for answer in sequence(seed).await {
                    *answers.entry(answer).or_default() += 1;
                }
            }
            answers
        });
    }
    let mut answers: BTreeMap<String, u32> = BTreeMap::new();
    while let Some(lane) = lanes.join_next().await {
        for (answer, count) in lane.expect("no lane found a difference") {
            *answers.entry(answer).or_default() += count;
        }
    }
    for answer in REACHED {
        assert!(answers.contains_key(answer), "no sequence reached {answer:?}, only {answers:#?}");
    }
}

/// A cause that is mended for some and not for others: each that goes on must not wake all the others anew.
#[tokio::test]
async fn what_is_mended_for_one_wakes_the_others_once_between_two_probes() {
    let mut pair = Pair::new(0).await;
    let all = pair.subjects.clone();
    let due = all.iter().map(|subject| Due {
        key: WorkKey::Subject(*subject),
        site: None,
        at: pair.now,
        priority: Priority::Update,
        reason: "a test".to_owned(),
    });
    pair.play(Call::Mark(due.collect())).await;
    let taken = take(&mut pair).await;
    assert_eq!(taken.len(), all.len());
    let look_at = pair.now + SignedDuration::from_secs(10);
    let refused = Verdict::Blocked { blocked: call::blocked("one"), look_at };
    for lease in taken {
        end(&mut pair, lease, refused.clone()).await;
    }
    assert!(take(&mut pair).await.is_empty());

    let one = Due {
        key: WorkKey::Subject(all[0]),
        site: None,
        at: pair.now,
        priority: Priority::Update,
        reason: "a person asked".to_owned(),
    };
    pair.play(Call::Mark(vec![one])).await;
    let asked = take(&mut pair).await;
    end(&mut pair, asked[0], Verdict::Clear(End::Mended)).await;
    let woken = take(&mut pair).await;
    assert_eq!(woken.len(), all.len() - 1);
    for lease in &woken[1..] {
        end(&mut pair, *lease, refused.clone()).await;
    }
    end(&mut pair, woken[0], Verdict::Clear(End::Mended)).await;
    assert!(take(&mut pair).await.is_empty(), "they were asked a moment ago");

    pair.play(Call::Advance { to: pair.now + SignedDuration::from_secs(10) }).await;
    let first = pair.leases();
    pair.play(Call::Lease { owner: "a", lease_ms: 60_000, limit: 10, excluded: Vec::new() }).await;
    let probe = (first..pair.leases()).find(|lease| pair.is_probe(*lease)).expect("its time has come");
    pair.play(Call::Probe { lease: probe, next: Next::OnChange }).await;
    let looks = take(&mut pair).await;
    assert_eq!(looks.len(), 1);
    end(&mut pair, looks[0], Verdict::Clear(End::Mended)).await;
    assert_eq!(take(&mut pair).await.len(), all.len() - 3);
}

/// Leases of subjects that are due now, by their places.
async fn take(pair: &mut Pair) -> Vec<usize> {
    let first = pair.leases();
    pair.play(Call::Lease { owner: "a", lease_ms: 60_000, limit: 10, excluded: Vec::new() }).await;
    (first..pair.leases()).filter(|lease| pair.subject_of(*lease).is_some()).collect()
}

async fn end(pair: &mut Pair, lease: usize, verdict: Verdict) {
    let outcome = Outcome {
        verdict,
        next: Next::OnChange,
        ..Outcome::new(pair.subject_of(lease).expect("the lease of a subject"))
    };
    pair.play(Call::Record { lease, outcome: Box::new(outcome) }).await;
}

/// Plays one; answers the kinds of answers that it reached.
async fn sequence(seed: u64) -> Vec<String> {
    let mut random = Random::of(seed);
    let mut pair = Pair::new(seed).await;
    for _ in 0..CALLS {
        let call = call::draw(&mut random, &pair);
        pair.play(call).await;
    }
    pair.drain().await;
    pair.reached
}
