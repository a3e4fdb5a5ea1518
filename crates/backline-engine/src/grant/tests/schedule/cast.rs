//! Who takes part in a schedule: processes with their workers, accounts and a store, all drawn from the seed.

use super::{Schedule, Task, Worker};
use crate::clock::{Clock, VirtualClock, later};
use crate::context::Context;
use crate::failure::Failure;
use crate::grant::tests::accounts::Accounts;
use crate::grant::tests::pause;
use crate::grant::tests::shaky::{Mistake, Shaky};
use crate::model::Model;
use crate::testing::random::Random;
use crate::testing::{self, NoChance, settings};
use crate::worker::drain;
use backline_core::ids::ConnectionId;
use backline_store::Store;
use backline_store::grant::Credentials;
use std::sync::{Arc, Mutex};
use std::time::Duration;

impl Schedule {
    pub(super) fn new(seed: u64, store: &Store, mistake: Option<Mistake>) -> Self {
        let mut random = Random::of(seed);
        // Streams of their own, so that one more draw in one does not shift the others.
        let (network, disk) = (Random::of(random.next()), Random::of(random.next()));
        let (wrong_percent, fails_percent) = (random.pick(&[0, 15, 40, 70]), random.pick(&[0, 0, 10, 30]));
        let clock = Arc::new(VirtualClock::at(testing::start()));
        let accounts = Arc::new(Accounts::new(clock.clone(), network, wrong_percent));
        let model = Arc::new(Model::new("a-test"));
        let shaky = Arc::new(Shaky {
            model: model.clone(),
            accounts: accounts.clone(),
            mistake,
            fails_percent: Mutex::new(fails_percent),
            random: Mutex::new(disk),
            seen: Mutex::default(),
        });
        let mut schedule = Self {
            clock,
            model,
            accounts,
            shaky,
            store: store.clone(),
            processes: Vec::new(),
            workers: Vec::new(),
            connection: ConnectionId(uuid::Uuid::nil()),
            consents: 0,
            random,
        };
        schedule.consent();
        let processes = schedule.random.below(4) + 1;
        let workers = schedule.random.below(15) + 2;
        for _ in 0..processes {
            let process = schedule.processes.len();
            schedule.processes.push(schedule.process());
            schedule.hire(process, true);
        }
        for worker in 0..workers.max(processes) {
            schedule.hire(worker % processes, false);
        }
        schedule
    }

    pub(super) fn process(&self) -> Context {
        let transport = self.accounts.clone();
        let cx =
            Context::new(self.store.clone(), transport, self.clock.clone(), Arc::new(NoChance), settings());
        cx.with_ledger(self.shaky.clone())
    }

    pub(super) fn hire(&mut self, process: usize, is_watcher: bool) {
        let task = self.task(process, is_watcher);
        self.workers.push(Worker { process, is_watcher, task });
    }

    pub(super) fn task(&self, process: usize, is_watcher: bool) -> Task {
        let cx = self.processes[process].clone();
        if is_watcher {
            Box::pin(watch(cx))
        } else {
            Box::pin(call(cx, self.connection, self.accounts.clone()))
        }
    }

    /// A person consents, for the first time or anew.
    pub(super) fn consent(&mut self) {
        let now = self.clock.now();
        let (access, refresh) = self.accounts.consent();
        let tokens = Credentials::OAuth { access: access.into(), refresh: refresh.into() };
        let expires_at = Some(later(now, Duration::from_secs(3_600)));
        self.consents += 1;
        let consent = testing::consent(self.consents, "acme", now);
        self.connection = self.model.connect(consent, tokens, expires_at, now).id;
    }
}

/// Calls Jira again and again, as a worker or a page does.
async fn call(cx: Context, connection: ConnectionId, accounts: Arc<Accounts>) {
    loop {
        match cx.grants.jira(&cx, connection).await {
            Ok(permit) => {
                if let Err(error) = permit.myself().await {
                    let token = permit.token;
                    drop(permit);
                    if token.may_have_ended(&error, cx.clock.now()) {
                        let _ = cx.grants.renew(&cx, connection, token.version).await;
                    }
                }
            }
            Err(Failure::GrantLost) => accounts.state().breaks("the grant is called lost"),
            Err(_) => {}
        }
        pause().await;
    }
}

/// Works off what is due: looks after the grant.
async fn watch(cx: Context) {
    loop {
        let _ = drain(&cx, "a process").await;
        pause().await;
    }
}
