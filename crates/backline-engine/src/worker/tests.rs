//! Signs of life, on a clock that stands still until it is told to go on.

use super::{BEAT, Hands, LEASE_MS, beat, run, take};
use crate::clock::{Clock, later};
use crate::context::{Context, Settings};
use crate::ledger::Ledger;
use crate::model::Model;
use crate::reconcile::tests::world::World;
use crate::testing::{self, NoChance};
use backline_clients::transport::{Request, Response, Transport, TransportError};
use backline_core::ids::SubjectId;
use backline_store::work::{Due, Lease, Priority, WorkKey};
use backline_store::{Store, StoreError};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Each sleep lasts until the test lets one go, and takes its whole time at once.
struct StillClock {
    passed_ms: AtomicU64,
    steps: Semaphore,
    begun: Semaphore,
}

impl StillClock {
    fn new() -> Self {
        Self { passed_ms: AtomicU64::new(0), steps: Semaphore::new(0), begun: Semaphore::new(0) }
    }
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

/// No answer ever comes; each request is counted.
struct Stuck(Semaphore);

#[async_trait::async_trait]
impl Transport for Stuck {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        self.0.add_permits(1);
        std::future::pending().await
    }
}

async fn leased() -> (Context, Arc<Model>, Arc<StillClock>, Lease) {
    let clock = Arc::new(StillClock::new());
    let model = Arc::new(Model::new("a-test"));
    let store = Store::fresh().await;
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
        async move { beat(&cx, &lease, &Hands::default()).await }
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
    assert!(matches!(beat(&cx, &lease, &Hands::default()).await, StoreError::Fenced));
    model.finish(&other, backline_store::work::Next::Done).await.expect("nobody took it back");
}

#[tokio::test]
async fn what_a_pull_request_waits_for_has_a_place_though_all_are_taken() {
    let world = World::with(3).await;
    let stuck = Arc::new(Stuck(Semaphore::new(0)));
    let mut cx = world.cx.clone();
    (cx.transport, cx.clock) = (stuck.clone(), Arc::new(StillClock::new()));
    cx.replace_settings(Settings { workers: 1, ..testing::settings() });
    let mark = async |number: u128, priority: Priority| {
        let key = WorkKey::Subject(SubjectId(Uuid::from_u128(number)));
        let due = Due { key, site: None, at: cx.clock.now(), priority, reason: "a test".to_owned() };
        world.model.mark_due(vec![due]).await.expect("it is marked");
        cx.wake.notify_one();
    };
    mark(1, Priority::Backfill).await;
    let running = tokio::spawn(run(cx.clone(), "a".to_owned(), CancellationToken::new()));
    stuck.0.acquire().await.expect("it is never closed").forget();
    mark(2, Priority::Backfill).await;
    mark(3, Priority::PullRequest).await;
    stuck.0.acquire().await.expect("it is never closed").forget();
    let left = world.model.lease("b", cx.clock.now(), LEASE_MS, 9, &[]).await.expect("a queue");
    let keys: Vec<String> = left.iter().map(|lease| lease.key.to_string()).collect();
    assert_eq!(keys, [WorkKey::Subject(SubjectId(Uuid::from_u128(2))).to_string()], "the backfill waits");
    running.abort();
}

#[tokio::test]
async fn where_points_run_out_only_what_cannot_wait_is_taken() {
    let clock = Arc::new(StillClock::new());
    let model = Arc::new(Model::new("a-test"));
    let store = Store::fresh().await;
    let cx = Context::new(store, Arc::new(Nowhere), clock.clone(), Arc::new(NoChance), testing::settings())
        .with_ledger(model.clone());
    let now = clock.now();
    let due = |number, site: &str, priority| Due {
        key: WorkKey::Subject(SubjectId(Uuid::from_u128(number))),
        site: Some(site.into()),
        at: now,
        priority,
        reason: "a test".to_owned(),
    };
    let marks = [
        due(1, "acme", Priority::Backfill),
        due(2, "acme", Priority::Update),
        due(3, "globex", Priority::Check),
        due(4, "acme", Priority::Check),
    ];
    model.mark_due(marks.to_vec()).await.unwrap();
    cx.pace.save("acme", later(now, 60 * BEAT), now);
    let keys = |leases: Vec<Lease>| leases.into_iter().map(|lease| lease.key).collect::<Vec<_>>();
    assert_eq!(keys(take(&cx, "a", 9).await.unwrap()), [marks[1].key.clone(), marks[2].key.clone()]);
    assert!(take(&cx, "a", 9).await.unwrap().is_empty());
    clock.passed_ms.fetch_add(300_000, Ordering::SeqCst);
    assert_eq!(take(&cx, "a", 9).await.unwrap().len(), 4, "the hour is over, and so are the leases");
}
