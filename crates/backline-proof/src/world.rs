//! One simulated world: replicas over one store, simulators behind a network, and a clock that goes from one thing to
//! the next.
//!
//! One worker's future is polled at a time, until nothing of it can go on without time passing: it waits for an answer
//! or sleeps. What the store does meanwhile is awaited to its end, so its own tasks and threads decide nothing.
//!
//! Invariant: everything that happens follows from the plan.

mod acts;
mod driver;
mod ending;
mod setup;

pub use ending::{Ending, Issue, Row};

use crate::agenda::{Agenda, Event};
use crate::gate::Gate;
use crate::plan::{Fault, Line, Plan};
use crate::random::Random;
use crate::sabotage::Switch;
use crate::story::{Sender, Story, What};
use backline_core::ids::ConnectionId;
use backline_engine::clock::Randomness;
use backline_engine::{Context, Settings};
use backline_store::work::Lease;
use backline_store::{Store, StoreError};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// What replicas, network and driver share.
pub struct Shared {
    pub agenda: Arc<Agenda>,
    pub story: Story,
    pub seed: u64,
    pub switch: Option<Switch>,
    latency_ms: (u64, u64),
    faults: BTreeMap<u64, Fault>,
    deaths: BTreeMap<u64, Line>,
    requests: AtomicU64,
    calls: AtomicU64,
    /// Faults that came up.
    pub fired: AtomicU64,
    is_healed: AtomicBool,
    /// Who is to die now, and for how long.
    doomed: Mutex<Vec<(Sender, u64)>>,
    newest: Mutex<BTreeMap<String, Lease>>,
}

impl Shared {
    pub fn new(plan: &Plan, agenda: Arc<Agenda>, switch: Option<Switch>) -> Self {
        let (mut faults, mut deaths) = (BTreeMap::new(), BTreeMap::new());
        for line in &plan.lines {
            match line {
                Line::Fault { request, fault } => drop(faults.insert(*request, fault.clone())),
                Line::Cut { call, .. } => drop(deaths.insert(*call, line.clone())),
                Line::Act { .. } => {}
            }
        }
        Self {
            agenda,
            story: Story::default(),
            seed: plan.seed,
            switch,
            latency_ms: plan.setup.latency_ms,
            faults,
            deaths,
            requests: AtomicU64::new(0),
            calls: AtomicU64::new(0),
            fired: AtomicU64::new(0),
            is_healed: AtomicBool::new(false),
            doomed: Mutex::default(),
            newest: Mutex::default(),
        }
    }

    pub fn tell(&self, what: What) {
        self.story.tell(self.agenda.now_ms(), what);
    }

    pub fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// From a number that was drawn.
    pub fn latency_ms(&self, drawn: u64) -> u64 {
        let (least, most) = self.latency_ms;
        least + drawn % (most - least + 1)
    }

    pub fn fault_of(&self, request: u64) -> Option<Fault> {
        let fault = self.faults.get(&request).filter(|_| !self.is_healed());
        self.count(fault).cloned()
    }

    /// Counts a call of a ledger; how its process dies of it.
    pub fn death(&self) -> Option<&Line> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        let death = self.deaths.get(&call).filter(|_| !self.is_healed());
        self.count(death)
    }

    fn count<T>(&self, came: Option<T>) -> Option<T> {
        self.fired.fetch_add(u64::from(came.is_some()), Ordering::Relaxed);
        came
    }

    pub fn heal(&self) {
        self.is_healed.store(true, Ordering::Relaxed);
    }

    fn is_healed(&self) -> bool {
        self.is_healed.load(Ordering::Relaxed)
    }

    pub fn doom(&self, who: Sender, down_ms: u64) {
        self.doomed.lock().expect("no panic while it is held").push((who, down_ms));
    }

    pub fn leased(&self, lease: &Lease) {
        let mut newest = self.newest.lock().expect("no panic while they are held");
        newest.insert(lease.key.to_string(), lease.clone());
    }

    pub fn newest(&self, lease: &Lease) -> Lease {
        let newest = self.newest.lock().expect("no panic while they are held");
        newest.get(&lease.key.to_string()).unwrap_or(lease).clone()
    }
}

/// Secrets that nobody may guess, from the seed.
pub struct SeededSecrets(pub Mutex<Random>);

impl Randomness for SeededSecrets {
    fn bytes(&self) -> [u8; 32] {
        self.0.lock().expect("no panic while it is held").bytes()
    }
}

type Turn = Pin<Box<dyn Future<Output = Done> + Send>>;

/// What came of something that ran.
pub enum Done {
    /// A worker's turn, and whether there was something to do.
    Turn(Result<bool, StoreError>),
    /// A person's disconnect was answered.
    Disconnected(bool),
}

/// Says that a future can go on.
pub struct Flag {
    is_up: AtomicBool,
    any: Arc<Notify>,
}

impl std::task::Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.is_up.store(true, Ordering::Release);
        self.any.notify_one();
    }
}

/// Something that runs in a replica.
struct Running {
    turn: Turn,
    flag: Arc<Flag>,
}

/// One worker of a replica.
struct Worker {
    running: Option<Running>,
    /// It found nothing and sleeps until then.
    rests_until_ms: i64,
}

struct Replica {
    life: u64,
    /// `None` while the process is down.
    context: Option<Context>,
    paused_until_ms: i64,
    workers: Vec<Worker>,
    /// What others than its workers run in it.
    guests: Vec<Running>,
}

pub struct World {
    pub shared: Arc<Shared>,
    pub gate: Arc<Gate>,
    pub store: Store,
    pub plan: Plan,
    settings: Settings,
    /// Works at once and without faults: a person at a desk.
    desk: Context,
    pub connection: ConnectionId,
    replicas: Vec<Replica>,
    schedule: Random,
    any: Arc<Notify>,
    /// Something may have become due.
    is_stirred: bool,
    /// Requests that were sent when the store was last waited for.
    sent_before: u64,
    people: acts::People,
    /// Acts that were carried out.
    pub acted: u64,
    start_ms: i64,
}

impl World {
    fn now_ms(&self) -> i64 {
        self.shared.agenda.now_ms()
    }

    fn put_acts(&self) {
        for line in &self.plan.lines {
            if let Line::Act { at_ms, act } = line {
                let at = self.start_ms + i64::try_from(*at_ms).expect("a plan of some days");
                self.shared.agenda.put(at, Event::Act(act.clone()));
            }
        }
    }
}
