use crate::world::{World, bug, doc};
use serde_json::json;

#[tokio::test]
async fn add_and_remove_leave_other_labels_alone() {
    let world = World::start().await;
    let ada = world.ada();
    ada.post("issue", bug(json!({"labels": ["theirs", "old"]}))).await;
    let body = json!({"update": {"labels": [{"add": "ours"}, {"remove": "old"}]}});
    assert_eq!(ada.put("issue/SEC-1", body).await.0, 204);
    let (_, issue) = ada.get("issue/SEC-1?fields=labels&expand=changelog").await;
    assert_eq!(issue["fields"]["labels"], json!(["ours", "theirs"]));
    let item = &issue["changelog"]["histories"][0]["items"][0];
    assert_eq!((&item["fromString"], &item["toString"]), (&json!("old theirs"), &json!("ours theirs")));
}

#[tokio::test]
async fn an_edit_checks_no_screen_and_null_clears() {
    let world = World::start().await;
    let ada = world.ada();
    ada.post("issue", bug(json!({"customfield_10034": "high"}))).await;
    let body = json!({"fields": {"customfield_10043": "https://a.example", "customfield_10034": null}});
    assert_eq!(ada.put("issue/SEC-1", body).await.0, 204);
    let (_, issue) = ada.get("issue/SEC-1").await;
    assert_eq!(issue["fields"]["customfield_10043"], "https://a.example");
    assert_eq!(issue["fields"]["customfield_10034"], json!(null));
    let (status, answer) =
        ada.put("issue/SEC-1", json!({"fields": {"summary": null, "status": {"id": "3"}}})).await;
    assert_eq!(status, 400);
    assert!(answer["errors"].get("summary").is_some() && answer["errors"].get("status").is_some());
}

#[tokio::test]
async fn an_edit_that_changes_nothing_leaves_no_trace() {
    let world = World::start().await;
    let ada = world.ada();
    ada.post("issue", bug(json!({"description": doc("same")}))).await;
    let (_, before) = ada.get("issue/SEC-1").await;
    ada.put("issue/SEC-1", json!({"fields": {"description": doc("same")}})).await;
    let (_, after) = ada.get("issue/SEC-1?expand=changelog").await;
    assert_eq!(after["changelog"]["total"], 0);
    assert_eq!(before["fields"]["updated"], after["fields"]["updated"]);
}

#[tokio::test]
async fn edit_metadata_is_an_object_by_field() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let (_, meta) = ada.get("issue/SEC-1/editmeta").await;
    assert_eq!(meta["fields"]["customfield_10030"]["schema"]["type"], "option");
    assert_eq!(ada.put("issue/SEC-1/assignee", json!({"accountId": crate::world::ADA})).await.0, 204);
    let (_, issue) = ada.get("issue/SEC-1?fields=assignee").await;
    assert_eq!(issue["fields"]["assignee"]["displayName"], "Ada Admin");
}
