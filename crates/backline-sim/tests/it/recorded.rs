//! Answers of real sites, held against the simulator's by their shape: the same keys, of the same types.
//!
//! The recordings lie beside the project, not in it; without them nothing is compared and one line says so. Where
//! both differ for a reason, [`DIFFERENCES`] names it, and a line there that nothing needs any more fails.

mod comparison;
mod configuration;
mod difference;
mod issue;

use crate::world::{ADA, Caller, World, bug, doc};
use comparison::Comparison;
use difference::{DIFFERENCES, Difference};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folder() -> Option<PathBuf> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = from.ancestors().map(|dir| dir.join("shared/jira/recorded")).find(|dir| dir.is_dir());
    if found.is_none() {
        eprintln!("skipped: recorded answers are not beside this repository");
    }
    found
}

fn read(folder: &Path, name: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn rows(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(rows) => rows.clone(),
        Value::Object(object) => object.values().cloned().collect(),
        _ => Vec::new(),
    }
}

/// Fields of the issue that every site has; each site has its own of the others.
fn without_custom(mut issue: Value) -> Value {
    if let Some(fields) = issue["fields"].as_object_mut() {
        fields.retain(|id, _| !id.starts_with("customfield_"));
    }
    issue
}

async fn get(caller: &Caller<'_>, path: &str) -> Value {
    let (status, body) = caller.get(path).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

/// The older version of the API, which some recordings are of.
async fn get2(caller: &Caller<'_>, path: &str) -> Value {
    crate::world::read(caller.request(Method::GET, &format!("2/{path}"))).await.1
}

/// A site on which something of everything is there.
async fn furnish(ada: &Caller<'_>) {
    let more = json!({
        "description": doc("text"),
        "assignee": {"accountId": ADA},
        "components": [{"id": "10000"}],
        "fixVersions": [{"id": "10002"}],
        "labels": ["a"],
        "parent": {"key": "SEC-1"},
    });
    let epic = json!({"project": {"key": "SEC"}, "issuetype": {"name": "Epic"}, "summary": "Above"});
    assert_eq!(ada.post("issue", json!({"fields": epic})).await.0, 201);
    assert_eq!(ada.post("issue", bug(more)).await.0, 201);
    ada.bug().await;
    let times = json!({"originalEstimate": "2d"});
    let work = json!({"timetracking": [{"set": times}], "worklog": [{"add": {"timeSpent": "1h"}}]});
    assert_eq!(ada.put("issue/SEC-2", json!({"update": work})).await.0, 204);
    let visibility = json!({"type": "role", "value": "Administrators"});
    ada.post("issue/SEC-2/comment", json!({"body": doc("seen")})).await;
    ada.post("issue/SEC-2/comment", json!({"body": doc("by few"), "visibility": visibility})).await;
    let icon = json!({"url16x16": "https://a.example/i.png", "title": "Icon"});
    let mut status_icon = icon.clone();
    status_icon["link"] = "https://a.example".into();
    let link = json!({
        "globalId": "g", "relationship": "fixed by", "application": {"type": "t", "name": "n"},
        "object": {
            "url": "https://a.example", "title": "A", "summary": "S", "icon": icon,
            "status": {"resolved": true, "icon": status_icon},
        },
    });
    assert_eq!(ada.post("issue/SEC-2/remotelink", link).await.0, 201);
    let end = |key: &str| json!({"key": key});
    let link =
        json!({"type": {"name": "Relates"}, "inwardIssue": end("SEC-2"), "outwardIssue": end("SEC-3")});
    assert_eq!(ada.post("issueLink", link).await.0, 201);
}

#[tokio::test]
async fn answers_have_the_shapes_that_sites_were_seen_to_answer() {
    let Some(folder) = folder() else { return };
    let world = World::start().await;
    let ada = &world.ada();
    furnish(ada).await;
    let mut comparison = Comparison { folder, found: BTreeSet::new() };
    configuration::compare_metadata(ada, &mut comparison).await;
    configuration::compare_lists(ada, &mut comparison).await;
    issue::compare_issues(ada, &mut comparison).await;
    issue::compare_old_exchanges(ada, &mut comparison).await;

    let names = |row: &Difference, (endpoint, found): &(String, String)| {
        (row.0 == endpoint || row.0 == "*") && found.ends_with(row.1)
    };
    let is_named = |found: &(String, String)| DIFFERENCES.iter().any(|row| names(row, found));
    let unnamed: Vec<_> = comparison.found.iter().filter(|found| !is_named(found)).collect();
    assert!(unnamed.is_empty(), "{unnamed:#?}");
    let is_needless = |row: &&Difference| !comparison.found.iter().any(|found| names(row, found));
    let needless: Vec<_> = DIFFERENCES.iter().filter(is_needless).collect();
    assert!(needless.is_empty(), "these are no differences any more: {needless:#?}");
}
