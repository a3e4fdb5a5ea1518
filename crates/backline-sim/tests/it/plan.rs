//! Every kind of fault, as a client of the service sees it.

mod answer;
mod grant;

use crate::world::{Caller, World, bug, read};
use backline_sim::{Entry, Fault, FaultPlan, Options};
use reqwest::Method;
use serde_json::{Value, json};

const START: &str = "2026-11-03T10:00:00Z";

async fn virtual_world() -> World {
    let virtual_start = Some(START.parse().expect("a moment"));
    World::with(Options { search_lag_ms: 0, virtual_start, ..Options::default() }).await
}

async fn myself(caller: &Caller<'_>) -> reqwest::Response {
    caller.request(Method::GET, "3/myself").send().await.expect("an answer")
}

async fn planned(world: &World, fault: Value) {
    world.plan(json!({"nth": 1, "fault": fault})).await;
}

#[tokio::test]
async fn a_plan_that_is_not_understood_is_refused_whole_with_its_places() {
    let world = World::start().await;
    let plan = json!([
        {"fault": {"kind": "reset"}},
        {"match": {"method": "FETCH"}, "fault": {"kind": "delay", "ms": -1}},
    ]);
    let (status, answer) = read(world.http.post(world.url("/_sim/plan")).json(&plan)).await;
    assert_eq!(status, 400);
    let places: Vec<&str> =
        answer["problems"].as_array().expect("a list").iter().filter_map(|row| row["at"].as_str()).collect();
    assert_eq!(places, ["[1].match.method", "[1].fault.ms"]);
    assert!(answer["error"].as_str().is_some_and(|text| text.contains("expected a whole number, found -1")));
    let (_, in_force) = read(world.http.get(world.url("/_sim/plan"))).await;
    assert_eq!(in_force, json!([]));
    assert_eq!(read(world.http.post(world.url("/_sim/plan")).body("{")).await.0, 400);
}

#[tokio::test]
async fn a_plan_made_in_code_acts_like_one_that_was_sent() {
    let world = World::start().await;
    let entry =
        || Entry::new(Fault::ServerError { status: 502 }).service("jira").method("get").path("*/myself");
    world.sim.plan(FaultPlan::default().with(entry().nth(2))).expect("a plan");
    let ada = world.ada();
    assert_eq!(myself(&ada).await.status(), 200);
    assert_eq!(myself(&ada).await.status(), 502);
    let refused = world.sim.plan(entry().nth(1).times(2)).expect_err("a contradiction");
    assert_eq!(refused.0[0].at, "[0]");
}

#[tokio::test]
async fn f01_a_delay_lasts_as_long_as_the_clock_says() {
    let world = virtual_world().await;
    planned(&world, json!({"kind": "delay", "ms": 120_000})).await;
    let asked = tokio::spawn(world.ada().request(Method::GET, "3/myself").send());
    while world.sim.world().faults.report()[0]["fired"] != 1 {
        tokio::task::yield_now().await;
    }
    assert!(!asked.is_finished());
    world.advance(120_000).await;
    assert_eq!(asked.await.expect("no panic").expect("an answer").status(), 200);
}

#[tokio::test]
async fn f06_a_late_commit_is_a_second_entry_of_history() {
    let world = virtual_world().await;
    planned(&world, json!({"kind": "late_commit", "ms": 300_000})).await;
    let sent = world.ada().request(Method::POST, "3/issue").json(&bug(json!({}))).send().await;
    assert!(sent.expect_err("closed").status().is_none());
    assert_eq!(world.ada().get("issue/SEC-1").await.0, 404, "not yet");
    world.advance(300_000).await;
    while world.ada().get("issue/SEC-1").await.0 != 200 {}
    let history = world.history().await;
    let late: Vec<&Value> = history.iter().filter(|entry| entry["fault"] == "late_commit").collect();
    assert_eq!((&late[0]["committed"], &late[1]["committed"]), (&json!(false), &json!(true)));
    assert_eq!(late[1]["commits"][0]["key"], "SEC-1");
}

#[tokio::test]
async fn f20_a_search_is_behind_by_the_planned_lag_and_catches_up() {
    let world = virtual_world().await;
    world.plan(json!({"fault": {"kind": "search_lag", "ms": 600_000}})).await;
    world.ada().bug().await;
    let found = || async {
        let (_, answer) = world.ada().post("search/jql", json!({"jql": "project = SEC"})).await;
        answer["issues"].as_array().expect("a list").len()
    };
    assert_eq!(world.ada().get("issue/SEC-1").await.0, 200, "reading does not lag");
    assert_eq!(found().await, 0);
    world.advance(599_999).await;
    assert_eq!(found().await, 0);
    world.advance(1).await;
    assert_eq!(found().await, 1);
}

#[tokio::test]
async fn f23_a_person_edits_between_a_read_and_a_write_and_between_commit_and_answer() {
    let world = World::start().await;
    let id = world.ada().bug().await;
    let edit = |when: &str, summary: &str| {
        json!({"kind": "act", "when": when, "method": "PUT", "as": "712020:292a1f5e-7c1d-4a39-9c55-0b7e6f1c2d3a",
            "path": "/sites/{1}/rest/api/3/issue/{2}", "body": {"fields": {"summary": summary}}})
    };
    let matching = json!({"method": "PUT", "path": "/sites/*/rest/api/3/issue/*"});
    world.plan(json!({"match": matching, "nth": 1, "fault": edit("before", "Dana's")})).await;
    world.plan(json!({"match": matching, "nth": 2, "fault": edit("after", "Dana's again")})).await;
    let ada = world.ada();
    let summary = || async {
        let (_, issue) = ada.get(&format!("issue/{id}?expand=changelog")).await;
        (issue["fields"]["summary"].clone(), issue["changelog"]["total"].clone())
    };
    ada.put(&format!("issue/{id}"), json!({"fields": {"summary": "Ada's"}})).await;
    assert_eq!(summary().await, (json!("Ada's"), json!(2)), "last writer wins, and the changelog tells");
    ada.put(&format!("issue/{id}"), json!({"fields": {"summary": "Ada's again"}})).await;
    assert_eq!(summary().await, (json!("Dana's again"), json!(4)));
    let history = world.history().await;
    let by: Vec<&Value> = history.iter().filter(|e| e["method"] == "PUT").map(|e| &e["actor"]).collect();
    assert_eq!(by.len(), 4);
    assert!(by[0].as_str().is_some_and(|actor| actor.starts_with("person:712020")), "{by:?}");
    assert_ne!(by[0], by[1]);
}

#[tokio::test]
async fn faults_can_be_bounded_by_the_clock_and_drawn_by_the_seed() {
    let world = virtual_world().await;
    world
        .plan(json!({"at": "2026-11-03T10:00:10Z", "until": "2026-11-03T10:00:20Z",
            "fault": {"kind": "server_error"}}))
        .await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(myself(&world.ada()).await.status().as_u16());
        world.advance(10_000).await;
    }
    assert_eq!(statuses, [200, 503, 200]);
    let draws = |seed| async move {
        let world = World::with(Options { seed, ..Options::default() }).await;
        world.plan(json!({"rate": 0.5, "fault": {"kind": "server_error"}})).await;
        let mut statuses = Vec::new();
        for _ in 0..20 {
            statuses.push(myself(&world.ada()).await.status().as_u16());
        }
        statuses
    };
    let first = draws(7).await;
    assert_eq!(first, draws(7).await);
    assert_ne!(first, draws(8).await);
    assert!(first.contains(&200) && first.contains(&503));
}
