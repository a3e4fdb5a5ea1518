use crate::world::{World, bug, read};
use backline_sim::Options;
use serde_json::{Value, json};

async fn seed(world: &World, issues: u64) -> Value {
    let body = json!({"project": "SEC", "issues": issues});
    let (status, answer) = read(world.http.post(world.url("/_sim/jira/seed")).json(&body)).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

async fn examined(world: &World) -> u64 {
    let (_, size) = read(world.http.get(world.url("/_sim/jira/seed"))).await;
    size["rows_examined"].as_u64().expect("a number")
}

fn keys(answer: &Value) -> Vec<&str> {
    let issues = answer["issues"].as_array().expect("a list").iter();
    issues.map(|issue| issue["key"].as_str().expect("a key")).collect()
}

#[tokio::test]
async fn seeded_issues_are_issues_like_any_other() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    assert_eq!(seed(&world, 50).await["issues"], 51);
    let (status, issue) = ada.get("issue/SEC-7").await;
    assert_eq!(status, 200);
    assert!(issue["fields"]["summary"].as_str().is_some_and(|text| text.contains("(7)")), "{issue}");
    assert_eq!(ada.put("issue/SEC-7", json!({"fields": {"summary": "Mine"}})).await.0, 204);
    assert_eq!(ada.get("issue/SEC-7?fields=summary").await.1["fields"]["summary"], "Mine");
    assert_eq!(ada.get("issue/SEC-7/changelog").await.1["total"], 1);
    assert_eq!(ada.delete("issue/SEC-8").await.0, 204);
    assert_eq!(ada.get("issue/SEC-8").await.0, 404);
    let (_, created) = ada.post("issue", bug(json!({}))).await;
    assert_eq!(created["key"], "SEC-52", "numbers go on after the seeded ones");
    let label = json!({"jql": "labels = seeded-2 ORDER BY key", "fields": ["summary"]});
    let (_, found) = ada.post("search/jql", label).await;
    let wanted: Vec<String> = (40..=51).map(|number| format!("SEC-{number}")).collect();
    assert_eq!(keys(&found), wanted);
}

#[tokio::test]
async fn a_second_start_finds_the_seeded_issues_as_they_were_left() {
    let dir = tempfile::tempdir().expect("a folder");
    let options =
        || Options { data: Some(dir.path().to_owned()), search_lag_ms: 0, issues: 300, ..Options::default() };
    let first = World::with(options()).await;
    let ada = first.ada();
    ada.put("issue/SEC-5", json!({"fields": {"summary": "Mine"}})).await;
    ada.delete("issue/SEC-6").await;
    ada.post("issue/SEC-9/comment", json!({"body": crate::world::doc("Seen")})).await;
    ada.put("issue/SEC-10/properties/k", json!({"a": 1})).await;
    let link = json!({"type": {"name": "Relates"}, "inwardIssue": {"key": "SEC-11"}, "outwardIssue": {"key": "SEC-12"}});
    ada.post("issueLink", link).await;
    let before = ada.get("issue/SEC-300").await.1["fields"].clone();
    first.sim.stop().await;
    let second = World::with(options()).await;
    let ada = second.ada();
    let (_, size) = read(second.http.get(second.url("/_sim/jira/seed"))).await;
    assert_eq!(size["issues"], 299, "none is made twice, and the deleted one stays away");
    assert_eq!(ada.get("issue/SEC-5").await.1["fields"]["summary"], "Mine");
    assert_eq!(ada.get("issue/SEC-6").await.0, 404);
    assert_eq!(ada.get("issue/SEC-9/comment").await.1["total"], 1);
    assert_eq!(ada.get("issue/SEC-10/properties/k").await.1["value"], json!({"a": 1}));
    let (_, linked) = ada.get("issue/SEC-12?fields=issuelinks").await;
    assert_eq!(linked["fields"]["issuelinks"][0]["inwardIssue"]["key"], "SEC-11");
    let after = ada.get("issue/SEC-300").await.1["fields"].clone();
    // Addresses name the port, which is another one now.
    for field in ["summary", "description", "labels", "created", "updated"] {
        assert_eq!(after[field], before[field], "{field}");
    }
}

/// Searches and what they may look at: no more than a page and a little, or the bound of one request.
#[tokio::test]
async fn a_search_over_a_hundred_thousand_issues_looks_at_few() {
    let world = World::start().await;
    seed(&world, 100_000).await;
    let ada = world.ada();
    for (jql, most) in [
        ("labels = seeded-777", 51),
        ("labels = nothing-has-this", 0),
        ("key = SEC-5 OR key = SEC-99999", 2),
        ("project = SEC", 51),
        ("project = SEC AND labels = seeded-777", 51),
        ("project = SEC AND labels in (seeded-1, seeded-2)", 51),
        ("project = SEC AND status = Done", 2_000),
        ("project = SEC AND statusCategory != Done AND priority = High", 2_000),
        ("project = SEC ORDER BY key", 51),
        ("project = SEC ORDER BY updated DESC", 51),
        ("project = SEC AND updated >= -1d ORDER BY updated ASC", 60),
        ("project = WEB ORDER BY updated", 0),
        ("project = SEC AND summary ~ \"nosuchword\"", 25_000),
        ("project = SEC AND summary ~ \"nosuchword\" ORDER BY updated", 25_000),
    ] {
        let before = examined(&world).await;
        let (status, answer) = ada.post("search/jql", json!({"jql": jql, "maxResults": 50})).await;
        assert_eq!(status, 200, "{jql}: {answer}");
        let rows = examined(&world).await - before;
        assert!(rows <= most, "{jql} looked at {rows} rows");
    }
    let before = examined(&world).await;
    let count = json!({"jql": "project = SEC AND priority in (Highest, High)"});
    let (_, answer) = ada.post("search/approximate-count", count).await;
    let estimate = answer["count"].as_u64().expect("a number");
    assert!((38_000..42_000).contains(&estimate), "two of five priorities: {estimate}");
    assert!(examined(&world).await - before <= 25_000);
}

#[tokio::test]
async fn pages_of_a_large_site_cost_the_same_wherever_they_are_and_miss_nothing() {
    let world = World::start().await;
    seed(&world, 30_000).await;
    let ada = world.ada();
    for (jql, wanted) in [
        ("project = SEC ORDER BY updated ASC", 30_000),
        ("project = SEC ORDER BY key DESC", 30_000),
        ("project = SEC", 30_000),
        ("project = SEC AND summary ~ \"(29990)\" ORDER BY created ASC", 1),
    ] {
        let (mut token, mut seen, mut pages) = (Value::Null, std::collections::BTreeSet::new(), 0);
        loop {
            let before = examined(&world).await;
            let query = json!({"jql": jql, "maxResults": 5_000, "nextPageToken": token});
            let (_, page) = ada.post("search/jql", query).await;
            assert!(examined(&world).await - before <= 25_000);
            for issue in page["issues"].as_array().expect("a list") {
                assert!(seen.insert(issue["id"].as_str().expect("an id").to_owned()), "{jql}: twice");
            }
            pages += 1;
            token = page["nextPageToken"].clone();
            assert_eq!(page["isLast"] == true, token.is_null());
            if token.is_null() {
                break;
            }
        }
        assert_eq!((seen.len(), pages <= 7), (wanted, true), "{jql}");
    }
}

#[tokio::test]
async fn the_board_shows_the_newest_of_each_column_and_how_many_there_are() {
    let world = World::start().await;
    seed(&world, 2_000).await;
    let page =
        world.http.get(world.url("/sites/acme/jira/projects/SEC/board")).send().await.expect("an answer");
    let html = page.text().await.expect("a page");
    assert_eq!(html.matches("class=\"column\"").count() * 50, html.matches("/browse/SEC-").count());
}
