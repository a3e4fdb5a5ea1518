//! Signs of life, on a clock that stands still until it is told to go on.

use super::{BEAT, LEASE_MS, beat};
use crate::clock::{Clock, later};
use crate::context::Context;
use crate::ledger::Ledger;
use crate::model::Model;
use crate::testing::{self, NoChance};
use backline_clients::transport::{Request, Response, Transport, TransportError};
use backline_store::work::{Due, Lease, Priority, WorkKey};
use backline_store::{Store, StoreError};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Each sleep lasts until the test lets one go, and takes its whole time at once.
struct StillClock {
    passed_ms: AtomicU64,
    steps: Semaphore,
    begun: Semaphore,
}

#[async_trait::async_trait]
impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        later(testing::start(), Duration::from_millis(self.passed_ms.load(Ordering::SeqCst)))
    }

    async fn sleep(&self, duration: Duration) {
        self.begun.add_permits(1);
        self.steps.acquire().await.expect("it is never closed").forget();
        let ms = u64::try_from(duration.as_millis()).expect("a short time");
        self.passed_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

struct Nowhere;

#[async_trait::async_trait]
impl Transport for Nowhere {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        unreachable!("nothing is sent here")
    }
}

async fn leased() -> (Context, Arc<Model>, Arc<StillClock>, Lease) {
    let clock = Arc::new(StillClock {
        passed_ms: AtomicU64::new(0),
        steps: Semaphore::new(0),
        begun: Semaphore::new(0),
    });
    let model = Arc::new(Model::new("a-test"));
    let store = Store::in_memory().await.expect("a store");
    let cx = Context::new(store, Arc::new(Nowhere), clock.clone(), Arc::new(NoChance), testing::settings());
    let cx = cx.with_ledger(model.clone());
    let key = WorkKey::PollGithub("acme/api".into());
    let due =
        Due { key, site: None, at: clock.now(), priority: Priority::Check, reason: "a test".to_owned() };
    model.mark_due(vec![due]).await.expect("it is marked");
    let lease = model.lease("a", clock.now(), LEASE_MS, 1, &[]).await.expect("a queue").remove(0);
    (cx, model, clock, lease)
}

#[tokio::test]
async fn what_takes_long_stays_in_the_same_hands() {
    let (cx, model, clock, lease) = leased().await;
    let beating = tokio::spawn({
        let (cx, lease) = (cx.clone(), lease.clone());
        async move { beat(&cx, &lease).await }
    });
    for _ in 0..10 {
        clock.begun.acquire().await.expect("it is never closed").forget();
        clock.steps.add_permits(1);
    }
    clock.begun.acquire().await.expect("it is never closed").forget();
    assert_eq!(clock.now(), later(testing::start(), 10 * BEAT));
    assert_eq!(model.lease("b", clock.now(), LEASE_MS, 1, &[]).await.expect("a queue"), []);
    model.finish(&lease, backline_store::work::Next::Done).await.expect("it is still ours");
    clock.steps.add_permits(1);
    assert!(matches!(beating.await.expect("it ended"), StoreError::Fenced));
}

#[tokio::test]
async fn who_was_away_too_long_finds_the_key_in_other_hands() {
    let (cx, model, clock, lease) = leased().await;
    clock.passed_ms.fetch_add(u64::from(LEASE_MS), Ordering::SeqCst);
    let other = model.lease("b", clock.now(), LEASE_MS, 1, &[]).await.expect("a queue").remove(0);
    clock.steps.add_permits(1);
    assert!(matches!(beat(&cx, &lease).await, StoreError::Fenced));
    model.finish(&other, backline_store::work::Next::Done).await.expect("nobody took it back");
}
