use crate::world::{World, bug};
use reqwest::Method;
use serde_json::{Value, json};

fn create(fault: Value) -> Value {
    json!({"match": {"service": "jira", "method": "POST", "path": "*/issue"}, "nth": 1, "fault": fault})
}

async fn issues(world: &World) -> usize {
    let (_, answer) = world.ada().post("search/jql", json!({"jql": "project = SEC"})).await;
    answer["issues"].as_array().expect("a list").len()
}

#[tokio::test]
async fn a_reset_gives_no_status_and_does_nothing() {
    let world = World::start().await;
    world.plan(create(json!({"kind": "reset"}))).await;
    let error =
        world.ada().request(Method::POST, "3/issue").json(&bug(json!({}))).send().await.expect_err("closed");
    assert!(error.status().is_none() && error.is_request(), "{error:?}");
    assert_eq!(issues(&world).await, 0);
    let history = world.history().await;
    assert_eq!((&history[0]["status"], &history[0]["fault"]), (&json!(0), &json!("reset")));
}

#[tokio::test]
async fn a_reset_after_commit_gives_no_status_either_but_the_issue_is_there() {
    let world = World::start().await;
    world.plan(create(json!({"kind": "reset_after_commit"}))).await;
    let sent = world.ada().request(Method::POST, "3/issue").json(&bug(json!({}))).send().await;
    assert!(sent.expect_err("closed").status().is_none());
    assert_eq!(issues(&world).await, 1);
    let history = world.history().await;
    assert_eq!(history[0]["committed"], true);
    assert!(history[0]["actor"].as_str().expect("text").starts_with("person:"));
}

#[tokio::test]
async fn a_truncated_answer_breaks_in_its_body() {
    let world = World::start().await;
    world.plan(create(json!({"kind": "truncate", "n": 5}))).await;
    let sent = world.ada().request(Method::POST, "3/issue").json(&bug(json!({}))).send().await;
    let answer = sent.expect("a head");
    assert_eq!(answer.status(), 201);
    assert!(answer.bytes().await.is_err());
    assert_eq!(issues(&world).await, 1);
}

#[tokio::test]
async fn errors_after_commit_and_garbage_leave_the_issue_behind() {
    let world = World::start().await;
    world.plan(create(json!({"kind": "server_error_after_commit", "status": 502}))).await;
    assert_eq!(world.ada().post("issue", bug(json!({}))).await.0, 502);
    world.plan(create(json!({"kind": "garbage", "as": "html"}))).await;
    let (status, body) =
        crate::world::read(world.ada().request(Method::POST, "3/issue").json(&bug(json!({})))).await;
    assert_eq!(status, 201);
    assert!(body.as_str().is_some_and(|text| text.starts_with("<!DOCTYPE html>")));
    assert_eq!(issues(&world).await, 2);
}

#[tokio::test]
async fn rate_limits_carry_their_headers_and_healing_ends_all() {
    let world = World::start().await;
    let reason = "jira-burst-based";
    let fault = json!({"kind": "rate_limited", "retry_after": 7, "reason": reason});
    world.plan(json!({"match": {"service": "jira"}, "fault": fault})).await;
    let answer = world.ada().request(Method::GET, "3/myself").send().await.expect("an answer");
    assert_eq!(answer.status(), 429);
    assert_eq!(
        (&answer.headers()["retry-after"], &answer.headers()["ratelimit-reason"]),
        (&"7".parse().expect("a header"), &reason.parse().expect("a header"))
    );
    world.http.delete(world.url("/_sim/plan")).send().await.expect("an answer");
    assert_eq!(world.ada().get("myself").await.0, 200);
}

#[tokio::test]
async fn a_chosen_status_is_given_as_planned() {
    let world = World::start().await;
    let body = json!({"errorMessages": [], "errors": {"priority": "no"}});
    world.plan(create(json!({"kind": "status", "status": 400, "body": body, "headers": {"x-a": "b"}}))).await;
    assert_eq!(world.ada().post("issue", bug(json!({}))).await, (400, body));
}
