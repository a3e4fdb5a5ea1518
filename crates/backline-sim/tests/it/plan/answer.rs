//! Faults that spoil or replace an answer.

use super::{START, myself, planned, virtual_world};
use crate::world::{World, bug, read};
use reqwest::{Method, StatusCode};
use serde_json::json;

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
