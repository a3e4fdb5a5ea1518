use super::{Due, Next, Priority, WorkKey};
use crate::{Store, StoreError};
use backline_core::ids::{CloudId, RepositoryName};
use jiff::Timestamp;

const LEASE_MS: u32 = 15_000;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn key(number: u64) -> WorkKey {
    WorkKey::PullRequest { repository: RepositoryName::from("acme/api"), number }
}

fn due(number: u64, site: Option<&str>, second: i64) -> Due {
    Due {
        key: key(number),
        site: site.map(CloudId::from),
        at: at(second),
        priority: Priority::Update,
        reason: "test".to_owned(),
    }
}

#[tokio::test]
async fn ten_marks_of_a_key_are_one_run_at_the_earliest_time() {
    let store = Store::fresh().await;
    for second in [5, 3, 9] {
        store.mark_due(vec![due(1, None, second), due(1, None, second + 1)]).await.unwrap();
    }
    assert_eq!(store.next_due_at().await.unwrap(), Some(at(3)));
    assert_eq!(store.lease("a", at(2), LEASE_MS, 10, &[]).await.unwrap(), []);
    let leases = store.lease("a", at(3), LEASE_MS, 10, &[]).await.unwrap();
    assert_eq!(leases.iter().map(|lease| &lease.key).collect::<Vec<_>>(), [&key(1)]);
    assert_eq!((leases[0].attempt, leases[0].epoch, leases[0].reasons.len()), (1, 1, 1));
}

#[tokio::test]
async fn a_key_that_is_marked_while_it_runs_runs_again() {
    let store = Store::fresh().await;
    store.mark_due(vec![due(1, None, 0)]).await.unwrap();
    let lease = store.lease("a", at(0), LEASE_MS, 1, &[]).await.unwrap().remove(0);
    store.mark_due(vec![due(1, None, 1)]).await.unwrap();
    assert_eq!(store.lease("b", at(1), LEASE_MS, 1, &[]).await.unwrap(), [], "it is in one hand only");
    store.finish(&lease, Next::Done).await.unwrap();
    let again = store.lease("b", at(1), LEASE_MS, 1, &[]).await.unwrap().remove(0);
    store.finish(&again, Next::Done).await.unwrap();
    assert_eq!(store.lease("b", at(9), LEASE_MS, 1, &[]).await.unwrap(), []);
}

#[tokio::test]
async fn a_stale_worker_changes_nothing() {
    let store = Store::fresh().await;
    store.mark_due(vec![due(1, None, 0)]).await.unwrap();
    let stale = store.lease("a", at(0), LEASE_MS, 1, &[]).await.unwrap().remove(0);
    let taken_over = store.lease("b", at(16), LEASE_MS, 1, &[]).await.unwrap().remove(0);
    assert_eq!(taken_over.attempt, 2);
    assert!(matches!(store.finish(&stale, Next::Done).await, Err(StoreError::Fenced)));
    store.finish(&taken_over, Next::Done).await.unwrap();

    // Done and marked anew: an old epoch does not come round again.
    store.mark_due(vec![due(1, None, 20)]).await.unwrap();
    store.lease("a", at(20), LEASE_MS, 1, &[]).await.unwrap();
    assert!(matches!(store.finish(&stale, Next::Done).await, Err(StoreError::Fenced)));
}

#[tokio::test]
async fn a_start_takes_the_leases_of_a_dead_process_over() {
    let store = Store::fresh().await;
    store.mark_due(vec![due(1, None, 0)]).await.unwrap();
    let dead = store.lease("a", at(0), LEASE_MS, 1, &[]).await.unwrap().remove(0);
    assert_eq!(store.break_all_leases().await.unwrap(), 1);
    assert!(matches!(store.finish(&dead, Next::Done).await, Err(StoreError::Fenced)));
    assert_eq!(store.lease("a", at(0), LEASE_MS, 1, &[]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn only_retries_count_attempts() {
    let store = Store::fresh().await;
    store.mark_due(vec![due(1, None, 0)]).await.unwrap();
    for (next, attempt) in
        [(Next::Retry(at(0)), 1), (Next::Retry(at(0)), 2), (Next::At(at(0)), 3), (Next::Done, 1)]
    {
        let lease = store.lease("a", at(0), LEASE_MS, 1, &[]).await.unwrap().remove(0);
        assert_eq!(lease.attempt, attempt);
        store.finish(&lease, next).await.unwrap();
    }
}

#[tokio::test]
async fn a_noisy_site_does_not_keep_a_quiet_one_waiting() {
    let store = Store::fresh().await;
    let mut marks: Vec<Due> = (0..500).map(|number| due(number, Some("noisy"), 0)).collect();
    marks.extend((500..503).map(|number| due(number, Some("quiet"), 5)));
    store.mark_due(marks).await.unwrap();
    let leases = store.lease("a", at(9), LEASE_MS, 6, &[]).await.unwrap();
    let quiet = leases.iter().filter(|lease| lease.site == Some(CloudId::from("quiet"))).count();
    assert_eq!((leases.len(), quiet), (6, 3));

    let rest = store.lease("a", at(9), LEASE_MS, 1_000, &[CloudId::from("noisy")]).await.unwrap();
    assert_eq!(rest.len(), 0, "the noisy site is excluded and the quiet one has nothing left");
    let depth = store.queue_depth(at(9)).await.unwrap();
    assert_eq!((depth.due, depth.leased, depth.later, depth.waiting), (497, 6, 0, 0));
    let depth = store.queue_depth(at(-1)).await.unwrap();
    assert_eq!(depth.waiting, depth.later, "all of them are subjects");
}

#[tokio::test]
async fn what_only_watches_is_not_left_to_do_until_it_is_marked() {
    let store = Store::fresh().await;
    store.mark_due(vec![due(1, None, 0)]).await.unwrap();
    let lease = store.lease("a", at(9), LEASE_MS, 1, &[]).await.unwrap().remove(0);
    store.finish(&lease, Next::Watch(at(600))).await.unwrap();
    let depth = store.queue_depth(at(9)).await.unwrap();
    assert_eq!((depth.later, depth.waiting), (1, 0));
    store.mark_due(vec![due(1, None, 300)]).await.unwrap();
    assert_eq!(store.queue_depth(at(9)).await.unwrap().waiting, 1);
}

#[tokio::test]
async fn the_most_urgent_goes_first_within_a_site() {
    let store = Store::fresh().await;
    let urgent = Due { priority: Priority::PullRequest, ..due(2, Some("acme"), 4) };
    store.mark_due(vec![due(1, Some("acme"), 0), urgent]).await.unwrap();
    let lease = store.lease("a", at(9), LEASE_MS, 1, &[]).await.unwrap().remove(0);
    assert_eq!(lease.key, key(2));
}

#[tokio::test]
async fn marks_in_one_call_are_as_marks_in_two() {
    let marks = [due(1, None, 0), due(1, Some("acme"), 0), due(1, Some("globex"), 0)];
    let (together, apart) = (Store::fresh().await, Store::fresh().await);
    together.mark_due(marks.to_vec()).await.unwrap();
    for mark in marks {
        apart.mark_due(vec![mark]).await.unwrap();
    }
    for store in [together, apart] {
        let lease = store.lease("a", at(0), LEASE_MS, 1, &[]).await.unwrap().remove(0);
        assert_eq!(lease.site, Some(CloudId::from("globex")), "the last site that is named stands");
    }
}

#[tokio::test]
async fn equals_on_several_sites_are_taken_by_key() {
    let store = Store::fresh().await;
    store.mark_due(vec![due(2, Some("acme"), 0), due(1, Some("globex"), 0)]).await.unwrap();
    let lease = store.lease("a", at(0), LEASE_MS, 1, &[]).await.unwrap().remove(0);
    assert_eq!(lease.key, key(1));
}
