//! What holds between processes on one PostgreSQL database: each store here stands for one of them.

use super::{Found, hint::Hint};
use crate::crypto::KeyRing;
use crate::testing::{connect_project, day, lease_subjects, one, report, take};
use crate::trial::{Cluster, on};
use crate::work::{Due, Lease, Next, Priority, WorkKey};
use crate::writer::Tx;
use crate::{RandomIds, Store, StoreError};
use backline_core::ids::RepositoryName;
use jiff::{SignedDuration, Timestamp};
use sea_orm::sqlx::{self, Connection as _, PgConnection, Row};
use sea_orm::{ConnectionTrait, DbErr};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Barrier, mpsc, oneshot};

fn keys() -> KeyRing {
    KeyRing::from_hex(&"07".repeat(32)).unwrap()
}

/// Opens it as the product does.
async fn connect(url: &SecretString) -> Result<Store, StoreError> {
    Store::connect(url, keys(), Arc::new(RandomIds)).await
}

/// Two processes on one database.
async fn two(cluster: &Cluster) -> (Store, Store, SecretString) {
    let url = cluster.database().await;
    (on(&url, Arc::new(RandomIds)).await, on(&url, Arc::new(RandomIds)).await, url)
}

fn due(key: u64, at: Timestamp) -> Due {
    let repository = RepositoryName::from("acme/api");
    Due {
        key: WorkKey::PullRequest { repository, number: key },
        site: None,
        at,
        priority: Priority::Update,
        reason: "a test".to_owned(),
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_told_apart_and_never_with_the_password() {
    let Some(cluster) = Cluster::or_skipped() else { return };
    let url = cluster.empty_database().await;
    let database = url.expose_secret().split(['/', '?']).nth(3).unwrap().to_owned();
    cluster.run("CREATE ROLE locked LOGIN PASSWORD 'right'").await;
    let asynchronous = cluster.empty_database().await;
    let name = asynchronous.expose_secret().split(['/', '?']).nth(3).unwrap().to_owned();
    cluster.run(&format!("ALTER DATABASE {name} SET synchronous_commit = off")).await;
    let of = |from: &str, to: &str| SecretString::from(url.expose_secret().replace(from, to));
    let tried = [
        (of("host=", "host=/nowhere"), "Unreachable"),
        (of("backline@localhost", "locked:s3cret@localhost"), "NotLetIn"),
        (of(&database, "absent"), "NotLetIn"),
        (SecretString::from("postgres://backline:s3cret@127.0.0.1:1/x"), "Unreachable"),
        (asynchronous, "Unfit"),
        (of("postgres:", "mysql:"), "Address"),
    ];
    for (url, kind) in tried {
        let error = connect(&url).await.map(|_| ()).unwrap_err();
        let StoreError::Unopened(unopened) = &error else { panic!("{kind}: {error}") };
        assert!(format!("{unopened:?}").starts_with(kind), "{kind}: {unopened:?}");
        assert!(!format!("{error:?} {error} {}", unopened.remedy()).contains("s3cret"), "{error:?}");
    }
    assert!(
        connect(&of("backline@localhost", "locked:right@localhost")).await.is_err(),
        "it may make no tables"
    );
    assert!(connect(&url).await.is_ok());
}

#[test]
fn a_server_that_may_lose_what_was_answered_is_unfit() {
    let fit = Found(150_018, "on".into(), "on".into(), "off".into(), "UTF8".into());
    assert!(fit.fault().is_none());
    let off = || "off".to_owned();
    for (unfit, what) in [
        (Found { 0: 140_000, ..fit.clone() }, "version 14"),
        (Found { 1: off(), ..fit.clone() }, "fsync=off"),
        (Found { 2: off(), ..fit.clone() }, "synchronous_commit=off"),
        (Found { 3: "on".into(), ..fit.clone() }, "read-only transactions"),
        (Found { 4: "LATIN1".into(), ..fit.clone() }, "the encoding LATIN1"),
    ] {
        assert_eq!(unfit.fault().unwrap().0, what);
    }
}

#[tokio::test]
async fn processes_that_start_at_once_on_an_empty_database_agree() {
    let Some(cluster) = Cluster::or_skipped() else { return };
    let url = cluster.empty_database().await;
    let (a, b, c) = tokio::join!(connect(&url), connect(&url), connect(&url));
    let instances: BTreeSet<String> = [a, b, c].map(|store| store.unwrap().instance()).into();
    assert_eq!(instances.len(), 1, "{instances:?}");
    let foreign = KeyRing::from_hex(&"0b".repeat(32)).unwrap();
    let refused = Store::connect(&url, foreign, Arc::new(RandomIds)).await;
    assert!(matches!(refused, Err(StoreError::WrongKey)));
}

#[tokio::test]
async fn each_key_is_in_one_hand_over_all_processes() {
    let Some(cluster) = Cluster::or_skipped() else { return };
    let (a, b, _) = two(cluster).await;
    let now = day(1);
    a.mark_due((0..300).map(|key| due(key, now)).collect()).await.unwrap();
    let drain = async |store: &Store, owner: &str| {
        let mut taken: Vec<Lease> = Vec::new();
        loop {
            let leases = store.lease(owner, now, 60_000, 7, &[]).await.unwrap();
            if leases.is_empty() {
                return taken;
            }
            taken.extend(leases);
        }
    };
    let (of_a, of_b) = tokio::join!(drain(&a, "a"), drain(&b, "b"));
    let keys: BTreeSet<String> = of_a.iter().chain(&of_b).map(|lease| lease.key.to_string()).collect();
    assert_eq!((keys.len(), of_a.len() + of_b.len()), (300, 300));
}

#[tokio::test]
async fn a_lease_that_another_process_took_over_is_fenced() {
    let Some(cluster) = Cluster::or_skipped() else { return };
    let (a, b, _) = two(cluster).await;
    a.mark_due(vec![due(1, day(1))]).await.unwrap();
    let of_a = a.lease("a", day(1), 1_000, 1, &[]).await.unwrap().remove(0);
    let of_b = b.lease("b", day(2), 60_000, 1, &[]).await.unwrap().remove(0);
    assert!(matches!(a.extend(&of_a, day(2), 1_000).await, Err(StoreError::Fenced)));
    assert!(matches!(a.finish(&of_a, Next::Done).await, Err(StoreError::Fenced)));
    b.finish(&of_b, Next::Done).await.unwrap();
}

#[tokio::test]
async fn a_process_whose_clock_is_ahead_takes_nobodys_lease() {
    let Some(cluster) = Cluster::or_skipped() else { return };
    let url = cluster.database().await;
    let (a, b) = (connect(&url).await.unwrap(), connect(&url).await.unwrap());
    a.mark_due(vec![due(1, day(1))]).await.unwrap();
    let lease = a.lease("a", day(1), 60_000, 1, &[]).await.unwrap().remove(0);
    let ahead = day(1) + SignedDuration::from_hours(1);
    assert!(b.lease("b", ahead, 60_000, 1, &[]).await.unwrap().is_empty());
    a.extend(&lease, day(1), 0).await.unwrap();
    assert_eq!(
        b.lease("b", day(1), 60_000, 1, &[]).await.unwrap().len(),
        1,
        "it has ended by the database's clock"
    );
}

#[tokio::test]
async fn an_hours_limit_holds_over_all_processes() {
    let Some(cluster) = Cluster::or_skipped() else { return };
    let url = cluster.database().await;
    let (a, b) = (on(&url, Arc::new(RandomIds)).await, on(&url, Arc::new(RandomIds)).await);
    let setting_up = on(&url, Arc::new(RandomIds)).await;
    connect_project(&setting_up).await;
    let findings = (0..20).map(|number| one(&format!("CVE-2026-{number}"))).collect();
    take(&setting_up, report("trivy", findings), 1, None).await;
    let leases = lease_subjects(&setting_up, 1).await;
    assert_eq!(leases.len(), 20);
    let admit = async |store: &Store, leases: &[Lease]| {
        let mut admitted = 0;
        for lease in leases {
            let WorkKey::Subject(subject) = lease.key else { unreachable!("they are subjects") };
            let answers = store.admit_creates(&[(lease.clone(), subject)], 5, day(1)).await.unwrap();
            admitted += answers.into_iter().filter(|answer| matches!(answer, Ok(true))).count();
        }
        admitted
    };
    let (of_a, of_b) = tokio::join!(admit(&a, &leases[..10]), admit(&b, &leases[10..]));
    assert_eq!(of_a + of_b, 5);
}

/// Touches two rows in this order; between the two it waits for the other one, at the first attempt.
async fn cross(
    store: &Store,
    keys: [u64; 2],
    met: Arc<Barrier>,
    runs: Arc<AtomicUsize>,
) -> Result<(), StoreError> {
    let first = Arc::new(AtomicUsize::new(0));
    store
        .write_beside(move |tx: &Tx| {
            Box::pin(async move {
                runs.fetch_add(1, Ordering::SeqCst);
                crate::work::mark(tx, vec![due(keys[0], day(2))]).await?;
                if first.fetch_add(1, Ordering::SeqCst) == 0 {
                    met.wait().await;
                }
                crate::work::mark(tx, vec![due(keys[1], day(2))]).await
            })
        })
        .await
}

#[tokio::test]
async fn changes_that_wait_for_each_other_are_both_made() {
    let Some(cluster) = Cluster::or_skipped() else { return };
    let (a, b, _) = two(cluster).await;
    a.mark_due(vec![due(1, day(1)), due(2, day(1))]).await.unwrap();
    let (met, runs) = (Arc::new(Barrier::new(2)), Arc::new(AtomicUsize::new(0)));
    let (of_a, of_b) = tokio::join!(
        cross(&a, [1, 2], met.clone(), runs.clone()),
        cross(&b, [2, 1], met.clone(), runs.clone())
    );
    of_a.unwrap();
    of_b.unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 3, "one of them ran again");
    let generations: Vec<i64> =
        a.lease("a", day(3), 1_000, 2, &[]).await.unwrap().iter().map(|lease| lease.generation).collect();
    assert_eq!(generations, [3, 3], "each mark counts once");
}

#[tokio::test]
async fn what_runs_alone_runs_beside_no_other_process() {
    let Some(cluster) = Cluster::or_skipped() else { return };
    let (a, b, url) = two(cluster).await;
    let (order, mut ended) = mpsc::unbounded_channel();
    let (begun, is_begun) = oneshot::channel::<()>();
    let (go_on, may_go_on) = oneshot::channel::<()>();
    // A change may run again, and so it is cloned; these two go out once.
    let once = Arc::new(std::sync::Mutex::new(Some((begun, may_go_on))));
    let alone = {
        let order = order.clone();
        tokio::spawn(async move {
            a.write(move |_: &Tx| {
                Box::pin(async move {
                    let (begun, may_go_on) = once.lock().unwrap().take().unwrap();
                    begun.send(()).unwrap();
                    may_go_on.await.unwrap();
                    order.send("alone").unwrap();
                    Ok(())
                })
            })
            .await
        })
    };
    is_begun.await.unwrap();
    let beside = tokio::spawn(async move {
        b.write_beside(move |_: &Tx| {
            Box::pin(async move {
                order.send("beside").unwrap();
                Ok(())
            })
        })
        .await
    });
    // Until the second one waits for the first.
    let mut watcher = PgConnection::connect(url.expose_secret()).await.unwrap();
    let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    while sqlx::query(waiting).fetch_one(&mut watcher).await.unwrap().get::<i64, _>(0) == 0 {
        tokio::task::yield_now().await;
    }
    go_on.send(()).unwrap();
    alone.await.unwrap().unwrap();
    beside.await.unwrap().unwrap();
    assert_eq!([ended.recv().await, ended.recv().await], [Some("alone"), Some("beside")]);
}

#[tokio::test]
async fn a_change_whose_connection_breaks_before_its_commit_is_made_once() {
    let Some(cluster) = Cluster::or_skipped() else { return };
    let (a, _, _) = two(cluster).await;
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    a.write(move |tx: &Tx| {
        Box::pin(async move {
            crate::work::mark(tx, vec![due(1, day(1))]).await?;
            if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                tx.execute_unprepared("SELECT pg_terminate_backend(pg_backend_pid())").await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(a.lease("a", day(1), 1_000, 1, &[]).await.unwrap()[0].generation, 1);
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_unknown_and_not_made_again() {
    let Some(cluster) = Cluster::or_skipped() else { return };
    let (a, _, url) = two(cluster).await;
    let mut owner = PgConnection::connect(url.expose_secret()).await.unwrap();
    let breaks = "CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS \
                  $$BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END$$; \
                  CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON delivery DEFERRABLE INITIALLY DEFERRED \
                  FOR EACH ROW EXECUTE FUNCTION breaks()";
    sqlx::raw_sql(breaks).execute(&mut owner).await.unwrap();
    let unknown = a.receive_delivery("github", "1", Vec::new(), day(1)).await;
    assert!(matches!(unknown, Err(StoreError::Unknown)), "{unknown:?}");
    sqlx::raw_sql("DROP TRIGGER at_commit ON delivery").execute(&mut owner).await.unwrap();
    assert!(a.receive_delivery("github", "1", Vec::new(), day(1)).await.unwrap(), "it was not written");
}

#[tokio::test]
async fn an_error_that_a_change_overlooks_is_no_silent_loss() {
    let Some(cluster) = Cluster::or_skipped() else { return };
    let (a, _, _) = two(cluster).await;
    let overlooked = a
        .write(move |tx: &Tx| {
            Box::pin(async move {
                crate::work::mark(tx, vec![due(1, day(1))]).await?;
                let failed: Result<_, DbErr> = tx.execute_unprepared("SELECT 1 / 0").await;
                assert!(failed.is_err());
                Ok(())
            })
        })
        .await;
    assert!(overlooked.is_err(), "PostgreSQL would have rolled it back and called it committed");
}

#[tokio::test]
async fn what_another_process_makes_due_or_sets_is_heard() {
    let Some(cluster) = Cluster::or_skipped() else { return };
    let (a, b, _) = two(cluster).await;
    let (heard, mut hints) = mpsc::unbounded_channel();
    let listening = tokio::spawn(async move { b.listen(|hint| heard.send(hint).unwrap()).await });
    // Until it listens, hints go nowhere: each round makes another.
    let until = async |wanted: Hint, hints: &mut mpsc::UnboundedReceiver<Hint>| loop {
        match wanted {
            Hint::Due => a.mark_due(vec![due(1, day(1))]).await.unwrap(),
            Hint::Settings => a.save_setting("sla", 1.into(), "ada", day(1)).await.unwrap(),
            Hint::Pauses => a.keep_pause("site acme".to_owned(), day(2), day(1)).await.unwrap(),
        }
        tokio::task::yield_now().await;
        while let Ok(hint) = hints.try_recv() {
            if hint == wanted {
                return;
            }
        }
    };
    until(Hint::Due, &mut hints).await;
    until(Hint::Settings, &mut hints).await;
    until(Hint::Pauses, &mut hints).await;
    listening.abort();
}

#[tokio::test]
async fn one_delivery_that_two_processes_get_at_once_counts_once() {
    let Some(cluster) = Cluster::or_skipped() else { return };
    let (a, b, _) = two(cluster).await;
    for number in 0..20 {
        let id = number.to_string();
        let (of_a, of_b) = tokio::join!(
            a.receive_delivery("github", &id, vec![due(1, day(1))], day(1)),
            b.receive_delivery("github", &id, vec![due(1, day(1))], day(1))
        );
        assert!(of_a.unwrap() != of_b.unwrap(), "delivery {id}");
    }
    assert_eq!(a.lease("a", day(1), 1_000, 1, &[]).await.unwrap()[0].generation, 20);
}

#[tokio::test]
async fn a_name_is_claimed_by_one_process_until_it_lets_go() {
    let Some(cluster) = Cluster::or_skipped() else { return };
    let (a, b, _) = two(cluster).await;
    let claim = a.claim("one").await.unwrap().expect("it is free");
    assert!(b.claim("one").await.unwrap().is_none() && b.claim("two").await.unwrap().is_some());
    drop(claim);
    // The server sees in its own time that the session is gone.
    while b.claim("one").await.unwrap().is_none() {}
}
