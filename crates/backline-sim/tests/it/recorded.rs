//! Answers of real sites, held against the simulator's by their shape: the same keys, of the same types.
//!
//! The recordings lie beside the project, not in it; without them nothing is compared and one line says so. Where
//! both differ for a reason, [`DIFFERENCES`] names it, and a line there that nothing needs any more fails.

mod difference;

use crate::shape::{differences, shape};
use crate::world::{ADA, Caller, World, bug, doc};
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

/// Every endpoint with what was recorded of it and what the simulator answers.
struct Comparison {
    folder: PathBuf,
    found: BTreeSet<(String, String)>,
}

impl Comparison {
    fn compare(&mut self, endpoint: &str, recorded: &[&Value], answered: &[&Value]) {
        assert!(!recorded.is_empty() && !answered.is_empty(), "{endpoint}: nothing to compare");
        let found = differences(&shape(recorded.iter().copied()), &shape(answered.iter().copied()));
        self.found.extend(found.into_iter().map(|difference| (endpoint.to_owned(), difference)));
    }

    fn files(&self, names: &[&str]) -> Vec<Value> {
        names.iter().map(|name| read(&self.folder, name)).collect()
    }

    fn whole(&mut self, endpoint: &str, names: &[&str], answered: &[Value]) {
        let recorded = self.files(names);
        self.compare(endpoint, &recorded.iter().collect::<Vec<_>>(), &answered.iter().collect::<Vec<_>>());
    }

    /// Compares fields of one kind with each other: what they have depends on what they are.
    fn fields(&mut self, endpoint: &str, recorded: &[Value], answered: &[Value]) {
        for kind in recorded.iter().map(kind_of).collect::<BTreeSet<_>>() {
            let of_kind = |fields: &'_ [Value]| -> Vec<Value> {
                fields.iter().filter(|field| kind_of(field) == kind).cloned().collect()
            };
            let (one, other) = (of_kind(recorded), of_kind(answered));
            if other.is_empty() {
                self.found.insert((format!("{endpoint} {kind}"), " is not answered".into()));
                continue;
            }
            let endpoint = format!("{endpoint} {kind}");
            self.compare(&endpoint, &one.iter().collect::<Vec<_>>(), &other.iter().collect::<Vec<_>>());
        }
    }
}

/// What follows the last colon of `schema.custom`; else `schema.system` or the id, and that it is Jira's own.
fn kind_of(field: &Value) -> String {
    let schema = &field["schema"];
    match schema["custom"].as_str().and_then(|custom| custom.rsplit(':').next()) {
        Some(custom) => custom.to_owned(),
        None => format!("system {}", schema["system"].as_str().or(field["id"].as_str()).unwrap_or_default()),
    }
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
    compare_metadata(ada, &mut comparison).await;
    compare_lists(ada, &mut comparison).await;
    compare_issues(ada, &mut comparison).await;
    compare_old_exchanges(ada, &mut comparison).await;

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

async fn compare_metadata(ada: &Caller<'_>, comparison: &mut Comparison) {
    let types = get(ada, "issue/createmeta/SEC/issuetypes").await;
    comparison.whole("createmeta types", &["saral/createmeta_issuetypes.json"], &[types]);
    let mut answered = Vec::new();
    let mut page = Value::Null;
    for path in ["SEC/issuetypes/10001", "SEC/issuetypes/10004", "ALL/issuetypes/10006"] {
        page = get(ada, &format!("issue/createmeta/{path}?maxResults=200")).await;
        answered.extend(rows(&page["fields"]));
    }
    let screens = comparison.files(&["saral/createmeta_bug.json", "saral/createmeta_task.json"]);
    let recorded: Vec<Value> = screens.iter().flat_map(|screen| rows(&screen["fields"])).collect();
    comparison.fields("createmeta", &recorded, &answered);
    // Around the fields.
    let around = |mut page: Value| {
        page["fields"] = json!([]);
        page
    };
    let (one, other) = (around(screens[0].clone()), around(page));
    comparison.compare("createmeta", &[&one], &[&other]);
    let all = get(ada, "field").await;
    let (recorded, answered) = (comparison.files(&["saral/field.json"]), rows(&all));
    comparison.fields("field", &rows(&recorded[0]), &answered);
    let transitions = get(ada, "issue/SEC-2/transitions?expand=transitions.fields").await;
    let recorded = comparison.files(&["saral/transitions.json"]).remove(0);
    let bare = |list: &Value| -> Vec<Value> {
        let mut rows = rows(&list["transitions"]);
        rows.iter_mut().for_each(|row| row["fields"] = Value::Null);
        rows
    };
    let (one, other) = (bare(&recorded), bare(&transitions));
    comparison.compare("transitions", &one.iter().collect::<Vec<_>>(), &other.iter().collect::<Vec<_>>());
    let fields = |list: &Value| -> Vec<Value> {
        rows(&list["transitions"]).iter().flat_map(|row| rows(&row["fields"])).collect()
    };
    let mut answered = fields(&transitions);
    answered.extend(rows(&get(ada, "issue/SEC-2/editmeta").await["fields"]).into_iter().map(|mut field| {
        // A transition repeats the id, edit metadata need not.
        field["fieldId"] = "id".into();
        field
    }));
    let recorded: Vec<Value> =
        fields(&recorded).into_iter().filter(|field| kind_of(field) == "system resolution").collect();
    comparison.fields("transition", &recorded, &answered);
}

async fn compare_lists(ada: &Caller<'_>, comparison: &mut Comparison) {
    for (endpoint, names, path) in [
        ("myself", &["saral/myself.json"][..], "myself"),
        ("versions", &["saral/versions.json"], "project/SEC/version?expand=issuesstatus"),
        ("configuration", &["saral/configuration.json"], "configuration"),
        ("comments", &["saral/comments.json"], "issue/SEC-2/comment"),
        ("priorities", &["go-jira/all_priorities.json"], "priority"),
        ("statuses", &["go-jira/all_statuses.json", "jirametrics/sample_statuses.json"], "status"),
        ("status categories", &["go-jira/all_statuscategories.json"], "statuscategory"),
        ("resolutions", &["go-jira/all_resolutions.json"], "resolution"),
        ("link types", &["go-jira/all_issuelinktypes.json"], "issueLinkType"),
        ("remote links", &["go-jira/remote_links.json"], "issue/SEC-2/remotelink"),
        ("project", &["go-jira/project.json"], "project/SEC"),
        ("component", &["go-jira/component_get.json"], "component/10000"),
    ] {
        let mut answered = get(ada, path).await;
        let mut recorded = comparison.files(names);
        // Names of roles are the site's own.
        for body in recorded.iter_mut().chain([&mut answered]) {
            if let Some(roles) = body.get_mut("roles") {
                *roles = rows(roles).into();
            }
        }
        if let Some(types) = answered.get("issueLinkTypes") {
            answered = types.clone();
        }
        // What a document holds is the writer's business.
        for body in recorded.iter_mut().chain([&mut answered]) {
            for comment in body.get_mut("comments").and_then(Value::as_array_mut).into_iter().flatten() {
                comment["body"] = comment["body"]["type"].clone();
            }
        }
        comparison.compare(endpoint, &recorded.iter().collect::<Vec<_>>(), &[&answered]);
    }
    let permissions = get(ada, "mypermissions?permissions=EDIT_ISSUES,CREATE_ISSUES&projectKey=SEC").await;
    let recorded = rows(&comparison.files(&["saral/mypermissions_basic.json"])[0]["permissions"]);
    let answered = rows(&permissions["permissions"]);
    comparison.compare(
        "permissions",
        &recorded.iter().collect::<Vec<_>>(),
        &answered.iter().collect::<Vec<_>>(),
    );
}

async fn compare_issues(ada: &Caller<'_>, comparison: &mut Comparison) {
    let fields = ["summary", "status", "priority", "assignee", "issuetype", "updated"];
    let search = |token: Value| {
        let mut body = json!({"jql": "project = SEC ORDER BY key", "fields": fields, "maxResults": 1});
        if token.is_string() {
            body["nextPageToken"] = token;
        }
        ada.post("search/jql", body)
    };
    let (_, first) = search(Value::Null).await;
    let (_, second) = search(first["nextPageToken"].clone()).await;
    comparison.whole("search", &["saral/search_page1.json", "saral/search_page2.json"], &[first, second]);
    let issue = get(ada, "issue/SEC-2").await;
    let mut recorded = comparison.files(&["saral/issue_rich_adf.json"]);
    recorded[0]["fields"]["description"] = recorded[0]["fields"]["description"]["type"].clone();
    let mut answered = issue;
    answered["fields"]["description"] = "doc".into();
    // It was asked for with some fields.
    let asked: BTreeSet<String> =
        recorded[0]["fields"].as_object().into_iter().flatten().map(|(id, _)| id.clone()).collect();
    if let Some(fields) = answered["fields"].as_object_mut() {
        fields.retain(|id, _| asked.contains(id));
    }
    comparison.compare("issue", &[&without_custom(recorded.remove(0))], &[&without_custom(answered)]);
    let changed = json!({"update": {"labels": [{"add": "b"}], "customfield_10034": [{"set": "x"}]}});
    ada.put("issue/SEC-2", changed).await;
    let issue = get(ada, "issue/SEC-2?expand=changelog").await;
    let recorded =
        comparison.files(&["jirametrics/SP-1.json", "jirametrics/SP-10.json", "jirametrics/SP-15.json"]);
    let histories = |issue: &Value| rows(&issue["changelog"]["histories"]);
    let recorded: Vec<Value> = recorded.iter().flat_map(histories).collect();
    let answered = histories(&issue);
    comparison.compare(
        "changelog",
        &recorded.iter().collect::<Vec<_>>(),
        &answered.iter().collect::<Vec<_>>(),
    );
}

/// Conversations of another product with a site, in version 2 of the API.
async fn compare_old_exchanges(ada: &Caller<'_>, comparison: &mut Comparison) {
    let exchanges: Vec<Value> = [
        "defectdojo/test_create_edit_update_finding.json",
        "defectdojo/test_import_add_comments_then_push_to_jira.json",
        "defectdojo/test_engagement_epic_mapping_enabled_create_epic_and_push_findings.json",
    ]
    .iter()
    .flat_map(|name| rows(&read(&comparison.folder, name)))
    .collect();
    let of = |method: &str, end: &dyn Fn(&str) -> bool| -> Vec<Value> {
        let path = |exchange: &Value| {
            let uri = exchange["uri"].as_str().unwrap_or_default();
            uri.split_once("/rest/api/2/").map(|(_, path)| path.split('?').next().unwrap_or(path).to_owned())
        };
        let wanted = exchanges
            .iter()
            .filter(|exchange| exchange["method"] == method && path(exchange).is_some_and(|path| end(&path)));
        wanted
            .map(|exchange| exchange["response_body"].clone())
            .filter(|body| body.is_object() || body.is_array())
            .collect()
    };
    let refs = |values: &'_ [Value]| -> Vec<Value> { values.to_vec() };
    let mut pairs: Vec<(&str, Vec<Value>, Vec<Value>)> = Vec::new();
    pairs.push(("server", of("GET", &|path| path == "serverInfo"), vec![get2(ada, "serverInfo").await]));
    let body = bug(json!({"description": "text"}));
    let (_, created) = crate::world::read(ada.request(Method::POST, "2/issue").json(&body)).await;
    pairs.push(("created", of("POST", &|path| path == "issue"), vec![created]));
    let comment = ada.request(Method::POST, "2/issue/SEC-2/comment").json(&json!({"body": "text"}));
    let is_comment = |path: &str| path.ends_with("/comment");
    pairs.push(("comment", of("POST", &is_comment), vec![crate::world::read(comment).await.1]));
    for (endpoint, recorded, answered) in &pairs {
        let (recorded, answered) = (refs(recorded), refs(answered));
        comparison.compare(
            endpoint,
            &recorded.iter().collect::<Vec<_>>(),
            &answered.iter().collect::<Vec<_>>(),
        );
    }
    let screens = of("GET", &|path| path == "issue/createmeta");
    let mattermost =
        comparison.files(&["mattermost-plugin-jira/cloud-get-create-issue-metadata-for-project.json"]);
    let live = get2(ada, "issue/createmeta?projectKeys=SEC,ALL&issuetypeIds=10001,10004,10006&expand=projects.issuetypes.fields").await;
    let fields = |screen: &Value| -> Vec<Value> {
        let types = rows(&screen["projects"]).into_iter().flat_map(|project| rows(&project["issuetypes"]));
        types.flat_map(|issue_type| rows(&issue_type["fields"])).collect()
    };
    let recorded: Vec<Value> = screens.iter().chain(&mattermost).flat_map(fields).collect();
    let answered = fields(&live);
    comparison.fields("old createmeta", &recorded, &answered);
    let issues = of("GET", &|path| {
        path.starts_with("issue/") && path.matches('/').count() == 1 && !path.contains("createmeta")
    });
    let answered = [get2(ada, "issue/SEC-2").await, get2(ada, "issue/SEC-3").await];
    let recorded: Vec<Value> = issues.into_iter().map(without_custom).collect();
    let answered: Vec<Value> = answered.into_iter().map(without_custom).collect();
    comparison.compare(
        "old issue",
        &recorded.iter().collect::<Vec<_>>(),
        &answered.iter().collect::<Vec<_>>(),
    );
    let all = of("GET", &|path| path == "field").into_iter().flat_map(|list| rows(&list)).collect::<Vec<_>>();
    comparison.fields("old field", &all, &rows(&get2(ada, "field").await));
}
