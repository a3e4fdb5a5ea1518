use super::*;
use crate::jira::Auth;
use crate::scripted::{Scripted, answer};
use serde_json::json;
use std::sync::Arc;

fn jira(transport: &Arc<Scripted>) -> Jira {
    Jira::new(transport.clone(), "https://api", Auth::Bearer("t".into()))
}

#[tokio::test]
async fn a_page_of_projects_says_where_the_next_starts() {
    let body = json!({"startAt": 50, "maxResults": 50, "total": 80, "isLast": false, "values": [
        {"id": "1", "key": "EX", "name": "Example", "projectTypeKey": "software", "style": "classic", "simplified": false},
        {"id": 2, "key": "TM", "projectTypeKey": "business", "style": "next-gen"},
    ]});
    let transport = Scripted::always(200, body.to_string());
    let (projects, next) = jira(&transport).projects("e x", 50).await.unwrap();
    assert_eq!((projects[0].is_team_managed, projects[1].is_team_managed), (false, true));
    assert_eq!((projects[1].name.as_str(), next), ("TM", Some(52)));
    assert_eq!(
        transport.lines(),
        ["GET /rest/api/3/project/search?startAt=50&maxResults=50&orderBy=key&action=create&query=e%20x"]
    );
}

#[tokio::test]
async fn issue_types_are_read_to_the_last_page_under_any_name() {
    for key in ["issueTypes", "values"] {
        let transport = Scripted::new(move |request| {
            let first = request.url.contains("startAt=0");
            let items = if first {
                json!([{"id": "1", "name": "Task", "subtask": false}])
            } else {
                json!([{"id": "2", "name": "Sub-task", "subtask": true}])
            };
            Ok(answer(200, json!({key: items, "startAt": 0, "maxResults": 1, "total": 2}).to_string()))
        });
        let types = jira(&transport).issue_types(&"10000".into()).await.unwrap();
        assert_eq!(types.len(), 2);
        assert!(types[1].is_subtask);
    }
}

#[tokio::test]
async fn a_list_that_never_ends_is_an_error() {
    let transport = Scripted::always(200, r#"{"issueTypes":[{"id":"1"}]}"#);
    let error = jira(&transport).issue_types(&"1".into()).await.unwrap_err();
    assert!(matches!(error, JiraError::Garbled { .. }));
    assert_eq!(transport.lines().len(), 50);
}

#[tokio::test]
async fn an_unknown_issue_type_has_no_create_screen() {
    let error = jira(&Scripted::always(404, "")).create_fields(&"1".into(), &"2".into()).await.unwrap_err();
    assert!(matches!(error, JiraError::Gone));
}

#[tokio::test]
async fn statuses_are_those_of_the_issue_type() {
    let body = json!([
        {"id": "1", "statuses": [{"id": "9", "name": "Other", "statusCategory": {"key": "new"}}]},
        {"id": "2", "statuses": [{"id": "3", "name": "Doing", "statusCategory": {"key": "indeterminate"}}]},
    ]);
    let transport = Scripted::always(200, body.to_string());
    let statuses = jira(&transport).statuses(&"10000".into(), &"2".into()).await.unwrap();
    assert_eq!(statuses.len(), 1);
    assert_eq!(statuses[0].id.as_str(), "3");
    assert!(jira(&transport).statuses(&"10000".into(), &"7".into()).await.unwrap().is_empty());
}

#[tokio::test]
async fn archived_versions_are_not_offered() {
    let body =
        json!([{"id": "1", "name": "1.0", "archived": true}, {"id": "2", "name": "2.0", "archived": false}]);
    let versions = jira(&Scripted::always(200, body.to_string())).versions(&"1".into()).await.unwrap();
    assert_eq!(versions, [Choice::new("2", "2.0")]);
}

#[tokio::test]
async fn people_are_known_by_account_and_labels_by_value() {
    let users = json!([{"accountId": "712020:a", "displayName": "Ann", "active": true}, {"accountId": "b", "active": false}]);
    let transport = Scripted::always(200, users.to_string());
    let people = jira(&transport).assignable_users(&"1".into(), "an").await.unwrap();
    assert_eq!((people.len(), people[0].account_id.as_str()), (1, "712020:a"));
    let labels = json!({"results": [{"value": "security", "displayName": "<b>se</b>curity"}]});
    let transport = Scripted::always(200, labels.to_string());
    assert_eq!(jira(&transport).label_suggestions("se").await.unwrap(), ["security"]);
}

#[tokio::test]
async fn permissions_are_asked_for_one_project() {
    let body = json!({"permissions": {"CREATE_ISSUES": {"havePermission": true}, "LINK_ISSUES": {"havePermission": false}}});
    let transport = Scripted::always(200, body.to_string());
    let held = jira(&transport).permissions(&"10000".into()).await.unwrap();
    assert_eq!((held["CREATE_ISSUES"], held["LINK_ISSUES"]), (true, false));
    assert!(transport.lines()[0].ends_with("&projectId=10000"));
}
