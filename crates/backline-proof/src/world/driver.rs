//! What goes on when: polls what can go on, and lets time pass when nothing can.

use super::{Done, Flag, Replica, Running, Worker, World};
use crate::agenda::Event;
use crate::ledger::Watched;
use crate::network::{Flight, Wire, told};
use crate::plan::{Fault, Killed};
use crate::random::spread;
use crate::story::{Sender, What};
use backline_engine::worker;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context as Polling, Poll, Waker};
use std::time::Duration;

/// How long a worker sleeps that found nothing.
const REST_MS: i64 = 5_000;
/// How long the store is waited for before it is asked whether it works.
const PATIENCE: Duration = Duration::from_millis(2);

impl World {
    /// Lets the world go on up to a time.
    pub async fn run_until(&mut self, until_ms: i64) {
        loop {
            self.settle().await;
            self.assign().await;
            let before = self.now_ms();
            let event = self.shared.agenda.pop(until_ms);
            self.gate.sim.clock.advance(self.now_ms() - before);
            match event {
                None => return,
                Some(event) => self.happen(event).await,
            }
        }
    }

    pub async fn run_for(&mut self, ms: u64) {
        let until = self.now_ms() + i64::try_from(ms).expect("some days at most");
        self.run_until(until).await;
    }

    async fn happen(&mut self, event: Event) {
        match event {
            Event::Wake(sleeper) => drop(sleeper.send(())),
            Event::Arrive(flight) => self.arrive(*flight).await,
            Event::Answer { n, reply, answer } => {
                let what = What::Answered { n, answer: told(&answer) };
                if reply.is_awaited() {
                    self.shared.tell(what);
                }
                reply.give(answer);
            }
            Event::Act(act) => {
                self.acted += 1;
                self.act(act).await;
                self.is_stirred = true;
            }
            Event::Restart(replica) => {
                if self.replicas[replica].context.is_none() {
                    self.start(replica);
                }
            }
            Event::Resume(_) | Event::Tick => self.is_stirred = true,
        }
    }

    async fn arrive(&mut self, flight: Flight) {
        let Flight { n, by, request, reply, fault } = flight;
        if let Some(Fault::Race { does }) = &fault {
            self.race(&request, does).await;
        }
        let carried = self.gate.carry(&request, fault.as_ref()).await;
        let status = carried.answer.as_ref().map_or(0, |response| response.status);
        let is_limit = carried.answer.as_ref().is_ok_and(|response| response.status == 429);
        self.people.see(&carried.entries);
        self.shared.tell(What::CarriedOut { n, status, entries: carried.entries, pair: carried.pair });
        if let Some(Fault::Kill { when: Killed::Committed, down_ms }) = fault {
            self.kill(by.replica, by.life, down_ms);
            return;
        }
        if let Some(reply) = reply {
            let back_ms = self.shared.latency_ms(spread(self.shared.seed, n.wrapping_mul(2).wrapping_add(1)));
            // A limit says from when on it counts: the time of its answer.
            let back_ms = if is_limit { back_ms.min(50) } else { back_ms };
            self.shared.agenda.put_in(back_ms, Event::Answer { n, reply, answer: carried.answer });
        }
    }

    /// Polls whatever can go on, until everything waits for time to pass.
    pub(super) async fn settle(&mut self) {
        loop {
            while self.poll_all() {
                // The store's own tasks have their turn.
                tokio::task::yield_now().await;
            }
            if !self.is_anybody_running() {
                return;
            }
            // Either all are parked, or the store is at work for one of them.
            let is_parked = self.is_all_sent();
            if self.is_flag_up() {
                continue;
            }
            if !is_parked && tokio::time::timeout(PATIENCE, self.any.notified()).await.is_ok() {
                continue;
            }
            // Whatever was asked of the store before this is answered by the time that it is.
            tokio::select! {
                biased;
                () = self.any.notified() => {}
                pinged = self.store.ping() => {
                    pinged.expect("a store in memory answers");
                    tokio::task::yield_now().await;
                    if !self.is_flag_up() {
                        return;
                    }
                }
            }
        }
    }

    /// Whether the last that was polled went on to send something, and so hardly waits for the store.
    fn is_all_sent(&mut self) -> bool {
        let sent = self.shared.requests();
        let is_more = sent != self.sent_before;
        self.sent_before = sent;
        is_more
    }

    fn poll_all(&mut self) -> bool {
        let now = self.now_ms();
        let mut is_any = false;
        for number in 0..self.replicas.len() {
            if self.replicas[number].paused_until_ms > now {
                continue;
            }
            for at in 0..self.replicas[number].workers.len() {
                let worker = &mut self.replicas[number].workers[at];
                let Some(running) = worker.running.as_mut() else { continue };
                let Some(polled) = poll(running) else { continue };
                is_any = true;
                if let Poll::Ready(done) = polled {
                    worker.running = None;
                    if let Done::Turn(found) = done {
                        let is_idle = !matches!(found, Ok(true));
                        worker.rests_until_ms = if is_idle { now + REST_MS } else { now };
                    }
                    self.is_stirred = true;
                }
                self.bury();
            }
            let mut at = 0;
            while let Some(guest) = self.replicas[number].guests.get_mut(at) {
                match poll(guest) {
                    Some(Poll::Ready(done)) => {
                        self.replicas[number].guests.remove(at);
                        is_any = true;
                        self.is_stirred = true;
                        if let Done::Disconnected(true) = done {
                            self.shared.tell(What::Disconnected);
                        }
                    }
                    Some(Poll::Pending) => {
                        is_any = true;
                        at += 1;
                    }
                    None => at += 1,
                }
                self.bury();
            }
        }
        is_any
    }

    /// Ends whoever is to die.
    fn bury(&mut self) {
        let doomed: Vec<_> =
            self.shared.doomed.lock().expect("no panic while it is held").drain(..).collect();
        for (who, down_ms) in doomed {
            self.kill(who.replica, who.life, down_ms);
        }
    }

    fn is_anybody_running(&self) -> bool {
        let is_running = |replica: &Replica| {
            !replica.guests.is_empty() || replica.workers.iter().any(|worker| worker.running.is_some())
        };
        self.replicas.iter().any(is_running)
    }

    fn is_flag_up(&self) -> bool {
        let now = self.now_ms();
        let awake = self.replicas.iter().filter(|replica| replica.paused_until_ms <= now);
        let mut running = awake.flat_map(|replica| {
            replica.guests.iter().chain(replica.workers.iter().filter_map(|worker| worker.running.as_ref()))
        });
        running.any(|running| running.flag.is_up.load(Ordering::Acquire))
    }

    /// Gives what is due to workers that have nothing to do.
    async fn assign(&mut self) {
        while std::mem::take(&mut self.is_stirred) {
            let Some(due) = self.store.next_due_at().await.expect("a store in memory answers") else {
                return;
            };
            let (due, now) = (due.as_millisecond(), self.now_ms());
            if due > now {
                self.shared.agenda.tick_at(due);
                return;
            }
            let idle = self.idle();
            let ready: Vec<_> = idle.iter().filter(|(_, _, rests)| *rests <= now).copied().collect();
            if ready.is_empty() {
                if let Some(first) = idle.iter().map(|(_, _, rests)| *rests).min() {
                    self.shared.agenda.tick_at(first);
                }
                return;
            }
            let (replica, worker, _) = self.schedule.pick(&ready);
            self.begin(replica, worker);
            self.settle().await;
            self.is_stirred = true;
        }
    }

    fn idle(&self) -> Vec<(usize, usize, i64)> {
        let now = self.now_ms();
        let mut idle = Vec::new();
        for (number, replica) in self.replicas.iter().enumerate() {
            if replica.context.is_none() || replica.paused_until_ms > now {
                continue;
            }
            for (at, worker) in replica.workers.iter().enumerate() {
                if worker.running.is_none() {
                    idle.push((number, at, worker.rests_until_ms));
                }
            }
        }
        idle
    }

    fn begin(&mut self, number: usize, at: usize) {
        let replica = &mut self.replicas[number];
        let Some(context) = replica.context.clone() else { return };
        let owner = format!("replica-{number}-{}-worker-{at}", replica.life);
        let turn = async move { Done::Turn(worker::turn(&context, &owner).await) };
        replica.workers[at].running = Some(running(turn, &self.any));
    }

    /// Something that a person has a replica do.
    pub(super) fn invite(&mut self, number: usize, act: impl Future<Output = Done> + Send + 'static) {
        let guest = running(act, &self.any);
        self.replicas[number].guests.push(guest);
    }

    /// Starts a process anew.
    pub(super) fn start(&mut self, number: usize) {
        let life = self.replicas[number].life;
        let by = Sender { replica: number, life };
        let wire = Arc::new(Wire { shared: self.shared.clone(), by });
        let ledger = Watched {
            store: self.store.clone(),
            shared: self.shared.clone(),
            by,
            planted: Default::default(),
        };
        let context = self.context(wire).with_ledger(Arc::new(ledger));
        let replica = &mut self.replicas[number];
        replica.context = Some(context);
        replica.paused_until_ms = 0;
        replica.workers.iter_mut().for_each(|worker| worker.rests_until_ms = 0);
        self.shared.tell(What::Started(by));
        self.is_stirred = true;
    }

    /// kill -9: nothing of the process goes on, not even to its next step.
    pub(super) fn kill(&mut self, number: usize, life: u64, down_ms: u64) {
        let replica = &mut self.replicas[number];
        if replica.context.is_none() || replica.life != life {
            return;
        }
        self.shared.tell(What::Killed(Sender { replica: number, life }));
        replica.context = None;
        replica.life += 1;
        replica.guests.clear();
        replica.workers.iter_mut().for_each(|worker| worker.running = None);
        self.shared.agenda.put_in(down_ms, Event::Restart(number));
    }

    pub(super) fn pause(&mut self, number: usize, ms: u64) {
        let until = self.now_ms() + i64::try_from(ms).expect("a minute");
        let replica = &mut self.replicas[number];
        replica.paused_until_ms = replica.paused_until_ms.max(until);
        self.shared.tell(What::Paused(Sender { replica: number, life: replica.life }));
        self.shared.agenda.put(until, Event::Resume(number));
    }

    /// Everything that goes wrong ends, and every process runs.
    pub(super) fn mend_processes(&mut self) {
        for number in 0..self.replicas.len() {
            self.replicas[number].paused_until_ms = 0;
            if self.replicas[number].context.is_none() {
                self.start(number);
            }
        }
        self.is_stirred = true;
    }
}

impl Replica {
    pub(super) fn new(workers: usize) -> Self {
        let workers = (0..workers).map(|_| Worker { running: None, rests_until_ms: 0 }).collect();
        Self { life: 0, context: None, paused_until_ms: 0, workers, guests: Vec::new() }
    }
}

fn running(turn: impl Future<Output = Done> + Send + 'static, any: &Arc<tokio::sync::Notify>) -> Running {
    let flag = Arc::new(Flag { is_up: AtomicBool::new(true), any: any.clone() });
    // A budget of polls is for tasks that share a thread fairly; here each goes on as far as it can.
    Running { turn: Box::pin(tokio::task::unconstrained(turn)), flag }
}

/// Polls what says that it can go on.
fn poll(running: &mut Running) -> Option<Poll<Done>> {
    if !running.flag.is_up.swap(false, Ordering::AcqRel) {
        return None;
    }
    let waker = Waker::from(running.flag.clone());
    Some(running.turn.as_mut().poll(&mut Polling::from_waker(&waker)))
}
