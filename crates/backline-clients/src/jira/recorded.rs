//! Recorded answers of real sites are read by our readers. They are not part of this repository: where the folder
//! beside it is absent, these tests say so and pass.

use super::{Auth, Jira, field};
use crate::scripted::Scripted;
use backline_core::jira::field::FieldMeta;
use serde_json::Value as Json;
use std::path::PathBuf;

fn recorded(name: &str) -> Option<Json> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/jira/recorded"));
    if !folder.is_dir() {
        eprintln!("skipped: there are no recorded answers beside this repository");
        return None;
    }
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

/// A client that is answered with the recorded body, and the body.
fn replay(name: &str) -> Option<(Jira, Json)> {
    let body = recorded(name)?;
    let transport = Scripted::always(200, body.to_string());
    Some((Jira::new(transport, "https://api", Auth::Bearer("t".into())), body))
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
        check_fields(&fields, body["fields"].as_array().unwrap().len());
    }
    let Some((jira, _)) = replay("saral/createmeta_issuetypes.json") else { return };
    assert_eq!(jira.issue_types(&"10000".into()).await.unwrap().len(), 5);
}

#[test]
fn recorded_screens_of_the_older_endpoint_are_read() {
    let Some(mattermost) =
        recorded("mattermost-plugin-jira/cloud-get-create-issue-metadata-for-project.json")
    else {
        return;
    };
    let mut screens = vec![mattermost];
    let exchanges = recorded("defectdojo/test_create_edit_update_finding.json").unwrap();
    screens.extend(exchanges.as_array().unwrap().iter().map(|exchange| exchange["response_body"].clone()));
    let types: Vec<Json> = screens
        .iter()
        .flat_map(|screen| screen["projects"].as_array().into_iter().flatten())
        .flat_map(|project| project["issuetypes"].as_array().into_iter().flatten())
        .cloned()
        .collect();
    assert!(types.len() >= 3);
    for issue_type in types {
        check_fields(
            &field::from_map(&issue_type["fields"]),
            issue_type["fields"].as_object().unwrap().len(),
        );
    }
}

#[tokio::test]
async fn recorded_transitions_are_read() {
    let Some((jira, body)) = replay("saral/transitions.json") else { return };
    let transitions = jira.transitions(&"10001".into()).await.unwrap();
    assert_eq!(transitions.len(), body["transitions"].as_array().unwrap().len());
    assert!(transitions.iter().any(|transition| transition.has_screen && !transition.fields.is_empty()));
}

#[tokio::test]
async fn recorded_links_comments_and_pages_are_read() {
    let Some((jira, _)) = replay("go-jira/remote_links.json") else { return };
    let links = jira.remote_links(&"10001".into()).await.unwrap();
    assert_eq!(links.len(), 2);
    assert!(links[0].resolved && !links[1].resolved && links[0].title == "TSTSUP-111");
    let (jira, _) = replay("saral/comments.json").unwrap();
    assert_eq!(jira.comments(&"10001".into()).await.unwrap().len(), 2);
    let (jira, _) = replay("saral/mypermissions_basic.json").unwrap();
    assert!(jira.permissions(&"10000".into()).await.unwrap()["CREATE_ISSUES"]);
    let (jira, _) = replay("saral/myself.json").unwrap();
    assert_eq!(jira.myself().await.unwrap().display_name, "Example User");
}

#[tokio::test]
async fn recorded_issues_are_read() {
    let Some((jira, body)) = replay("saral/issue_rich_adf.json") else { return };
    let issue = jira.load_issue(&"10001".into(), &["description".into()], &[]).await.unwrap();
    assert_eq!(issue.fields[&"description".into()], body["fields"]["description"]);
    let exchanges = recorded("defectdojo/test_create_edit_update_finding.json").unwrap();
    let mut seen = 0;
    for exchange in exchanges.as_array().unwrap() {
        let body = &exchange["response_body"];
        if exchange["method"] == "GET" && body["key"].is_string() && body["fields"]["status"].is_object() {
            let transport = Scripted::always(200, body.to_string());
            let jira = Jira::new(transport, "https://api", Auth::Bearer("t".into()));
            jira.load_issue(&body["id"].as_str().unwrap().into(), &["summary".into()], &[]).await.unwrap();
            seen += 1;
        }
    }
    assert!(seen > 0);
}
