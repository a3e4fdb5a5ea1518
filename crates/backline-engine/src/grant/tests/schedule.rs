//! One schedule, drawn from a seed: processes with their workers, each at some await, of which one at a time goes on;
//! between their steps time passes, requests are carried out or get lost, tokens are refused before their time, and
//! workers and processes die.
//!
//! Law that is watched here: the store holds a refresh token that works; or one that was exchanged less than ten minutes
//! ago, and says since when. As long as nobody lets those minutes pass, the connection is never lost.

mod cast;

use super::accounts::{Accounts, REUSE};
use super::shaky::{Mistake, Shaky};
use crate::clock::{Clock, VirtualClock, later};
use crate::context::Context;
use crate::ledger::Ledger;
use crate::model::Model;
use crate::testing::random::Random;
use backline_core::ids::ConnectionId;
use backline_store::Store;
use backline_store::grant::{Credentials, Grant};
use futures_util::FutureExt as _;
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

/// Steps in which anything may happen.
const STEPS: usize = 250;
/// Steps after which everybody must have made a call once nothing goes wrong any more.
const CALM_STEPS: usize = 20_000;
/// From this age on of an exchange without a result nothing goes wrong: the ten minutes are not to pass.
const CALM_AFTER: Duration = Duration::from_secs(300);

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Worker {
    process: usize,
    is_watcher: bool,
    task: Task,
}

pub struct Schedule {
    random: Random,
    clock: Arc<VirtualClock>,
    model: Arc<Model>,
    accounts: Arc<Accounts>,
    shaky: Arc<Shaky>,
    store: Store,
    processes: Vec<Context>,
    workers: Vec<Worker>,
    connection: ConnectionId,
    consents: u128,
}

/// Plays a schedule.
///
/// # Errors
/// The law that it broke. Otherwise what it reached, and how often.
pub fn play(
    seed: u64,
    store: &Store,
    mistake: Option<Mistake>,
) -> Result<BTreeMap<&'static str, u32>, String> {
    let mut schedule = Schedule::new(seed, store, mistake);
    let played = schedule.play();
    let state = schedule.accounts.state();
    played.map_err(|law| format!("{law}, after\n{}", state.last()))?;
    Ok(state.reached.clone())
}

impl Schedule {
    fn play(&mut self) -> Result<(), String> {
        for _ in 0..STEPS {
            self.step();
            self.check()?;
        }
        self.calm();
        let callers = self.workers.iter().filter(|worker| !worker.is_watcher).count();
        for _ in 0..CALM_STEPS {
            self.calm_step();
            self.check()?;
            if self.accounts.state().calls.len() == callers {
                return Ok(());
            }
        }
        Err("somebody never got a token, although nothing goes wrong any more".to_owned())
    }

    fn step(&mut self) {
        let grant = self.grant();
        let open_since = grant.refresh_started_at;
        if open_since.is_some_and(|since| later(since, CALM_AFTER) <= self.clock.now()) {
            self.accounts.state().reach("minutes passed over a lost answer");
            let wrong_percent = std::mem::take(&mut self.accounts.state().wrong_percent);
            let fails_percent = std::mem::take(&mut *self.shaky.fails_percent.lock().expect("a number"));
            self.calm_step();
            self.accounts.state().wrong_percent = wrong_percent;
            *self.shaky.fails_percent.lock().expect("a number") = fails_percent;
            return;
        }
        match self.random.below(1_000) {
            0..640 => self.go_on(),
            640..820 => self.accounts.step(&mut self.random),
            820..890 => self.pass(3_000),
            890..925 if open_since.is_some() => self.pass(90_000),
            // Somewhere around the end of the token.
            890..925 => {
                let ends_at = grant.expires_at.unwrap_or(self.clock.now());
                let left = Duration::try_from(ends_at.duration_since(self.clock.now())).unwrap_or_default();
                self.clock.advance(left.saturating_sub(Duration::from_secs(400)));
                self.pass(600_000);
            }
            925..965 => {
                let worker = self.random.below(self.workers.len());
                self.die(worker);
            }
            965..980 => {
                let process = self.random.below(self.processes.len());
                self.processes[process] = self.process();
                for worker in 0..self.workers.len() {
                    if self.workers[worker].process == process {
                        self.die(worker);
                    }
                }
                self.accounts.state().ends(process);
            }
            980..985 => self.accounts.revoke_newest(),
            985..996 => self.go_on(),
            _ => self.consent(),
        }
    }

    /// Nothing goes wrong from here on, and nobody has called yet.
    fn calm(&mut self) {
        let mut accounts = self.accounts.state();
        accounts.wrong_percent = 0;
        accounts.calls.clear();
        *self.shaky.fails_percent.lock().expect("a number") = 0;
    }

    fn calm_step(&mut self) {
        match self.random.below(100) {
            0..50 => {
                // Most turns to those who have to make their call yet, or this would take long.
                let waits = |worker: &usize| !self.accounts.state().calls.contains_key(worker);
                let waiting: Vec<usize> = (0..self.workers.len()).filter(waits).collect();
                let worker = self.random.pick(&waiting);
                self.poll(worker);
            }
            50..70 => self.go_on(),
            70..95 => self.accounts.step(&mut self.random),
            _ => self.pass(3_000),
        }
    }

    fn go_on(&mut self) {
        let worker = self.random.below(self.workers.len());
        self.poll(worker);
    }

    /// A worker runs up to its next await.
    fn poll(&mut self, worker: usize) {
        self.accounts.state().at_work(worker, self.workers[worker].process);
        let mut context = std::task::Context::from_waker(Waker::noop());
        let is_over = self.workers[worker].task.as_mut().poll(&mut context).is_ready();
        assert!(!is_over, "a worker never ends by itself");
    }

    fn pass(&mut self, ms_max: usize) {
        let ms = self.random.below(ms_max) as u64;
        self.clock.advance(Duration::from_millis(ms));
    }

    /// A worker is cut off wherever it is; another takes its place.
    fn die(&mut self, worker: usize) {
        let (process, is_watcher) = (self.workers[worker].process, self.workers[worker].is_watcher);
        self.workers[worker].task = self.task(process, is_watcher);
        self.accounts.state().cut_off(worker);
    }

    fn grant(&self) -> Grant {
        let grant = self.model.load_grant(self.connection).now_or_never().expect("the model never waits");
        grant.expect("it can be read").expect("it is connected")
    }

    fn check(&self) -> Result<(), String> {
        if let Some(law) = &self.accounts.state().broken {
            return Err(law.clone());
        }
        let grant = self.grant();
        let Credentials::OAuth { refresh, .. } = &grant.credentials else { unreachable!("a consent") };
        let Some(used_at) = self.accounts.used_at(refresh.expose_secret()) else {
            return Err("the refresh token that is kept is dead".to_owned());
        };
        let Some(used_at) = used_at else { return Ok(()) };
        match grant.refresh_started_at {
            None => Err("an exchanged token is kept, and nothing says that it was exchanged".to_owned()),
            Some(since) if since > used_at => Err("an exchange began before the store knew".to_owned()),
            // From the first exchange on: a process that slept between its note and its request exchanged nothing yet.
            Some(_) if later(used_at, REUSE) < self.clock.now() => {
                Err("ten minutes passed over a lost answer".to_owned())
            }
            Some(_) => Ok(()),
        }
    }
}
