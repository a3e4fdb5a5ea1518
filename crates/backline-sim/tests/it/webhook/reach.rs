//! Which changes are told, to whom, and in which words where they are no plain edit.

use super::{app, everything, register};
use crate::receiver::Receiver;
use crate::world::{PAT, World, bug, doc, read};
use serde_json::{Value, json};

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
