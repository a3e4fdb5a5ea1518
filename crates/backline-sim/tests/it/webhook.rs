//! Dynamic webhooks: what is told of a change, and in which shape.

mod reach;
mod registration;

use crate::receiver::{Delivered, Receiver};
use crate::world::{ADA, Caller, SCOPES, World, bug, doc, read};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const ISSUE_EVENTS: [&str; 8] = [
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
    "issue_property_set",
    "issue_property_deleted",
];

pub async fn app(world: &World) -> Caller<'_> {
    let pair = world.connect(SCOPES).await;
    world.app(pair["access_token"].as_str().expect("a token"))
}

/// Registers webhooks, all of which must be taken, and gives their ids.
pub async fn register(app: &Caller<'_>, url: &str, webhooks: Value) -> Vec<u64> {
    let (status, answer) = app.post("webhook", json!({"url": url, "webhooks": webhooks})).await;
    assert_eq!(status, 200, "{answer}");
    let results = answer["webhookRegistrationResult"].as_array().expect("a list").clone();
    results.iter().map(|result| result["createdWebhookId"].as_u64().expect("taken")).collect()
}

fn everything(jql: &str) -> Value {
    json!([{"jqlFilter": jql, "events": ISSUE_EVENTS}])
}

/// The claims of a delivery's token, once its signature has been found right.
fn claims(world: &World, delivered: &Delivered) -> Value {
    let token = delivered.header("authorization").strip_prefix("Bearer ").expect("a bearer token");
    let secret = world.info("/oauth/client_secret");
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_required_spec_claims::<&str>(&[]);
    let key = DecodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::decode::<Value>(token, &key, &validation).expect("signed with the app's secret").claims
}

/// The names in an object, sorted.
fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[tokio::test]
async fn each_change_of_an_issue_is_told_in_its_shape() {
    let world = World::start().await;
    let (app, mut receiver) = (app(&world).await, Receiver::start().await);
    let ids = register(&app, &receiver.url, everything("project = SEC")).await;
    let ada = world.ada();
    ada.post("issue", bug(json!({"description": doc("What happened")}))).await;
    let created = receiver.next().await;
    assert_eq!(claims(&world, &created)["iss"], world.info("/oauth/client_id"));
    assert_eq!(created.header("x-atlassian-webhook-flow"), "Primary");
    assert_eq!(created.header("x-atlassian-webhook-identifier").len(), 36);
    assert!(!created.headers.contains_key("x-atlassian-webhook-retry"), "this is the first attempt");
    let wanted = ["issue", "issue_event_type_name", "matchedWebhookIds", "timestamp", "user", "webhookEvent"];
    assert_eq!(keys(&created.body), wanted);
    assert_eq!(created.body["matchedWebhookIds"], json!(ids));
    assert_eq!(created.body["issue"]["fields"]["description"], "What happened", "text, as in version 2");
    let self_address = created.body["issue"]["self"].as_str().expect("text");
    assert!(self_address.starts_with(&format!("{}/rest/api/2/issue/", world.info("/jira/site"))));
    assert_eq!(created.body["user"]["accountId"], ADA);
    assert!(created.body["user"].get("emailAddress").is_none());

    ada.put("issue/SEC-1", json!({"update": {"labels": [{"add": "a"}]}})).await;
    let updated = receiver.next().await;
    assert_eq!(updated.event(), "jira:issue_updated");
    assert_eq!(updated.body["issue_event_type_name"], "issue_updated");
    let item = &updated.body["changelog"]["items"][0];
    assert_eq!((&item["fieldId"], &item["toString"]), (&json!("labels"), &json!("a")));
    let (_, log) = ada.get("issue/SEC-1/changelog").await;
    assert_eq!(log["values"][0]["id"], updated.body["changelog"]["id"]);

    ada.put("issue/SEC-1/assignee", json!({"accountId": ADA})).await;
    assert_eq!(receiver.next().await.body["issue_event_type_name"], "issue_assigned");
    ada.post("issue/SEC-1/transitions", json!({"transition": {"id": "11"}})).await;
    let moved_on = receiver.next().await;
    assert_eq!(moved_on.body["issue_event_type_name"], "issue_generic");
    assert_eq!(moved_on.body["issue"]["fields"]["status"]["name"], "In Progress");

    let (_, comment) = ada.post("issue/SEC-1/comment", json!({"body": doc("first")})).await;
    let comment_created = receiver.next().await;
    assert_eq!(
        keys(&comment_created.body),
        ["comment", "issue", "matchedWebhookIds", "timestamp", "webhookEvent"]
    );
    assert_eq!(comment_created.body["comment"]["body"], "first");
    let fields = keys(&comment_created.body["issue"]["fields"]);
    assert_eq!(fields, ["assignee", "issuetype", "priority", "project", "status", "summary"]);
    let path = format!("issue/SEC-1/comment/{}", comment["id"].as_str().expect("an id"));
    ada.put(&path, json!({"body": doc("second")})).await;
    assert_eq!(receiver.next().await.body["comment"]["body"], "second");
    ada.delete(&path).await;
    assert_eq!(receiver.next().await.event(), "comment_deleted");

    ada.put("issue/SEC-1/properties/k", json!({"n": 1})).await;
    let set = receiver.next().await;
    assert_eq!((set.event(), &set.body["property"]["value"]), ("issue_property_set", &json!({"n": 1})));
    ada.delete("issue/SEC-1/properties/k").await;
    assert_eq!(receiver.next().await.event(), "issue_property_deleted");
    ada.delete("issue/SEC-1").await;
    let deleted = receiver.next().await;
    assert_eq!(deleted.event(), "jira:issue_deleted");
    assert_eq!(keys(&deleted.body), ["issue", "matchedWebhookIds", "timestamp", "user", "webhookEvent"]);
}

#[tokio::test]
async fn a_change_by_the_app_names_the_person_who_consented() {
    let world = World::start().await;
    let (app, mut receiver) = (app(&world).await, Receiver::start().await);
    register(&app, &receiver.url, everything("project = SEC")).await;
    assert_eq!(app.post("issue", bug(json!({}))).await.0, 201);
    app.put("issue/SEC-1", json!({"fields": {"summary": "Other"}})).await;
    receiver.next().await;
    assert_eq!(receiver.next().await.body["user"]["accountId"], ADA);
    let (_, log) = app.get("issue/SEC-1/changelog").await;
    assert_eq!(log["values"][0]["author"]["accountId"], ADA);
}

#[tokio::test]
async fn an_edit_that_changes_nothing_is_not_told() {
    let world = World::start().await;
    let (app, mut receiver) = (app(&world).await, Receiver::start().await);
    register(&app, &receiver.url, everything("project = SEC")).await;
    let ada = world.ada();
    ada.bug().await;
    ada.put("issue/SEC-1", json!({"fields": {"summary": "A weakness"}})).await;
    ada.put("issue/SEC-1", json!({"fields": {"summary": "Another"}})).await;
    assert_eq!(receiver.events(2).await, ["jira:issue_created", "jira:issue_updated"]);
    let (_, shown) = read(world.http.get(world.url("/_sim/jira/webhooks"))).await;
    assert_eq!(shown["deliveries"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn one_event_for_two_registrations_is_one_delivery() {
    let world = World::start().await;
    let (app, mut receiver) = (app(&world).await, Receiver::start().await);
    let hook = |jql: &str| json!({"jqlFilter": jql, "events": ["jira:issue_created"]});
    let ids = register(
        &app,
        &receiver.url,
        json!([hook("project = SEC"), hook("issuetype = Bug"), hook("project = WEB")]),
    )
    .await;
    world.ada().bug().await;
    world.ada().bug().await;
    assert_eq!(receiver.next().await.body["matchedWebhookIds"], json!(ids[..2]));
    assert_eq!(receiver.next().await.key(), "SEC-2");
}
