//! Every kind of fault, as a client of the service sees it.

use crate::world::{Caller, SCOPES, World, bug, read};
use backline_sim::{Entry, Fault, FaultPlan, Options};
use reqwest::{Method, StatusCode};
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
async fn f04_and_f05_spoil_the_body_and_leave_the_effect() {
    let world = World::start().await;
    planned(&world, json!({"kind": "truncate@3"})).await;
    let answer =
        world.ada().request(Method::POST, "3/issue").json(&bug(json!({}))).send().await.expect("a head");
    assert!(answer.bytes().await.is_err());
    for (shape, shown) in
        [("broken", json!("{\"id\":\"1000")), ("json", json!({"answer": [1, 2, 3]})), ("empty", json!(""))]
    {
        planned(&world, json!({"kind": "garbage", "as": shape})).await;
        let got = read(world.ada().request(Method::POST, "3/issue").json(&bug(json!({})))).await;
        assert_eq!(got, (201, shown), "{shape}");
        world.http.delete(world.url("/_sim/plan")).send().await.expect("an answer");
    }
    planned(&world, json!({"kind": "garbage", "as": "foreign_id"})).await;
    let (_, answer) = read(world.ada().request(Method::POST, "3/issue").json(&bug(json!({})))).await;
    assert_eq!(answer["id"], "99999999");
    assert_eq!(world.ada().get("issue/SEC-5").await.0, 200, "all five were made");
}

#[tokio::test]
async fn f07_and_f08_say_which_limit_and_how_long_in_either_form() {
    let world = virtual_world().await;
    let ada = world.ada();
    let reasons =
        ["jira-quota-global-based", "jira-quota-tenant-based", "jira-burst-based", "jira-per-issue-on-write"];
    for reason in reasons {
        planned(&world, json!({"kind": "rate_limited", "retry_after": 90, "reason": reason})).await;
        let answer = myself(&ada).await;
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        assert_eq!(answer.status(), 429);
        assert_eq!((header("retry-after"), header("ratelimit-reason")), ("90".into(), reason.into()));
        assert_eq!(header("x-ratelimit-reset"), "2026-11-03T10:01:30Z");
        world.http.delete(world.url("/_sim/plan")).send().await.expect("an answer");
    }
    planned(&world, json!({"kind": "rate_limited", "retry_after": 90, "as": "date"})).await;
    assert_eq!(myself(&ada).await.headers()["retry-after"], "Tue, 03 Nov 2026 10:01:30 GMT");
    world.http.delete(world.url("/_sim/plan")).send().await.expect("an answer");
    planned(&world, json!({"kind": "rate_limited"})).await;
    let bare = myself(&ada).await;
    assert!(bare.headers().get("retry-after").is_none() && bare.headers().get("ratelimit-reason").is_none());
}

#[tokio::test]
async fn github_and_slack_say_too_many_in_their_own_words() {
    let world = virtual_world().await;
    let limit = json!({"kind": "rate_limited", "retry_after": 60, "reason": "primary", "status": 403});
    world.plan(json!({"match": {"service": "github"}, "fault": limit})).await;
    world
        .plan(json!({"match": {"service": "slack"}, "fault": {"kind": "rate_limited", "retry_after": 5}}))
        .await;
    let github =
        world.http.get(format!("{}/user", world.info("/github/api"))).send().await.expect("an answer");
    assert_eq!(github.status(), 403);
    assert_eq!(github.headers()["x-ratelimit-remaining"], "0");
    let reset: i64 = github.headers()["x-ratelimit-reset"].to_str().expect("text").parse().expect("seconds");
    assert_eq!(reset, START.parse::<jiff::Timestamp>().expect("a moment").as_second() + 60);
    let slack = world.http.post(world.info("/slack/webhook")).json(&json!({"text": "a"})).send().await;
    let slack = slack.expect("an answer");
    assert_eq!(
        (slack.status(), &slack.headers()["retry-after"]),
        (StatusCode::TOO_MANY_REQUESTS, &"5".parse().expect("a header"))
    );
}

#[tokio::test]
async fn f09_to_f12_are_answered_as_planned() {
    let world = World::start().await;
    let ada = world.ada();
    planned(&world, json!({"kind": "server_error"})).await;
    assert_eq!(ada.post("issue", bug(json!({}))).await.0, 503);
    world.http.delete(world.url("/_sim/plan")).send().await.expect("an answer");
    planned(&world, json!({"kind": "server_error_after_commit", "status": 500})).await;
    assert_eq!(ada.post("issue", bug(json!({}))).await.0, 500);
    assert_eq!(ada.get("issue/SEC-1").await.0, 200, "the second was carried out, the first was not");
    assert_eq!(ada.get("issue/SEC-2").await.0, 404);
    world.http.delete(world.url("/_sim/plan")).send().await.expect("an answer");
    planned(&world, json!({"kind": "field_errors", "errors": {"priority": "no"}, "messages": ["bad"]})).await;
    let refused = json!({"errorMessages": ["bad"], "errors": {"priority": "no"}});
    assert_eq!(ada.post("issue", bug(json!({}))).await, (400, refused));
    world.http.delete(world.url("/_sim/plan")).send().await.expect("an answer");
    planned(&world, json!({"kind": "gone"})).await;
    assert_eq!(ada.post("issue", bug(json!({}))).await.0, 410);
    world.http.delete(world.url("/_sim/plan")).send().await.expect("an answer");
    planned(&world, json!({"kind": "html", "status": 502})).await;
    let (status, page) = read(ada.request(Method::GET, "3/myself")).await;
    assert!(status == 502 && page.as_str().is_some_and(|text| text.starts_with("<!DOCTYPE html>")));
}

#[tokio::test]
async fn f13_to_f15_an_expired_token_stays_expired_and_a_refresh_mends_it() {
    for status in [401, 403, 404] {
        let world = World::start().await;
        let pair = world.connect(SCOPES).await;
        let token = pair["access_token"].as_str().expect("a token");
        planned(&world, json!({"kind": "expired_token", "status": status})).await;
        for _ in 0..2 {
            let answer = myself(&world.app(token)).await;
            assert_eq!(answer.status(), status);
            let body: Value = answer.json().await.expect("JSON");
            assert_eq!(body["code"], status, "the gateway says it, not Jira");
        }
        let (_, fresh) =
            world.token(json!({"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]})).await;
        let fresh = world.app(fresh["access_token"].as_str().expect("a token"));
        assert_eq!(fresh.get("myself").await.0, 200);
        assert_eq!(fresh.get("issue/SEC-99").await.0, 404, "a real 404 is Jira's");
    }
}

#[tokio::test]
async fn f16_and_f17_say_that_scope_or_grant_is_gone() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    let refresh = || json!({"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]});
    world.plan(json!({"match": {"service": "jira"}, "nth": 1, "fault": {"kind": "scope_mismatch"}})).await;
    let answer = world.app(pair["access_token"].as_str().expect("a token"));
    let (status, body) = answer.get("myself").await;
    assert_eq!((status, &body["message"]), (401, &json!("Unauthorized; scope does not match")));
    let matching = json!({"service": "auth", "path": "*/oauth/token"});
    for error in ["invalid_grant", "unauthorized_client"] {
        let fault = json!({"kind": "invalid_grant", "error": error});
        world.plan(json!({"match": matching, "nth": 1, "fault": fault})).await;
        let (status, body) = world.token(refresh()).await;
        assert_eq!((status, &body["error"]), (403, &json!(error)));
    }
    assert_eq!(world.token(refresh()).await.0, 200, "the grant itself lives");
}

#[tokio::test]
async fn f18_a_lost_refresh_answer_can_be_asked_for_again_for_ten_minutes() {
    for (waited_ms, status) in [(10 * 60_000, 200), (10 * 60_000 + 1, 403)] {
        let world = virtual_world().await;
        let pair = world.connect(SCOPES).await;
        let refresh = || json!({"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]});
        let matching = json!({"path": "/auth/oauth/token"});
        world.plan(json!({"match": matching, "nth": 1, "fault": {"kind": "reset_after_commit"}})).await;
        let mut body = refresh();
        body["client_id"] = world.info("/oauth/client_id").into();
        body["client_secret"] = world.info("/oauth/client_secret").into();
        let lost = world.http.post(world.url("/auth/oauth/token")).json(&body).send().await;
        assert!(lost.is_err());
        world.advance(waited_ms).await;
        assert_eq!(world.token(refresh()).await.0, status, "after {waited_ms} ms");
    }
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
