//! Recorded answers of real sites are read by every operation that they belong to.

use crate::beside;
use crate::jira::operation::{create, doc, none};
use crate::recording::{Recording, answered};
use backline_clients::jira::{Jira, JiraError};
use backline_core::jira::field::FieldMeta;
use serde_json::{Value as Json, json};

/// A client that is answered with the recorded body, and the body.
fn replay(name: &str) -> Option<(Jira, Json)> {
    let body = beside::read(&format!("recorded/{name}"))?;
    Some((answered(&body), body))
}

fn len(list: &Json) -> usize {
    list.as_array().map_or_else(|| list.as_object().unwrap().len(), Vec::len)
}

fn check_fields(fields: &[FieldMeta], count: usize) {
    assert_eq!(fields.len(), count);
    for field in fields {
        assert!(field.schema.is_some() && !field.name.is_empty(), "{field:?}");
        assert!(field.allowed.iter().flatten().all(|choice| !choice.id.is_empty()), "{field:?}");
    }
}

#[tokio::test]
async fn recorded_create_screens_are_read() {
    for name in ["saral/createmeta_bug.json", "saral/createmeta_task.json"] {
        let Some((jira, body)) = replay(name) else { return };
        let fields = jira.create_fields(&"10000".into(), &"10004".into()).await.unwrap();
        check_fields(&fields, len(&body["fields"]));
    }
    let (jira, _) = replay("saral/createmeta_issuetypes.json").unwrap();
    assert_eq!(jira.issue_types(&"10000".into()).await.unwrap().len(), 5);
}

#[tokio::test]
async fn recorded_screens_of_the_older_endpoint_are_read() {
    let name = "recorded/mattermost-plugin-jira/cloud-get-create-issue-metadata-for-project.json";
    let Some(mattermost) = beside::read(name) else { return };
    let mut screens = vec![mattermost];
    screens.extend(exchanges().into_iter().map(|exchange| exchange["response_body"].clone()));
    let types: Vec<Json> = screens
        .iter()
        .flat_map(|screen| screen["projects"].as_array().into_iter().flatten())
        .flat_map(|project| project["issuetypes"].as_array().into_iter().flatten())
        .cloned()
        .collect();
    assert!(types.len() >= 6, "{}", types.len());
    for issue_type in types {
        // Its fields stand in an object by id, as those of an edit screen do.
        let fields = answered(&issue_type).edit_fields(&"10001".into()).await.unwrap();
        check_fields(&fields, len(&issue_type["fields"]));
    }
}

#[tokio::test]
async fn recorded_transitions_are_read() {
    let Some((jira, body)) = replay("saral/transitions.json") else { return };
    let transitions = jira.transitions(&"10001".into()).await.unwrap();
    assert_eq!(transitions.len(), len(&body["transitions"]));
    assert!(transitions.iter().any(|transition| transition.has_screen && !transition.fields.is_empty()));
}

#[tokio::test]
async fn recorded_comments_people_and_permissions_are_read() {
    let Some((jira, _)) = replay("saral/comments.json") else { return };
    assert_eq!(jira.comments(&"10001".into()).await.unwrap().len(), 2);
    let (jira, _) = replay("saral/mypermissions_basic.json").unwrap();
    assert!(jira.permissions(&"10000".into()).await.unwrap()["CREATE_ISSUES"]);
    let (jira, _) = replay("saral/myself.json").unwrap();
    assert_eq!(jira.myself().await.unwrap().display_name, "Example User");
}

#[tokio::test]
async fn recorded_projects_and_their_lists_are_read() {
    let Some((jira, body)) = replay("go-jira/project.json") else { return };
    let project = jira.load_project("ABDERA").await.unwrap();
    assert_eq!((project.key.as_str(), project.id.as_str()), ("ABDERA", "12310505"));
    let (unarchived, types) = (|version: &&Json| version["archived"] != true, &body["issueTypes"]);
    let versions = answered(&body["versions"]).versions(&project.id).await.unwrap();
    assert_eq!(versions.len(), body["versions"].as_array().unwrap().iter().filter(unarchived).count());
    let components = answered(&body["components"]).components(&project.id).await.unwrap();
    assert_eq!(components.len(), len(&body["components"]));
    let page = json!({"issueTypes": types, "total": len(types)});
    assert_eq!(answered(&page).issue_types(&project.id).await.unwrap().len(), len(types));
    let (jira, body) = replay("go-jira/all_resolutions.json").unwrap();
    assert_eq!(jira.resolution_field().await.unwrap().allowed.unwrap().len(), len(&body));
    let (_, page) = replay("saral/versions.json").unwrap();
    let versions = answered(&page["values"]).versions(&"10000".into()).await.unwrap();
    assert!(versions.iter().any(|version| version.label == "2026.2"));
}

#[tokio::test]
async fn recorded_issues_are_read() {
    for name in ["SP-1", "SP-10", "SP-15"] {
        let Some((jira, body)) = replay(&format!("jirametrics/{name}.json")) else { return };
        let id = body["id"].as_str().unwrap().into();
        let issue = jira.load_issue(&id, &["summary".into(), "created".into()], &[]).await.unwrap();
        assert_eq!(
            (issue.key.as_str(), &issue.fields[&"summary".into()]),
            (name, &body["fields"]["summary"])
        );
    }
    let (jira, body) = replay("saral/issue_rich_adf.json").unwrap();
    let issue = jira.load_issue(&"10001".into(), &["description".into()], &[]).await.unwrap();
    assert_eq!(issue.fields[&"description".into()], body["fields"]["description"]);
}

#[tokio::test]
async fn recorded_pages_of_a_search_follow_each_other() {
    let Some(mut pages) = ["saral/search_page1.json", "saral/search_page2.json"]
        .iter()
        .map(|name| beside::read(&format!("recorded/{name}")))
        .collect::<Option<Vec<Json>>>()
    else {
        return;
    };
    // They were asked for without the project, for which the client always asks.
    for issue in pages.iter_mut().flat_map(|page| page["issues"].as_array_mut().unwrap()) {
        issue["fields"]["project"] = json!({"id": "10000"});
    }
    let first = answered(&pages[0]).search("project = EX", &["summary".into()], None).await.unwrap();
    assert_eq!(first.issues.len(), len(&pages[0]["issues"]));
    assert!(first.next.is_some() && first.next.as_deref() == pages[0]["nextPageToken"].as_str());
    let next = first.next.as_deref();
    let last = answered(&pages[1]).search("project = EX", &["summary".into()], next).await.unwrap();
    assert_eq!((last.issues.len(), last.next), (len(&pages[1]["issues"]), None));
}

#[tokio::test]
async fn recorded_refusals_are_told_apart() {
    let Some(refused) = beside::read("recorded/saral/validation_error.json") else { return };
    let error =
        Recording::new(vec![(400, refused.clone())]).jira().create_issue(&create()).await.unwrap_err();
    let JiraError::Refused { fields } = error else { panic!("{error}") };
    assert_eq!(fields.len(), len(&refused["errors"]) + len(&refused["errorMessages"]));
    let limited = beside::read("recorded/saral/rate_limited.json").unwrap();
    let error = Recording::new(vec![(429, limited)]).jira().myself().await.unwrap_err();
    assert!(matches!(error, JiraError::Throttled { .. }), "{error}");
}

/// What a product of another kind and a real site said to each other.
fn exchanges() -> Vec<Json> {
    let names = [
        "test_create_edit_update_finding",
        "test_import_add_comments_then_push_to_jira",
        "test_engagement_epic_mapping_enabled_create_epic_and_push_findings",
    ];
    let files = names.iter().filter_map(|name| beside::read(&format!("recorded/defectdojo/{name}.json")));
    files.flat_map(|file| file.as_array().unwrap().clone()).collect()
}

/// Which operation reads an exchange; `None` for those that Backline does not call.
async fn read(exchange: &Json) -> Option<&'static str> {
    let uri = exchange["uri"].as_str().unwrap();
    let path = uri.split_once("/rest/api/")?.1.split_once('/')?.1.split('?').next()?;
    let (body, status) = (&exchange["response_body"], exchange["status"].as_u64()?);
    let jira = Recording::new(vec![(u16::try_from(status).ok()?, body.clone())]).jira();
    let segments: Vec<&str> = path.split('/').collect();
    match (exchange["method"].as_str()?, segments.as_slice()) {
        ("POST", ["issue"]) => {
            assert_eq!(jira.create_issue(&create()).await.unwrap().key.as_str(), body["key"]);
            Some("create_issue")
        }
        ("GET", ["issue", name]) if *name != "createmeta" => {
            let id = body["id"].as_str()?.into();
            let issue = jira.load_issue(&id, &["summary".into()], &[]).await.unwrap();
            assert_eq!(issue.fields[&"summary".into()], body["fields"]["summary"]);
            Some("load_issue")
        }
        ("PUT", ["issue", id]) => {
            jira.edit_issue(&(*id).into(), &none(), &none()).await.unwrap();
            Some("edit_issue")
        }
        ("POST", ["issue", id, "transitions"]) => {
            jira.transition(&(*id).into(), &"31".into(), &none(), &none()).await.unwrap();
            Some("transition")
        }
        ("POST", ["issue", id, "comment"]) => {
            assert_eq!(jira.add_comment(&(*id).into(), &doc(), "k").await.unwrap(), body["id"]);
            Some("add_comment")
        }
        _ => None,
    }
}

#[tokio::test]
async fn recorded_exchanges_are_read_by_their_operations() {
    let exchanges = exchanges();
    let mut seen = std::collections::BTreeMap::new();
    for exchange in &exchanges {
        if let Some(operation) = read(exchange).await {
            *seen.entry(operation).or_insert(0) += 1;
        }
    }
    let expected =
        [("add_comment", 2), ("create_issue", 5), ("edit_issue", 2), ("load_issue", 12), ("transition", 1)];
    assert!(exchanges.is_empty() || seen == expected.into(), "{seen:?}");
}
