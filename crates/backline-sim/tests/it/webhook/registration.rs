//! What may be registered, for how long and by how many.

use super::{DAY_MS, app, everything, register};
use crate::receiver::Receiver;
use crate::world::{ADA, PAT, SCOPES, World, read};
use serde_json::json;

#[tokio::test]
async fn what_is_no_part_of_the_subset_fails_by_itself() {
    let world = World::start().await;
    let app = app(&world).await;
    let hook = |jql: &str| json!({"jqlFilter": jql, "events": ["jira:issue_updated"]});
    for (jql, problem) in [
        ("watchCount = 1", "The clause watchCount is unsupported"),
        ("project = SEC AND labels = x", "The clause labels is unsupported"),
        ("summary ~ x OR resolution = Done", "The clause summary is unsupported"),
        ("cf[10030] = 'Sev 1'", "The clause cf[10030] is unsupported"),
        ("status ~ Done", "The operator of the clause status is unsupported"),
        ("assignee = currentUser()", "The function currentuser is unsupported"),
        ("", "The JQL filter is required"),
    ] {
        let body = json!({"url": "http://127.0.0.1:1/", "webhooks": [hook(jql)]});
        let (status, answer) = app.post("webhook", body).await;
        assert_eq!(status, 200);
        assert_eq!(answer["webhookRegistrationResult"][0]["errors"][0], problem, "{jql}");
    }
    let body = json!({"url": "http://127.0.0.1:1/", "webhooks": [hook("project ="),
        {"jqlFilter": "project = SEC", "events": ["worklog_created"]}, hook("cf[10011] = x"),
        hook("project in (SEC) and (status not in (Done) or priority = High)")]});
    let (_, answer) = app.post("webhook", body).await;
    let results = &answer["webhookRegistrationResult"];
    assert!(results[0]["errors"][0].as_str().expect("text").starts_with("Error in the JQL Query"));
    assert_eq!(results[1]["errors"], json!(["The event worklog_created is unsupported"]));
    assert!(results[3]["createdWebhookId"].is_u64());
    let (status, _) = app.post("webhook", json!({"url": "no address", "webhooks": []})).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn five_a_person_and_one_address_an_app() {
    let world = World::start().await;
    let app = app(&world).await;
    let url = "http://127.0.0.1:1/hooks";
    let hook = json!({"jqlFilter": "project = SEC", "events": ["jira:issue_updated"]});
    let body = json!({"url": url, "webhooks": vec![hook.clone(); 6]});
    let (_, answer) = app.post("webhook", body).await;
    let results = answer["webhookRegistrationResult"].as_array().expect("a list");
    assert_eq!(results.iter().filter(|result| result.get("createdWebhookId").is_some()).count(), 5);
    assert!(results[5]["errors"][0].as_str().expect("text").contains("at most 5"));
    let other = json!({"url": "http://127.0.0.1:1/other", "webhooks": [hook.clone()]});
    assert_eq!(app.post("webhook", other).await.0, 400);
    let pat = world.app_of(PAT).await;
    assert_eq!(register(&pat, url, json!([hook])).await.len(), 1, "another person has five of their own");
    assert_eq!(pat.get("webhook").await.1["total"], 1);
    assert_eq!(app.get("webhook").await.1["total"], 5);
    let globex = world.connect_as(ADA, SCOPES, &world.info("/sites/1/cloud_id")).await;
    let there = world.at(&world.info("/sites/1/gateway"), globex["access_token"].as_str().expect("a token"));
    assert_eq!(register(&there, url, json!([hook])).await.len(), 1, "and each site counts for itself");
    assert_eq!(app.get("webhook/failed").await.0, 403);
    assert_eq!(world.ada().get("webhook").await.0, 403);
}

#[tokio::test]
async fn an_address_lies_below_that_of_the_app() {
    let callback_urls = vec![crate::world::CALLBACK.to_owned()];
    let world =
        World::with(backline_sim::Options { callback_urls, ..backline_sim::Options::default() }).await;
    let app = app(&world).await;
    for (url, status) in [("http://127.0.0.1:1/hooks", 200), ("http://127.0.0.1:2/hooks", 400)] {
        assert_eq!(app.post("webhook", json!({"url": url, "webhooks": []})).await.0, status, "{url}");
    }
}

#[tokio::test]
async fn a_registration_ends_after_thirty_days_unless_it_is_refreshed() {
    let world = World::start().await;
    let mut receiver = Receiver::start().await;
    let ids = register(&app(&world).await, &receiver.url, everything("project = SEC")).await;
    let ada = world.ada();
    ada.bug().await;
    assert_eq!(receiver.next().await.key(), "SEC-1");
    world.advance(30 * DAY_MS).await;
    ada.bug().await;
    let app_then = app(&world).await;
    assert_eq!(app_then.get("webhook").await.1["total"], 1, "it is listed for a while");
    let (status, answer) = app_then.put("webhook/refresh", json!({"webhookIds": [ids[0], 77]})).await;
    assert_eq!(status, 200);
    let (_, listed) = app_then.get("webhook").await;
    assert_eq!(listed["values"][0]["expirationDate"], answer["expirationDate"]);
    ada.bug().await;
    assert_eq!(receiver.next().await.key(), "SEC-3", "nothing was told while it was over");
    world.advance(121 * DAY_MS).await;
    assert_eq!(app(&world).await.get("webhook").await.1["total"], 0);
}

#[tokio::test]
async fn an_app_that_is_not_public_is_told_only_for_its_owner() {
    let world = World::start().await;
    let (app, mut receiver) = (app(&world).await, Receiver::start().await);
    register(&app, &receiver.url, everything("project = SEC")).await;
    let plan =
        |owner: &str| world.http.post(world.url("/_sim/jira/webhooks")).json(&json!({"app_owner": owner}));
    assert_eq!(read(plan(PAT)).await.0, 204);
    world.ada().bug().await;
    assert_eq!(read(plan(ADA)).await.0, 204);
    world.ada().bug().await;
    assert_eq!(receiver.next().await.key(), "SEC-2");
}
