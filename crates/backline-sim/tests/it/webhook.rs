//! Dynamic webhooks: what may be registered, what is told, and in which shape.

use crate::receiver::{Delivered, Receiver};
use crate::world::{ADA, Caller, PAT, SCOPES, World, bug, doc, read};
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
async fn filters_let_through_what_they_name() {
    let world = World::start().await;
    let (app, mut receiver) = (app(&world).await, Receiver::start().await);
    let hook = |jql: &str, events: &[&str]| json!({"jqlFilter": jql, "events": events});
    let mut by_field = hook("project = SEC", &["jira:issue_updated"]);
    by_field["fieldIdsFilter"] = json!(["status"]);
    let mut by_property = hook("project IN (SEC, WEB)", &["issue_property_set"]);
    by_property["issuePropertyKeysFilter"] = json!(["mine"]);
    let by_status = hook("project = SEC AND status != 'To Do'", &["comment_created"]);
    let by_value = hook("issue.property[mine].state = closed", &["issue_property_deleted"]);
    let ids = register(&app, &receiver.url, json!([by_field, by_property, by_status, by_value])).await;
    let ada = world.ada();
    ada.bug().await;
    ada.put("issue/SEC-1", json!({"fields": {"summary": "Other"}})).await;
    ada.post("issue/SEC-1/comment", json!({"body": doc("too early")})).await;
    ada.post("issue/SEC-1/transitions", json!({"transition": {"id": "11"}})).await;
    ada.put("issue/SEC-1/properties/theirs", json!(1)).await;
    ada.delete("issue/SEC-1/properties/theirs").await;
    ada.put("issue/SEC-1/properties/mine", json!({"state": "closed"})).await;
    ada.post("issue/SEC-1/comment", json!({"body": doc("now")})).await;
    ada.put("issue/SEC-1/properties/theirs", json!(1)).await;
    ada.delete("issue/SEC-1/properties/theirs").await;
    for (id, event) in [
        (ids[0], "jira:issue_updated"),
        (ids[1], "issue_property_set"),
        (ids[2], "comment_created"),
        (ids[3], "issue_property_deleted"),
    ] {
        let told = receiver.next().await;
        assert_eq!((told.event(), &told.body["matchedWebhookIds"]), (event, &json!([id])));
    }
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
async fn nobody_is_told_of_what_they_may_not_see() {
    let world = World::start().await;
    let mut receiver = Receiver::start().await;
    let pat = world.app_of(PAT).await;
    register(&pat, &receiver.url, everything("project = SEC")).await;
    let ada = world.ada();
    let task = |more: Value| {
        let mut fields = json!({"project": {"key": "SEC"}, "issuetype": {"name": "Task"}, "summary": "A"});
        fields.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        json!({"fields": fields})
    };
    ada.post("issue", task(json!({"security": {"id": "10000"}}))).await;
    ada.post("issue", task(json!({}))).await;
    assert_eq!(receiver.next().await.key(), "SEC-2");
    let restricted =
        json!({"body": doc("for us"), "visibility": {"type": "role", "value": "Administrators"}});
    ada.post("issue/SEC-2/comment", restricted).await;
    ada.post("issue/SEC-2/comment", json!({"body": doc("for all")})).await;
    assert_eq!(receiver.next().await.body["comment"]["body"], "for all");
    assert_eq!(pat.get("issue/SEC-2/comment").await.1["total"], 1);
}

#[tokio::test]
async fn a_move_shows_as_key_and_project() {
    let world = World::start().await;
    let (app, mut receiver) = (app(&world).await, Receiver::start().await);
    register(&app, &receiver.url, everything("project IN (SEC, WEB)")).await;
    world.ada().bug().await;
    receiver.next().await;
    let body = json!({"issue": "SEC-1", "project": "WEB"});
    read(world.http.post(world.url("/_sim/jira/move")).json(&body)).await;
    let moved = receiver.next().await;
    assert_eq!((moved.key(), &moved.body["issue_event_type_name"]), ("WEB-1", &json!("issue_moved")));
    let items = moved.body["changelog"]["items"].as_array().expect("a list");
    let item = |name: &str| items.iter().find(|item| item["field"] == name).expect("an item of the move");
    assert_eq!((&item("Key")["fromString"], &item("Key")["toString"]), (&json!("SEC-1"), &json!("WEB-1")));
    assert_eq!((&item("project")["from"], &item("project")["to"]), (&json!("10000"), &json!("10002")));
}

#[tokio::test]
async fn what_goes_with_a_deleted_issue_is_told_as_a_consequence() {
    let world = World::start().await;
    let (app, mut receiver) = (app(&world).await, Receiver::start().await);
    let events = json!([{"jqlFilter": "project = SEC", "events": ["jira:issue_deleted", "comment_deleted"]}]);
    register(&app, &receiver.url, events).await;
    let ada = world.ada();
    ada.bug().await;
    let fields = json!({"project": {"key": "SEC"}, "issuetype": {"name": "Sub-task"}, "summary": "A part",
        "parent": {"key": "SEC-1"}});
    let (status, answer) = ada.post("issue", json!({"fields": fields})).await;
    assert_eq!(status, 201, "{answer}");
    ada.post("issue/SEC-1/comment", json!({"body": doc("a")})).await;
    assert_eq!(ada.delete("issue/SEC-1").await.0, 400);
    assert_eq!(ada.delete("issue/SEC-1?deleteSubtasks=true").await.0, 204);
    for (event, key, flow) in [
        ("jira:issue_deleted", "SEC-1", "Primary"),
        ("comment_deleted", "SEC-1", "Secondary"),
        ("jira:issue_deleted", "SEC-2", "Secondary"),
    ] {
        let told = receiver.next().await;
        assert_eq!((told.event(), told.key(), told.header("x-atlassian-webhook-flow")), (event, key, flow));
    }
    assert_eq!(ada.get("issue/SEC-2").await.0, 404);
}

#[tokio::test]
async fn versions_are_told_whatever_the_jql() {
    let world = World::start().await;
    let (app, mut receiver) = (app(&world).await, Receiver::start().await);
    let names = ["created", "updated", "released", "unreleased", "moved", "merged", "deleted"];
    let events: Vec<String> = names.iter().map(|name| format!("jira:version_{name}")).collect();
    register(&app, &receiver.url, json!([{"jqlFilter": "project = WEB", "events": events}])).await;
    let ada = world.ada();
    let (status, version) = ada.post("version", json!({"projectId": 10000, "name": "2.0"})).await;
    assert_eq!(status, 201);
    let path = format!("version/{}", version["id"].as_str().expect("an id"));
    let fixed = json!({"fixVersions": [{"name": "2.0"}]});
    assert_eq!(ada.post("issue", bug(fixed)).await.0, 201);
    ada.put(&path, json!({"description": "The second"})).await;
    ada.put(&path, json!({"released": true})).await;
    ada.put(&path, json!({"released": false})).await;
    let (status, _) = ada.post(&format!("{path}/move"), json!({"position": "First"})).await;
    assert_eq!(status, 200);
    assert_eq!(ada.get("project/SEC/versions").await.1[0]["name"], "2.0");
    assert_eq!(ada.get(&format!("{path}/relatedIssueCounts")).await.1["issuesFixedCount"], 1);
    assert_eq!(ada.get(&format!("{path}/unresolvedIssueCount")).await.1["issuesUnresolvedCount"], 1);
    assert_eq!(ada.put(&format!("{path}/mergeto/10002"), Value::Null).await.0, 204);
    let (_, issue) = ada.get("issue/SEC-1?fields=fixVersions").await;
    assert_eq!(issue["fields"]["fixVersions"][0]["name"], "1.1");
    assert_eq!(ada.delete("version/10002?moveFixIssuesTo=10001").await.0, 204);
    let created = receiver.next().await;
    assert_eq!((created.event(), &created.body["version"]["name"]), ("jira:version_created", &json!("2.0")));
    let wanted = ["updated", "released", "unreleased", "moved", "merged", "deleted"];
    assert_eq!(receiver.events(6).await, wanted.map(|name| format!("jira:version_{name}")));
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
