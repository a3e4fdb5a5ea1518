//! What the simulator writes once for many answers is written anew as soon as something behind it changes.

use crate::world::{ADA, DANA, World, bug};
use serde_json::{Value, json};

/// A part of an issue as each of the reads shows it that share what was written.
async fn everywhere(world: &World, id: &str, fields: &str, pointer: &str) -> Vec<Value> {
    let ada = world.ada();
    let of = |issue: &Value| issue.pointer(pointer).cloned().unwrap_or_default();
    let names: Vec<&str> = fields.split(',').collect();
    let (_, one) = ada.get(&format!("issue/{id}?fields={fields}")).await;
    let (_, all) = ada.get(&format!("issue/{id}")).await;
    let (_, found) = ada.post("search/jql", json!({"jql": format!("id = {id}"), "fields": names})).await;
    let (_, fetched) = ada.post("issue/bulkfetch", json!({"issueIdsOrKeys": [id], "fields": names})).await;
    vec![of(&one), of(&all), of(&found["issues"][0]), of(&fetched["issues"][0])]
}

#[tokio::test]
async fn a_changed_person_option_version_component_and_project_is_seen_at_once() {
    let world = World::start().await;
    let ada = world.ada();
    let more = json!({
        "assignee": {"accountId": DANA}, "fixVersions": [{"id": "10002"}], "components": [{"id": "10000"}],
    });
    let (status, made) = ada.post("issue", bug(more)).await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().expect("an id");
    let seen = async |fields: &str, pointer: &str| everywhere(&world, id, fields, pointer).await;

    assert_eq!(seen("assignee", "/fields/assignee/active").await, vec![json!(true); 4]);
    world.done("jira/user", json!({"account_id": DANA, "active": false})).await;
    assert_eq!(seen("assignee", "/fields/assignee/active").await, vec![json!(false); 4]);

    assert_eq!(seen("customfield_10030", "/fields/customfield_10030/value").await, vec![json!("Sev 1"); 4]);
    let change =
        json!({"field": "customfield_10030", "option": "Sev 1", "to": "renamed", "name": "Critical"});
    world.done("jira/option", change).await;
    assert_eq!(
        seen("customfield_10030", "/fields/customfield_10030/value").await,
        vec![json!("Critical"); 4]
    );

    seen("fixVersions", "/fields/fixVersions/0/name").await;
    assert_eq!(ada.put("version/10002", json!({"name": "next"})).await.0, 200);
    assert_eq!(seen("fixVersions", "/fields/fixVersions/0/name").await, vec![json!("next"); 4]);

    seen("components", "/fields/components/0/name").await;
    assert_eq!(ada.put("component/10000", json!({"name": "front"})).await.0, 200);
    assert_eq!(seen("components", "/fields/components/0/name").await, vec![json!("front"); 4]);

    seen("project", "/fields/project/key").await;
    world.done("jira/project", json!({"project": "SEC", "key": "SAFE", "name": "Safety"})).await;
    assert_eq!(seen("project", "/fields/project/key").await, vec![json!("SAFE"); 4]);
    assert_eq!(seen("project", "/fields/project/name").await, vec![json!("Safety"); 4]);
}

#[tokio::test]
async fn create_metadata_follows_screens_options_versions_and_permissions() {
    let world = World::start().await;
    let ada = world.ada();
    let field = async |id: &str| {
        let (_, page) = ada.get("issue/createmeta/SEC/issuetypes/10004?maxResults=200").await;
        let fields = page["fields"].as_array().expect("a list");
        assert_eq!(page["total"], fields.len());
        fields.iter().find(|field| field["fieldId"] == id).cloned().unwrap_or_default()
    };
    assert_eq!(field("environment").await["required"], false);
    let screen = json!({"project": "SEC", "issue_type": "Bug", "field": "environment", "to": "required"});
    world.done("jira/screen", screen).await;
    assert_eq!(field("environment").await["required"], true);

    let option =
        json!({"field": "customfield_10030", "option": "Sev 1", "to": "renamed", "name": "Critical"});
    world.done("jira/option", option).await;
    assert_eq!(field("customfield_10030").await["allowedValues"][0]["value"], "Critical");

    let before = field("fixVersions").await["allowedValues"].as_array().map(Vec::len).expect("a list");
    assert_eq!(ada.post("version", json!({"name": "after", "projectId": 10_000})).await.0, 201);
    let after = field("fixVersions").await["allowedValues"].as_array().map(Vec::len).expect("a list");
    assert_eq!(after, before + 1);

    assert!(field("reporter").await.is_object());
    let taken = json!({"account_id": ADA, "permission": "MODIFY_REPORTER", "held": false});
    world.done("jira/permission", taken).await;
    assert!(field("reporter").await.is_null());
}

#[tokio::test]
async fn each_address_and_version_is_answered_with_its_own() {
    let world = World::start().await;
    let id = world.ada().bug().await;
    let address = async |version: u8| {
        let path = format!("{version}/issue/{id}?fields=status,summary");
        let request = world.ada().request(reqwest::Method::GET, &path);
        let (_, issue) = crate::world::read(request).await;
        issue["fields"]["status"]["self"].as_str().expect("an address").to_owned()
    };
    let site = world.info("/jira/site");
    assert!(address(3).await.starts_with(&format!("{site}/rest/api/3/status/")));
    assert!(address(2).await.starts_with(&format!("{site}/rest/api/2/status/")));
    let app = world.app_of(ADA).await;
    let (_, issue) = app.get(&format!("issue/{id}?fields=status")).await;
    let shown = issue["fields"]["status"]["self"].as_str().expect("an address");
    assert!(shown.starts_with(&format!("{}/rest/api/3/status/", world.info("/jira/gateway"))));
    world.done("accounts/site", json!({"site": "acme", "name": "acme-corp", "title": "Acme Corp"})).await;
    assert!(address(3).await.starts_with(&world.url("/sites/acme-corp/rest/api/3/status/")));
}

#[tokio::test]
async fn a_field_that_is_asked_for_twice_is_answered_once() {
    let world = World::start().await;
    let id = world.ada().bug().await;
    let request = world.ada().request(reqwest::Method::GET, &format!("3/issue/{id}?fields=summary,summary"));
    let text = request.send().await.expect("an answer").text().await.expect("a body");
    assert_eq!(text.matches("\"summary\"").count(), 1, "{text}");
}
