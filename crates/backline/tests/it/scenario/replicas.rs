//! Several processes on one PostgreSQL database: one dies and one stands still in the middle of it, and nothing is lost
//! or made twice.

use super::reports::trivy;
use super::world::{Worker, World, summary};
use backline_store::trial::{Cluster, ask};
use std::collections::BTreeSet;
use std::process::Command;
use std::time::{Duration, Instant};

/// More than all of them together have in their hands, with fifty to a call.
const SUBJECTS: usize = 700;
/// After this, what a process held that gives no sign of life begins to be in other hands.
const TAKEOVER_MAX: Duration = Duration::from_secs(20);

/// Keys in the hands of a worker.
fn held_by(world: &World, worker: &Worker) -> usize {
    let query = format!("SELECT count(*) FROM work WHERE lease_owner LIKE '{}%'", worker.owner());
    ask(world.database(), &query).parse().expect("a count")
}

#[test]
fn what_a_dead_and_a_paused_worker_held_is_taken_over_and_made_once() {
    if Cluster::or_skipped().is_none() {
        return;
    }
    let world = World::start_apart_with(&["--role", "web"]);
    let ids: Vec<String> = (0..SUBJECTS).map(|number| format!("CVE-2026-5{number:04}")).collect();
    let rows: Vec<(&str, &str, &str)> = ids.iter().map(|id| (id.as_str(), "HIGH", "1.0.0")).collect();
    world.import(&trivy(&rows));
    assert_eq!(world.issues().expect("a list").len(), 0, "whoever answers pages does not work");

    // Whoever creates is at it for a while, so that each has something in its hands.
    world.fault(serde_json::json!([{
        "match": {"service": "jira", "method": "POST", "path": "*/rest/api/3/issue*"},
        "after": 0, "fault": {"kind": "delay", "ms": 1_000},
    }]));
    let (mut killed, paused, _survives) = (world.worker(), world.worker(), world.worker());
    world.wait("some tickets, and both at work", |world| {
        let is_begun = world.issues()?.len() >= 10;
        (is_begun && held_by(world, &killed) > 0 && held_by(world, &paused) > 0).then_some(())
    });
    paused.signal("STOP");
    killed.kill();
    world.heal();
    let since = Instant::now();
    assert!(world.issues().expect("a list").len() < SUBJECTS, "it is in the middle of it");
    let held = (held_by(&world, &killed), held_by(&world, &paused));
    assert!(held.0 > 0 && held.1 > 0, "{held:?}");
    world.wait("work of both in other hands", |world| {
        (held_by(world, &killed) < held.0 && held_by(world, &paused) < held.1).then_some(())
    });
    assert!(since.elapsed() < TAKEOVER_MAX, "taken over after {:?}", since.elapsed());
    world.wait("everything that they held in other hands", |world| {
        (held_by(world, &killed) + held_by(world, &paused) == 0).then_some(())
    });
    paused.signal("CONT");

    world.wait("all tickets", |world| (world.issues()?.len() >= SUBJECTS).then_some(()));
    world.settle();
    let issues = world.issues().expect("a list");
    let summaries: BTreeSet<String> = issues.iter().map(summary).collect();
    assert_eq!((issues.len(), summaries.len()), (SUBJECTS, SUBJECTS), "one ticket each");
    assert!(world.messages().is_empty(), "nothing failed: {:?}", world.messages());
}

/// Runs `backline serve` that cannot start: its exit code and what it says.
fn serve(arguments: &[&str], database: Option<&str>) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let empty = folder.path().join("empty.toml");
    std::fs::write(&empty, "").expect("a file can be written");
    let ended = Command::new(env!("CARGO_BIN_EXE_backline"))
        .args(["serve", "--listen", "127.0.0.1:0", "--config"])
        .arg(&empty)
        .args(arguments)
        .env("BACKLINE_LOG", "trace")
        .env("BACKLINE_DATA_DIR", folder.path())
        .envs(database.map(|url| ("BACKLINE_DATABASE_URL", url)))
        .output()
        .expect("it runs");
    (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
}

#[test]
fn a_database_that_cannot_be_used_is_told_with_what_to_do_and_without_its_password() {
    let (code, said) = serve(&[], Some("postgres://ada:s3cret@127.0.0.1:1/backline"));
    assert_eq!(code, Some(5), "{said}");
    let told =
        "the PostgreSQL database backline at 127.0.0.1:1 (user ada) cannot be reached: Connection refused";
    assert!(said.contains(told) && said.contains("what to do: Start PostgreSQL"), "{said}");
    assert!(!said.contains("s3cret"), "not even where everything is logged: {said}");
    let (code, said) = serve(&[], Some("mysql://ada:s3cret@127.0.0.1/backline"));
    assert!(code == Some(3) && said.contains("postgres://USER") && !said.contains("s3cret"), "{said}");
}

#[test]
fn half_of_the_work_needs_a_database_that_is_shared() {
    for role in ["web", "worker"] {
        let (code, said) = serve(&["--role", role], None);
        assert!(code == Some(3) && said.contains("Leave --role out"), "{said}");
    }
}
