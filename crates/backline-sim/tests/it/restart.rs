use crate::world::{SCOPES, World, doc, read};
use backline_sim::Options;
use serde_json::json;

#[tokio::test]
async fn everything_is_there_after_a_kill() {
    let dir = tempfile::tempdir().expect("a folder");
    let options = || Options { data: Some(dir.path().to_owned()), search_lag_ms: 0, ..Options::default() };
    let first = World::with(options()).await;
    let pair = first.connect(SCOPES).await;
    let ada = first.ada();
    ada.bug().await;
    ada.bug().await;
    ada.post("issue/SEC-1/comment", json!({"body": doc("kept")})).await;
    ada.put("issue/SEC-1/properties/k", json!(1)).await;
    ada.post("issue/SEC-1/remotelink", json!({"object": {"url": "https://a.example", "title": "a"}})).await;
    ada.post("issue/SEC-1/transitions", json!({"transition": {"id": "11"}})).await;
    ada.delete("issue/SEC-2").await;
    let change = json!({"project": "SEC", "issue_type": "Story", "field": "environment", "to": "required"});
    let (status, _) = read(first.http.post(first.url("/_sim/jira/screen")).json(&change)).await;
    assert_eq!(status, 204);
    first.advance(60_000).await;
    // The journal is complete before each answer: the first is dropped as it stands, without being stopped.
    drop(first);
    let second = World::with(options()).await;
    let ada = second.ada();
    let (_, issue) = ada.get("issue/SEC-1?expand=changelog&properties=k").await;
    assert_eq!(issue["fields"]["status"]["name"], "In Progress");
    assert_eq!(issue["fields"]["comment"]["total"], 1);
    assert_eq!(issue["properties"]["k"], 1);
    assert_eq!(issue["changelog"]["total"], 1);
    assert_eq!(ada.get("issue/SEC-1/remotelink").await.1.as_array().map(Vec::len), Some(1));
    assert_eq!(ada.get("issue/SEC-2").await.0, 404);
    let story = json!({"project": {"key": "SEC"}, "issuetype": {"name": "Story"}, "summary": "A"});
    let (_, answer) = ada.post("issue", json!({"fields": story})).await;
    assert_eq!(answer["errors"], json!({"environment": "Environment is required."}));
    let id = ada.bug().await;
    assert_eq!(id, "10002", "an id is never given twice");
    let token = pair["access_token"].as_str().expect("a token");
    assert_eq!(second.app(token).get("issue/SEC-3").await.0, 200);
    let (status, _) =
        second.token(json!({"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]})).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_plan_of_faults_and_what_it_has_counted_are_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let options = || Options { data: Some(dir.path().to_owned()), search_lag_ms: 0, ..Options::default() };
    let myself = async |world: &World| {
        let request = world.ada().request(reqwest::Method::GET, "3/myself");
        request.send().await.expect("an answer").status().as_u16()
    };
    let first = World::with(options()).await;
    let fault = json!({"kind": "server_error", "status": 503});
    first.plan(json!({"match": {"path": "*/myself"}, "nth": 2, "fault": fault})).await;
    assert_eq!(myself(&first).await, 200);
    drop(first);
    let second = World::with(options()).await;
    assert_eq!((myself(&second).await, myself(&second).await), (503, 200));
    let (_, plan) = read(second.http.get(second.url("/_sim/plan"))).await;
    assert_eq!((&plan[0]["id"], &plan[0]["seen"], &plan[0]["fired"]), (&json!(1), &json!(3), &json!(1)));
    let healed = second.http.delete(second.url("/_sim/plan")).send().await.expect("an answer");
    assert_eq!(healed.status(), 204);
    drop(second);
    let third = World::with(options()).await;
    assert_eq!(read(third.http.get(third.url("/_sim/plan"))).await.1, json!([]));
    third.plan(json!({"nth": 1, "fault": fault})).await;
    let (_, plan) = read(third.http.get(third.url("/_sim/plan"))).await;
    assert_eq!(plan[0]["id"], 2, "a number is never given twice");
}
