//! Conformance: the model and the database give the same answers to the same calls.
//!
//! Sequences are drawn from a seed and know no clock of the machine. To play one again, name its seed in `SEEDS`.

mod call;
mod pair;
mod random;
mod world;

use pair::Pair;
use random::Random;
use std::collections::BTreeMap;
use tokio::task::JoinSet;

const SEEDS: std::ops::Range<u64> = 0..100;
const CALLS: usize = 60;
/// Sequences that are played beside each other.
const LANES: usize = 4;

/// Kinds of answers that the sequences have to reach, or they would prove little.
const REACHED: [&str; 17] = [
    "Begin done",
    "Begin conflict",
    "Begin fenced",
    "BeginRefresh done",
    "BeginRefresh missing",
    "Finish done",
    "Finish fenced",
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
