//! Deliveries that wait to be sent, and what became of those that were.
//!
//! Knows when a delivery is due and what an answer means for it. Does not speak HTTP. Times are the simulator's
//! clock's, so a test that advances the clock reaches retries and late deliveries at once.

use super::delivery::{Attempt, Delivery, Lane, Progress};
use super::plan::Plan;
use crate::ids;
use crate::jira::config::Id;
use crate::journal::{Batch, Records};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use tokio::sync::Notify;

/// Attempts beside the first. Source: the page on webhooks.
const RETRIES_MAX: u32 = 5;
/// How many may wait; what comes on top of them is lost, as it would be behind an app that is away for days.
const WAITING_MAX: usize = 10_000;
/// How many finished deliveries are kept to look at.
const KEPT_MAX: usize = 1_000;
/// How long a delivery is held for another one to overtake it.
const HELD_MS: i64 = 30_000;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Planned {
    plan: Plan,
    /// The first delivery that it counts.
    from: Id,
}

#[derive(Debug, Default)]
pub struct Outbox {
    seed: u64,
    planned: Planned,
    deliveries: BTreeMap<Id, Delivery>,
    /// By the time at which it is due.
    waiting: BTreeSet<(i64, Id)>,
    /// Told when something new may be due.
    pub wake: Arc<Notify>,
    /// Told when an attempt has ended.
    pub ended: Arc<Notify>,
}

impl Outbox {
    /// Takes up what was there before a restart; what was on its way is sent again.
    pub fn load(&mut self, records: &mut Records) -> io::Result<()> {
        for (_, delivery) in records.take::<Delivery>("delivery")? {
            self.keep(delivery);
        }
        if let Some((_, planned)) = records.take::<Planned>("webhook plan")?.into_iter().next() {
            self.planned = planned;
        }
        Ok(())
    }

    pub fn seed(&mut self, seed: u64) {
        self.seed = seed;
    }

    pub fn plan(&self) -> &Plan {
        &self.planned.plan
    }

    /// `from` is the number of the next delivery.
    pub fn set_plan(&mut self, plan: Plan, from: Id, batch: &mut Batch) {
        self.planned = Planned { plan, from };
        batch.put("webhook plan", "plan", &self.planned);
    }

    pub fn last_id(&self) -> Option<Id> {
        self.deliveries.keys().next_back().copied()
    }

    /// Newest last.
    pub fn deliveries(&self) -> impl DoubleEndedIterator<Item = &Delivery> {
        self.deliveries.values()
    }

    /// Takes in a new delivery under its number, with the fate that the plan has for it.
    pub fn add(&mut self, id: Id, mut delivery: Delivery, batch: &mut Batch) {
        delivery.id = id;
        delivery.identifier = ids::uuid(self.seed, &["delivery", &id.to_string()]);
        let nth = (id + 1).saturating_sub(self.planned.from);
        let fate = self.planned.plan.fate(self.seed, &delivery.identifier, nth);
        if fate.is_lost || self.waiting.len() >= WAITING_MAX {
            delivery.progress = Progress::Lost;
        }
        delivery.doubles = u32::from(fate.is_doubled);
        delivery.is_held = fate.is_held;
        delivery.due_ms += fate.delay_ms as i64 + if fate.is_held { HELD_MS } else { 0 };
        batch.put("delivery", id, &delivery);
        self.keep(delivery);
        self.forget_old(batch);
        self.wake.notify_one();
    }

    /// Sends a delivery once more, whatever became of it.
    pub fn again(&mut self, id: Id, now_ms: i64, batch: &mut Batch) -> bool {
        let Some(old) = self.deliveries.get(&id) else { return false };
        let progress = Progress::Waiting;
        let again =
            Delivery { progress, due_ms: now_ms, is_held: false, doubles: 0, retries: 0, ..old.clone() };
        batch.put("delivery", id, &again);
        self.keep(again);
        self.wake.notify_one();
        true
    }

    /// What is due now in lanes that are free, one per lane, and when the next one is due.
    pub fn due(&self, now_ms: i64, busy: &BTreeSet<Lane>) -> (Vec<Delivery>, Option<i64>) {
        let mut taken = busy.clone();
        let mut due = Vec::new();
        for (due_ms, id) in &self.waiting {
            if *due_ms > now_ms {
                return (due, Some(*due_ms));
            }
            if let Some(delivery) = self.deliveries.get(id).filter(|delivery| taken.insert(delivery.lane())) {
                due.push(delivery.clone());
            }
        }
        (due, None)
    }

    /// Whether nothing is on its way and nothing is due.
    pub fn is_settled(&self, now_ms: i64) -> bool {
        self.waiting.first().is_none_or(|(due_ms, _)| *due_ms > now_ms)
    }

    /// Notes how an attempt ended and what follows from it.
    pub fn record(&mut self, id: Id, attempt: Attempt, now_ms: i64, batch: &mut Batch) {
        let Some(mut delivery) = self.deliveries.get(&id).cloned() else { return };
        match (attempt.is_taken(), attempt.may_be_repeated()) {
            (true, _) if delivery.doubles > 0 => {
                delivery.doubles -= 1;
                delivery.due_ms = now_ms;
            }
            (true, _) => delivery.progress = Progress::Delivered,
            (false, true) if delivery.retries < RETRIES_MAX => {
                delivery.retries += 1;
                let plan = &self.planned.plan;
                let wait_ms = plan.retry_wait_ms(self.seed, &delivery.identifier, delivery.retries);
                delivery.due_ms = now_ms + wait_ms as i64;
            }
            (false, _) => delivery.progress = Progress::Failed,
        }
        delivery.is_held = false;
        delivery.attempts.push(attempt);
        batch.put("delivery", id, &delivery);
        let lane = delivery.lane();
        self.keep(delivery);
        self.let_go_before(id, &lane, now_ms, batch);
        self.forget_old(batch);
        self.ended.notify_waiters();
    }

    /// Those that were held for this one have been overtaken.
    fn let_go_before(&mut self, id: Id, lane: &Lane, now_ms: i64, batch: &mut Batch) {
        let before = self.waiting.iter().filter(|(_, waiting)| *waiting < id);
        let held = before.filter_map(|(_, id)| self.deliveries.get(id));
        let held = held.filter(|held| held.is_held && held.lane() == *lane);
        let held: Vec<Delivery> = held.cloned().collect();
        for held in held {
            let free = Delivery { is_held: false, due_ms: now_ms, ..held };
            batch.put("delivery", free.id, &free);
            self.keep(free);
        }
    }

    fn keep(&mut self, delivery: Delivery) {
        if let Some(old) = self.deliveries.get(&delivery.id) {
            self.waiting.remove(&(old.due_ms, old.id));
        }
        if delivery.progress == Progress::Waiting {
            self.waiting.insert((delivery.due_ms, delivery.id));
        }
        self.deliveries.insert(delivery.id, delivery);
    }

    fn forget_old(&mut self, batch: &mut Batch) {
        while self.deliveries.len() - self.waiting.len() > KEPT_MAX {
            let finished = self.deliveries.values().find(|delivery| delivery.progress != Progress::Waiting);
            let Some(id) = finished.map(|delivery| delivery.id) else { return };
            self.deliveries.remove(&id);
            batch.delete("delivery", id);
        }
    }
}
