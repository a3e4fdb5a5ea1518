//! Issues with what hangs on them, and exchanges of an older version of the API.

use super::comparison::Comparison;
use super::{get, get2, read, rows, without_custom};
use crate::world::{Caller, bug};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) async fn compare_issues(ada: &Caller<'_>, comparison: &mut Comparison) {
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
pub(super) async fn compare_old_exchanges(ada: &Caller<'_>, comparison: &mut Comparison) {
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
