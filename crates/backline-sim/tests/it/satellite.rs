use crate::world::{SCOPES, World, doc};
use serde_json::json;

#[tokio::test]
async fn comments_are_made_changed_and_deleted() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let (status, comment) = ada.post("issue/SEC-1/comment", json!({"body": doc("first")})).await;
    assert_eq!(status, 201);
    let path = format!("issue/SEC-1/comment/{}", comment["id"].as_str().expect("an id"));
    let (status, changed) = ada.put(&path, json!({"body": doc("second")})).await;
    assert_eq!((status, &changed["body"]), (200, &doc("second")));
    let (_, list) = ada.get("issue/SEC-1/comment").await;
    assert_eq!((list["total"].as_u64(), list.get("self")), (Some(1), None));
    let (_, issue) = ada.get("issue/SEC-1?fields=comment").await;
    assert!(issue["fields"]["comment"]["self"].is_string(), "only the issue's field has an address");
    assert_eq!(ada.delete(&path).await.0, 204);
    assert_eq!(ada.get(&path).await.0, 404);
    let (status, answer) = ada.post("issue/SEC-1/comment", json!({"body": "text"})).await;
    assert_eq!(status, 400);
    assert!(answer["errors"].get("comment").is_some());
}

#[tokio::test]
async fn a_property_is_made_then_replaced() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    assert_eq!(ada.put("issue/SEC-1/properties/k", json!({"a": 1})).await.0, 201);
    assert_eq!(ada.put("issue/SEC-1/properties/k", json!({"a": 2})).await.0, 200);
    assert_eq!(ada.get("issue/SEC-1/properties/k").await.1, json!({"key": "k", "value": {"a": 2}}));
    assert_eq!(ada.put("issue/SEC-1/properties/k", json!("x".repeat(32_768))).await.0, 400);
    assert_eq!(ada.delete("issue/SEC-1/properties/k").await.0, 204);
    assert_eq!(ada.get("issue/SEC-1/properties/k").await.0, 404);
}

#[tokio::test]
async fn a_remote_link_is_known_by_its_global_id_and_loses_what_is_left_out() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let link = json!({
        "globalId": "pr:1",
        "relationship": "fixed by",
        "object": {"url": "https://c.example/1", "title": "PR", "status": {"resolved": true}},
    });
    let (status, made) = ada.post("issue/SEC-1/remotelink", link).await;
    assert_eq!(status, 201);
    let again = json!({"globalId": "pr:1", "object": {"url": "https://c.example/1", "title": "PR 1"}});
    let (status, same) = ada.post("issue/SEC-1/remotelink", again).await;
    assert_eq!((status, &same["id"]), (200, &made["id"]));
    let (_, read) = ada.get("issue/SEC-1/remotelink?globalId=pr%3A1").await;
    assert_eq!(read["object"]["title"], "PR 1");
    assert!(read.get("relationship").is_none() && read["object"]["status"].get("resolved").is_none());
    let (status, error) =
        ada.post("issue/SEC-1/remotelink", json!({"object": {"url": "https://c.example"}})).await;
    assert_eq!((status, &error["errors"]["title"]), (400, &json!("'title' is required.")));
    assert_eq!(ada.delete("issue/SEC-1/remotelink?globalId=pr%3A1").await.0, 204);
    assert_eq!(ada.get("issue/SEC-1/remotelink").await.1, json!([]));
}

#[tokio::test]
async fn linking_twice_makes_one_link() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    ada.bug().await;
    let body = json!({"type": {"name": "Blocks"}, "inwardIssue": {"key": "SEC-1"}, "outwardIssue": {"key": "SEC-2"}});
    for _ in 0..2 {
        assert_eq!(ada.post("issueLink", body.clone()).await.0, 201);
    }
    let (_, issue) = ada.get("issue/SEC-1?fields=issuelinks").await;
    let links = issue["fields"]["issuelinks"].as_array().expect("a list");
    assert_eq!((links.len(), &links[0]["outwardIssue"]["key"]), (1, &json!("SEC-2")));
}

#[tokio::test]
async fn webhooks_are_an_apps_own_and_some_registrations_may_fail() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    let app = world.app(pair["access_token"].as_str().expect("a token"));
    let hook = |jql: &str| json!({"jqlFilter": jql, "events": ["jira:issue_updated"]});
    let body = json!({"url": "https://app.example/hook", "webhooks": [hook("project IN (SEC)"), hook("watchCount = 1")]});
    let (status, answer) = app.post("webhook", body.clone()).await;
    assert_eq!(status, 200);
    let results = &answer["webhookRegistrationResult"];
    assert!(results[0]["createdWebhookId"].is_u64() && results[1]["errors"].is_array());
    let ids = json!({"webhookIds": [results[0]["createdWebhookId"], 1]});
    assert_eq!(app.put("webhook/refresh", ids.clone()).await.0, 200);
    assert_eq!(app.get("webhook").await.1["total"], 1);
    assert_eq!(app.call(reqwest::Method::DELETE, "webhook", Some(ids)).await.0, 202);
    assert_eq!(app.get("webhook").await.1["total"], 0);
    assert_eq!(world.ada().post("webhook", body).await.0, 403);
}
