//! Issues and projects that are archived, thrown away and brought back.

use crate::world::{PAT, World, bug, doc, read};
use serde_json::{Value, json};

async fn found(world: &World, jql: &str) -> Vec<String> {
    let body = json!({"jql": jql, "fields": ["summary"]});
    let (_, answer) = world.ada().post("search/jql", body).await;
    let issues = answer["issues"].as_array().expect("a list").iter();
    issues.map(|issue| issue["key"].as_str().expect("a key").to_owned()).collect()
}

/// SEC-1 with the sub-task SEC-2.
async fn family(world: &World) {
    let ada = world.ada();
    ada.bug().await;
    let fields = json!({"project": {"key": "SEC"}, "issuetype": {"name": "Sub-task"}, "summary": "A part",
        "parent": {"key": "SEC-1"}});
    assert_eq!(ada.post("issue", json!({"fields": fields})).await.0, 201);
}

#[tokio::test]
async fn an_archived_issue_leaves_searches_and_cannot_be_changed() {
    let world = World::start().await;
    let ada = world.ada();
    family(&world).await;
    ada.bug().await;
    let (status, answer) =
        ada.put("issue/archive", json!({"issueIdsOrKeys": ["SEC-1", "SEC-2", "SEC-99"]})).await;
    assert_eq!((status, &answer["numberOfIssuesUpdated"]), (200, &json!(2)), "the sub-task goes along");
    assert_eq!(answer["errors"]["issueIsSubtask"]["issueIdsOrKeys"], json!(["SEC-2"]));
    assert_eq!(answer["errors"]["issuesNotFound"]["count"], 1);
    assert_eq!(found(&world, "project = SEC").await, ["SEC-3"]);
    assert_eq!(ada.get("issue/SEC-1").await.0, 200, "assumed: it can be read by its key");
    for (path, body) in [
        ("issue/SEC-1/comment", json!({"body": doc("a")})),
        ("issue/SEC-1/transitions", json!({"transition": {"id": "11"}})),
        ("issue/SEC-1/remotelink", json!({"object": {"url": "https://a.example", "title": "a"}})),
    ] {
        assert_eq!(ada.post(path, body).await.0, 403, "{path}");
    }
    assert_eq!(ada.put("issue/SEC-1", json!({"fields": {"summary": "b"}})).await.0, 403);
    assert_eq!(ada.put("issue/SEC-1/properties/k", json!(1)).await.0, 403);
    let hide =
        |visible: bool| world.http.post(world.url("/_sim/jira/archived")).json(&json!({"visible": visible}));
    assert_eq!(read(hide(false)).await.0, 204);
    assert_eq!(ada.get("issue/SEC-1").await.0, 404);
    let (status, answer) = ada.put("issue/unarchive", json!({"issueIdsOrKeys": ["SEC-1"]})).await;
    assert_eq!((status, &answer["numberOfIssuesUpdated"]), (200, &json!(2)));
    assert_eq!(ada.put("issue/SEC-1", json!({"fields": {"summary": "b"}})).await.0, 204);
    assert_eq!(found(&world, "project = SEC").await.len(), 3);
}

#[tokio::test]
async fn archiving_is_for_administrators_and_for_what_is_there() {
    let world = World::start().await;
    world.ada().bug().await;
    let names = json!({"issueIdsOrKeys": ["SEC-99"]});
    let (status, answer) = world.ada().put("issue/archive", names).await;
    assert_eq!(status, 400);
    assert_eq!(answer["errorMessages"][0], "No valid issue to archive or unarchive. Bad request.");
    let pat = world.app_of(PAT).await;
    assert_eq!(pat.put("issue/archive", json!({"issueIdsOrKeys": ["SEC-1"]})).await.0, 403);
    let many: Vec<String> =
        (0..1_001).map(|n| if n == 0 { "SEC-1".into() } else { format!("X-{n}") }).collect();
    let (status, _) = world.ada().put("issue/archive", json!({"issueIdsOrKeys": many})).await;
    assert_eq!(status, 412);
    assert!(found(&world, "project = SEC").await.is_empty(), "the first thousand were done");
}

#[tokio::test]
async fn an_archived_project_takes_no_issues_and_comes_back() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    assert_eq!(ada.post("project/SEC/archive", Value::Null).await.0, 204);
    assert_eq!(ada.post("project/SEC/archive", Value::Null).await.0, 400);
    assert_eq!(ada.get("project/search?query=SEC&status=live").await.1["total"], 0);
    let (_, archived) = ada.get("project/search?keys=SEC&status=archived").await;
    assert_eq!((&archived["total"], &archived["values"][0]["archived"]), (&json!(1), &json!(true)));
    assert_eq!(ada.get("project/SEC").await.1["archived"], true);
    assert!(found(&world, "project = SEC").await.is_empty());
    assert_eq!(ada.get("issue/SEC-1").await.0, 200);
    assert_eq!(ada.put("issue/SEC-1", json!({"fields": {"summary": "b"}})).await.0, 403);
    assert_eq!(ada.post("issue", bug(json!({}))).await.0, 403);
    assert_eq!(ada.get("issue/createmeta/SEC/issuetypes").await.0, 404);
    assert_eq!(ada.delete("project/SEC").await.0, 404, "it must be restored first");
    let (status, restored) = ada.post("project/SEC/restore", Value::Null).await;
    assert_eq!((status, restored.get("archived")), (200, None));
    assert_eq!(ada.post("issue", bug(json!({}))).await.0, 201);
    assert_eq!(ada.post("project/SEC/restore", Value::Null).await.0, 400);
}

#[tokio::test]
async fn a_project_in_the_bin_takes_its_issues_out_of_sight() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    assert_eq!(ada.delete("project/SEC").await.0, 204);
    assert_eq!(ada.get("issue/SEC-1").await.0, 404);
    assert_eq!(ada.get("project/SEC").await.0, 404);
    let (_, deleted) = ada.get("project/search?keys=SEC&status=deleted").await;
    assert_eq!(deleted["values"][0]["deleted"], true);
    assert_eq!(ada.post("project/SEC/restore", Value::Null).await.0, 200);
    assert_eq!(ada.get("issue/SEC-1").await.0, 200);
    assert_eq!(ada.delete("project/SEC?enableUndo=false").await.0, 204);
    assert_eq!(ada.get("issue/SEC-1").await.0, 404);
    assert_eq!(ada.post("project/SEC/restore", Value::Null).await.0, 404);
}
