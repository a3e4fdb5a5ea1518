//! Fields that are one with others, and the verbs of an edit.

use super::{create, issue_of};
use crate::world::{ADA, World, doc};
use serde_json::{Value, json};

#[tokio::test]
async fn an_epic_link_and_a_parent_are_one() {
    let world = World::start().await;
    let ada = world.ada();
    let epic = create(&ada, "Epic", json!({})).await;
    let by_link = create(&ada, "Everything", json!({"customfield_10224": epic})).await;
    let by_parent = create(&ada, "Everything", json!({"parent": {"key": epic}})).await;
    for key in [by_link, by_parent] {
        let (_, issue) = ada.get(&format!("issue/{key}?fields=parent,customfield_10224")).await;
        assert_eq!(issue["fields"]["parent"]["key"], json!(epic));
        assert_eq!(issue["fields"]["customfield_10224"], json!(epic));
        let body = json!({"update": {"parent": [{"set": {"none": true}}]}});
        assert_eq!(ada.put(&format!("issue/{key}"), body).await.0, 204);
        let (_, issue) = ada.get(&format!("issue/{key}?fields=parent,customfield_10224")).await;
        assert!(issue["fields"].get("parent").is_none());
        assert_eq!(issue["fields"]["customfield_10224"], Value::Null);
    }
}

#[tokio::test]
async fn a_subtask_shows_its_parents_team() {
    let world = World::start().await;
    let ada = world.ada();
    let team = world.info("/jira/teams/0/id");
    let parent = create(&ada, "Everything", json!({"customfield_10219": team})).await;
    let part = create(&ada, "Sub-task", json!({"parent": {"key": parent}})).await;
    let (_, issue) = ada.get(&format!("issue/{part}?fields=customfield_10219")).await;
    assert_eq!(issue["fields"]["customfield_10219"]["id"], json!(team));
}

#[tokio::test]
async fn verbs_change_a_part_and_only_those_that_the_metadata_lists_work() {
    let world = World::start().await;
    let ada = world.ada();
    let start = json!({"customfield_10206": [{"id": "10220"}], "customfield_10212": [{"accountId": ADA}]});
    let key = create(&ada, "Everything", start).await;
    let path = format!("issue/{key}");
    let body = json!({"update": {
        "customfield_10206": [{"add": {"value": "b"}}, {"remove": {"id": "10220"}}],
        "customfield_10212": [{"remove": {"accountId": ADA}}],
        "versions": [{"add": {"id": "9001"}}],
        "customfield_10200": [{"set": "by verb"}],
        "comment": [{"add": {"body": doc("first")}}],
    }});
    let (status, answer) = ada.put(&path, body).await;
    assert_eq!(status, 204, "{answer}");
    let (_, issue) = ada.get(&path).await;
    assert_eq!(issue["fields"]["customfield_10206"][0]["value"], "b");
    assert_eq!(issue["fields"]["customfield_10212"], Value::Null);
    assert_eq!(issue["fields"]["customfield_10200"], "by verb");
    let comment = issue["fields"]["comment"]["comments"][0]["id"].clone();
    let edit = json!({"update": {"comment": [{"edit": {"id": comment, "body": doc("second")}}]}});
    assert_eq!(ada.put(&path, edit).await.0, 204);
    let (_, comments) = ada.get(&format!("{path}/comment")).await;
    assert_eq!(comments["comments"][0]["body"], doc("second"));
    let remove = json!({"update": {"comment": [{"remove": {"id": comment}}]}});
    assert_eq!(ada.put(&path, remove).await.0, 204);
    assert_eq!(ada.get(&format!("{path}/comment")).await.1["total"], 0);
    for (id, verb) in [("customfield_10200", "add"), ("labels", "edit"), ("issuelinks", "copy")] {
        let (status, body) = ada.put(&path, json!({"update": {id: [{verb: "x"}]}})).await;
        let text = format!("Field '{id}' does not support operation '{verb}'");
        assert_eq!((status, &body["errors"][id]), (400, &json!(text)));
    }
    let both = json!({"fields": {"labels": ["a"]}, "update": {"labels": [{"add": "b"}]}});
    assert_eq!(ada.put(&path, both).await.0, 400);
}

#[tokio::test]
async fn links_are_made_with_an_issue_and_by_its_edit() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let mut body = issue_of("Everything", &json!({}));
    let link =
        json!({"issuelinks": [{"add": {"type": {"name": "Relates"}, "outwardIssue": {"key": "SEC-1"}}}]});
    body["update"] = link;
    let (status, created) = ada.post("issue", body).await;
    assert_eq!(status, 201, "{created}");
    let (_, issue) = ada.get("issue/SEC-1?fields=issuelinks").await;
    assert_eq!(issue["fields"]["issuelinks"][0]["inwardIssue"]["key"], "ALL-1");
}
