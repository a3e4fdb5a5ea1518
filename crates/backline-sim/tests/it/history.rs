//! History: what the judge of a test reads.

use crate::world::{ADA, SCOPES, World, bug, doc};
use backline_sim::Options;
use serde_json::{Value, json};

const KEYS: [&str; 8] = ["seq", "at", "service", "actor", "method", "path", "status", "write"];

fn last(history: &[Value]) -> &Value {
    history.last().expect("an entry")
}

#[tokio::test]
async fn an_entry_says_what_its_request_changed() {
    let world = World::start().await;
    let id = world.ada().bug().await;
    let history = world.history().await;
    let entry = last(&history);
    for key in KEYS {
        assert!(entry.get(key).is_some(), "{key} is missing in {entry}");
    }
    let commit = &entry["commits"][0];
    assert_eq!(
        (&commit["object"], &commit["id"], &commit["key"]),
        (&json!("issue"), &json!(id), &json!("SEC-1"))
    );
    assert_eq!((&commit["change"], &commit["actor"]), (&json!("created"), &json!(format!("person:{ADA}"))));
    world.ada().put("issue/SEC-1", json!({"fields": {"summary": "Other"}})).await;
    let history = world.history().await;
    let fields = json!([{"field": "summary", "from": "A weakness", "to": "Other"}]);
    assert_eq!(last(&history)["commits"][0]["fields"], fields);
    world.ada().get("issue/SEC-1").await;
    world.ada().post("search/jql", json!({"jql": "project = SEC"})).await;
    let history = world.history().await;
    assert_eq!((&last(&history)["write"], last(&history).get("commits")), (&json!(false), None));
    world.ada().post("issue/SEC-1/comment", json!({"body": doc("Hm")})).await;
    world.ada().delete("issue/SEC-1").await;
    let history = world.history().await;
    let objects: Vec<(&Value, &Value)> = history
        .iter()
        .rev()
        .take(2)
        .map(|e| (&e["commits"][0]["object"], &e["commits"][0]["change"]))
        .collect();
    assert_eq!(objects[0], (&json!("issue"), &json!("deleted")));
    let comment = &history[history.len() - 2]["commits"];
    assert!(
        comment.as_array().expect("a list").iter().any(|commit| commit["object"] == "comment"),
        "{comment}"
    );
}

#[tokio::test]
async fn what_people_do_on_pages_and_by_acts_is_there_with_its_actor() {
    let world = World::start().await;
    world.ada().bug().await;
    let form = [("comment", "By hand")];
    let page = world.url("/sites/acme/browse/SEC-1/comment");
    world.http.post(page).form(&form).send().await.expect("an answer");
    world.done("jira/move", json!({"issue": "SEC-1", "project": "WEB"})).await;
    world.connect(SCOPES).await;
    world.http.get(world.url("/sites/acme/browse/WEB-1")).send().await.expect("an answer");
    let history = world.history().await;
    let rows: Vec<(&str, &str, &str)> = history
        .iter()
        .map(|e| {
            let text = |name: &str| e[name].as_str().unwrap_or_default();
            (text("service"), text("path"), text("actor"))
        })
        .collect();
    let ada = format!("person:{ADA}");
    assert_eq!(rows[1], ("jira", "/sites/acme/browse/SEC-1/comment", ada.as_str()));
    assert_eq!(rows[2], ("jira", "/_sim/jira/move", ada.as_str()));
    assert_eq!(rows[3], ("auth", "/auth/authorize", ada.as_str()));
    assert_eq!(rows.len(), 5, "a page view is no entry: {rows:?}");
    let moved = history[2]["commits"][0]["fields"].as_array().expect("a list").clone();
    assert!(moved.iter().any(|field| field["field"] == "key" && field["to"] == "WEB-1"));
    assert!(!json!(history).to_string().contains("ATATT3x"), "no token is in it");
}

#[tokio::test]
async fn github_and_slack_tell_of_their_changes_too() {
    let world = World::start().await;
    let api = world.info("/github/api");
    let ask = |method, path: &str| {
        let request = world.http.request(method, format!("{api}{path}"));
        request.bearer_auth(world.info("/github/token")).header("user-agent", "test")
    };
    let label = ask(reqwest::Method::POST, "/repos/acme/payments-api/labels")
        .json(&json!({"name": "x", "color": "ff0000"}));
    assert_eq!(crate::world::read(label).await.0, 201);
    let hook = json!({"config": {"url": "http://127.0.0.1:1/", "secret": "hush-hush"}});
    let hook = ask(reqwest::Method::POST, "/repos/acme/payments-api/hooks").json(&hook);
    assert_eq!(crate::world::read(hook).await.0, 201);
    world
        .http
        .post(world.info("/slack/webhook"))
        .json(&json!({"text": "hello"}))
        .send()
        .await
        .expect("an answer");
    let history = world.history().await;
    let objects: Vec<&Value> = history.iter().map(|entry| &entry["commits"][0]["object"]).collect();
    assert_eq!(objects, [&json!("repo"), &json!("hook"), &json!("message")]);
    assert!(!json!(history).to_string().contains("hush-hush"));
}

#[tokio::test]
async fn history_and_a_virtual_clock_survive_a_kill() {
    let dir = tempfile::tempdir().expect("a folder");
    let options = || Options { data: Some(dir.path().to_owned()), search_lag_ms: 0, ..Options::default() };
    let first = World::with(options()).await;
    first.ada().post("issue", bug(json!({}))).await;
    let (_, clock) = first.act("clock", json!({"mode": "virtual", "at": "2026-11-03T10:00:00Z"})).await;
    assert_eq!((&clock["mode"], &clock["now"]), (&json!("virtual"), &json!("2026-11-03T10:00:00Z")));
    first.advance(1_000).await;
    first.done("jira/permission", json!({"permission": "EDIT_ISSUES", "held": false})).await;
    let before = first.history().await;
    drop(first);
    let second = World::with(options()).await;
    assert_eq!(second.history().await, before);
    assert_eq!(second.ada().put("issue/SEC-1", json!({"fields": {"summary": "B"}})).await.0, 403);
    let after = second.history().await;
    assert_eq!(last(&after)["seq"], before.len() as u64 + 1);
    assert_eq!(last(&after)["at"], "2026-11-03T10:00:01Z");
    assert_eq!(second.act("clock", json!({"mode": "real"})).await.1["mode"], "real");
    assert_eq!(second.act("clock", json!({"at": "2026-11-03T10:00:00Z"})).await.0, 400);
    assert_eq!(second.act("clock", json!({"advance": 1})).await.0, 400);
}
