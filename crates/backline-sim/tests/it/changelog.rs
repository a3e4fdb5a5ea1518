//! Who changed what, in the order in which it happened.

use crate::world::{ADA, SCOPES, World, doc};
use serde_json::{Value, json};

async fn changed(world: &World) {
    let ada = world.ada();
    ada.bug().await;
    ada.bug().await;
    ada.put("issue/SEC-1", json!({"fields": {"summary": "One"}})).await;
    world.advance(1_000).await;
    ada.put("issue/SEC-2", json!({"fields": {"summary": "Two"}})).await;
    world.advance(1_000).await;
    ada.put("issue/SEC-1", json!({"update": {"labels": [{"add": "x"}]}})).await;
    world.advance(1_000).await;
    ada.post("issue/SEC-1/transitions", json!({"transition": {"id": "11"}})).await;
}

fn ids(rows: &Value) -> Vec<u64> {
    let ids = rows.as_array().expect("a list").iter().map(|row| row["id"].as_str().expect("an id").parse());
    ids.collect::<Result<_, _>>().expect("numbers")
}

#[tokio::test]
async fn pages_ascend_and_the_expansion_begins_with_the_latest() {
    let world = World::start().await;
    let ada = world.ada();
    changed(&world).await;
    let (_, first) = ada.get("issue/SEC-1/changelog?maxResults=2").await;
    let (_, second) = ada.get("issue/SEC-1/changelog?maxResults=2&startAt=2").await;
    assert_eq!(
        (&first["total"], &first["isLast"], &second["isLast"]),
        (&json!(3), &json!(false), &json!(true))
    );
    let all = [ids(&first["values"]), ids(&second["values"])].concat();
    assert!(all.is_sorted() && all.len() == 3, "{all:?}");
    let (_, issue) = ada.get("issue/SEC-1?fields=summary&expand=changelog").await;
    let mut expanded = ids(&issue["changelog"]["histories"]);
    expanded.reverse();
    assert_eq!(expanded, all);
}

#[tokio::test]
async fn changes_are_found_by_their_ids() {
    let world = World::start().await;
    let ada = world.ada();
    changed(&world).await;
    let (_, log) = ada.get("issue/SEC-1/changelog").await;
    let all = ids(&log["values"]);
    let wanted = json!({"changelogIds": [all[2], all[0], 1]});
    let (status, answer) = ada.post("issue/SEC-1/changelog/list", wanted).await;
    assert_eq!((status, ids(&answer["histories"])), (200, vec![all[0], all[2]]));
    assert_eq!(ada.post("issue/SEC-1/changelog/list", json!({})).await.0, 400);
    assert_eq!(ada.post("issue/SEC-9/changelog/list", json!({"changelogIds": [1]})).await.0, 404);
}

#[tokio::test]
async fn changes_of_many_issues_come_by_time_in_pages() {
    let world = World::start().await;
    let ada = world.ada();
    changed(&world).await;
    let query = json!({"issueIdsOrKeys": ["SEC-2", "SEC-1", "SEC-99"], "maxResults": 3});
    let (status, page) = ada.post("changelog/bulkfetch", query.clone()).await;
    assert_eq!(status, 200);
    let counts: Vec<_> = page["issueChangeLogs"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| {
            (
                row["issueId"].as_str().expect("an id"),
                row["changeHistories"].as_array().expect("a list").len(),
            )
        })
        .collect();
    assert_eq!(counts, [("10000", 2), ("10001", 1)]);
    let mut next = query.clone();
    next["nextPageToken"] = page["nextPageToken"].clone();
    let (_, last) = ada.post("changelog/bulkfetch", next.clone()).await;
    assert_eq!(last["issueChangeLogs"][0]["changeHistories"][0]["items"][0]["field"], "status");
    assert!(last.get("nextPageToken").is_none());
    next["issueIdsOrKeys"] = json!(["SEC-1"]);
    assert_eq!(ada.post("changelog/bulkfetch", next).await.0, 400, "the token belongs to another request");
    let (_, filtered) =
        ada.post("changelog/bulkfetch", json!({"issueIdsOrKeys": ["SEC-1"], "fieldIds": ["labels"]})).await;
    assert_eq!(filtered["issueChangeLogs"][0]["changeHistories"].as_array().map(Vec::len), Some(1));
    assert_eq!(ada.post("changelog/bulkfetch", json!({"issueIdsOrKeys": []})).await.0, 400);
    let history = world.history().await;
    let bulk =
        history.iter().find(|e| e["path"].as_str().is_some_and(|p| p.ends_with("/changelog/bulkfetch")));
    assert_eq!(bulk.expect("recorded")["write"], false);
}

#[tokio::test]
async fn an_app_changes_things_in_the_name_of_who_consented() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    let app = world.app(pair["access_token"].as_str().expect("a token"));
    app.bug().await;
    app.put("issue/SEC-1", json!({"fields": {"summary": "Other"}})).await;
    app.post("issue/SEC-1/comment", json!({"body": doc("by the app")})).await;
    let (_, issue) = app.get("issue/SEC-1?expand=changelog").await;
    assert_eq!(issue["fields"]["creator"]["accountId"], ADA);
    assert_eq!(issue["changelog"]["histories"][0]["author"]["accountId"], ADA);
    assert_eq!(issue["fields"]["comment"]["comments"][0]["author"]["accountId"], ADA);
}
