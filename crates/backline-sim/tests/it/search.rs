use crate::world::{World, bug};
use backline_sim::Options;
use serde_json::{Value, json};

fn ids(answer: &Value) -> Vec<String> {
    let issues = answer["issues"].as_array().expect("a list").iter();
    issues.map(|issue| issue["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn search_is_behind_reading_is_not_and_reconciling_sees_all() {
    let world = World::with(Options { search_lag_ms: 1_000_000, ..Options::default() }).await;
    let ada = world.ada();
    let (_, created) = ada.post("issue", bug(json!({"labels": ["marker"]}))).await;
    let id = created["id"].as_str().expect("an id").to_owned();
    let query = json!({"jql": "labels = marker", "fields": ["status"]});
    assert!(ids(&ada.post("search/jql", query.clone()).await.1).is_empty());
    assert_eq!(ada.get(&format!("issue/{id}")).await.0, 200);
    let mut reconciling = query.clone();
    reconciling["reconcileIssues"] = json!([id.parse::<u64>().expect("a number")]);
    assert_eq!(ids(&ada.post("search/jql", reconciling).await.1), std::slice::from_ref(&id));
    world.advance(1_000_000).await;
    assert_eq!(ids(&ada.post("search/jql", query).await.1), [id]);
}

#[tokio::test]
async fn pages_follow_each_other_without_gaps() {
    let world = World::start().await;
    let ada = world.ada();
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(ada.bug().await);
    }
    let mut seen = Vec::new();
    let mut token = Value::Null;
    loop {
        let query =
            json!({"jql": "project = SEC order by created asc", "maxResults": 2, "nextPageToken": token});
        let (_, page) = ada.post("search/jql", query).await;
        seen.extend(ids(&page));
        token = page["nextPageToken"].clone();
        assert_eq!(page["isLast"] == true, token.is_null());
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen, made);
}

#[tokio::test]
async fn clauses_restrict_and_combine() {
    let world = World::start().await;
    let ada = world.ada();
    ada.post("issue", bug(json!({"summary": "Log4j in checkout", "labels": ["a"]}))).await;
    ada.post("issue", bug(json!({"summary": "Other", "labels": ["b"], "priority": {"name": "High"}}))).await;
    ada.post("issue/SEC-2/transitions", json!({"transition": {"id": "11"}})).await;
    for (jql, wanted) in [
        ("summary ~ log4j", vec!["10000"]),
        ("project = SEC AND labels in (b, c)", vec!["10001"]),
        ("project = SEC AND NOT labels = b", vec!["10000"]),
        ("key = SEC-2 OR key = SEC-1", vec!["10001", "10000"]),
        ("statusCategory = indeterminate", vec!["10001"]),
        ("project = SEC AND assignee is EMPTY AND priority = High", vec!["10001"]),
        ("project = SEC AND updated >= -1h AND creator = currentUser() ORDER BY key", vec!["10000", "10001"]),
        ("project = NOSUCH", vec![]),
        ("project = SEC AND cf[10030] = \"Sev 1\" ORDER BY priority DESC", vec!["10001", "10000"]),
    ] {
        let (status, answer) = ada.post("search/jql", json!({"jql": jql})).await;
        assert_eq!(
            (status, ids(&answer)),
            (200, wanted.iter().map(|id| (*id).to_owned()).collect()),
            "{jql}"
        );
    }
}

#[tokio::test]
async fn unbounded_queries_and_the_old_search_are_refused() {
    let world = World::start().await;
    let ada = world.ada();
    let (status, answer) = ada.post("search/jql", json!({"jql": "order by created"})).await;
    assert_eq!(status, 400);
    assert!(answer["errorMessages"][0].as_str().expect("text").contains("Unbounded JQL"));
    assert_eq!(ada.get("search?jql=project=SEC").await.0, 410);
    let (status, _) = crate::world::read(ada.request(reqwest::Method::GET, "2/search?jql=project=SEC")).await;
    assert_eq!(status, 410);
}

#[tokio::test]
async fn lists_and_lookups_answer_as_published() {
    let world = World::start().await;
    let ada = world.ada();
    ada.post("issue", bug(json!({"labels": ["security"]}))).await;
    for path in [
        "myself",
        "serverInfo",
        "mypermissions?permissions=BROWSE_PROJECTS,CREATE_ISSUES&projectKey=SEC",
        "project/search?query=team&maxResults=10",
        "project/SEC",
        "project/PAY",
        "project/SEC/statuses",
        "project/SEC/versions",
        "project/SEC/version",
        "project/SEC/components",
        "project/SEC/component",
        "project/SEC/securitylevel",
        "project/10000/hierarchy",
        "field",
        "priority",
        "priority/search",
        "resolution",
        "status",
        "statuscategory",
        "statuses/search",
        "issuetype",
        "issueLinkType",
        "configuration",
        "label",
        "groups/picker?query=sec",
        "jql/autocompletedata/suggestions?fieldName=labels&fieldValue=se",
        "user/search?query=ada",
        "user/assignable/search?project=SEC&query=d",
        "user/bulk?accountId=5b10ac8d82e05b22cc7d4ef5",
        "issue/SEC-1/changelog",
        "issue/SEC-1/properties",
        "issue/createmeta?projectKeys=SEC&expand=projects.issuetypes.fields",
    ] {
        assert_eq!(ada.get(path).await.0, 200, "{path}");
    }
    let (_, projects) = ada.get("project/search?maxResults=50").await;
    assert_eq!((&projects["total"], &projects["isLast"]), (&json!(61), &json!(false)));
    let (status, error) = ada.get("mypermissions?permissions=BROWSE_USERS").await;
    assert_eq!((status, &error["errors"]["BROWSE_USERS"]), (400, &json!("Unrecognized permission")));
}
