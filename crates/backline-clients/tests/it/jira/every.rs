//! Every recorded file is read by an operation, or it is said why by none; and no operation takes harm from any of them.

use crate::beside;
use crate::jira::operation::operations;
use crate::recording::{Recording, answered};
use backline_clients::jira::delivery;
use backline_core::jira::kind;
use backline_core::jira::workflow::Category;
use serde_json::json;

/// Files that the tests in `recorded` and here read, in the order of their paths.
const READ: [&str; 31] = [
    "defectdojo/test_create_edit_update_finding.json",
    "defectdojo/test_engagement_epic_mapping_enabled_create_epic_and_push_findings.json",
    "defectdojo/test_import_add_comments_then_push_to_jira.json",
    "go-jira/all_fields.json",
    "go-jira/all_priorities.json",
    "go-jira/all_resolutions.json",
    "go-jira/all_statuscategories.json",
    "go-jira/all_statuses.json",
    "go-jira/component_get.json",
    "go-jira/issues_in_sprint.json",
    "go-jira/project.json",
    "go-jira/status_category.json",
    "jirametrics/SP-1.json",
    "jirametrics/SP-10.json",
    "jirametrics/SP-15.json",
    "jirametrics/sample_statuses.json",
    "mattermost-plugin-jira/cloud-get-create-issue-metadata-for-project.json",
    "saral/comments.json",
    "saral/createmeta_bug.json",
    "saral/createmeta_issuetypes.json",
    "saral/createmeta_task.json",
    "saral/field.json",
    "saral/issue_rich_adf.json",
    "saral/mypermissions_basic.json",
    "saral/myself.json",
    "saral/rate_limited.json",
    "saral/search_page1.json",
    "saral/search_page2.json",
    "saral/transitions.json",
    "saral/validation_error.json",
    "saral/versions.json",
];

/// What the names of the others begin with, and why no operation of the client reads them.
const NOT_READ: [(&str, &str); 9] = [
    ("go-jira/all_boards.json", "boards need scopes that Backline does not ask for"),
    ("go-jira/all_issuelinktypes.json", "tickets are not linked with each other"),
    ("go-jira/board_configuration.json", "boards need scopes that Backline does not ask for"),
    ("go-jira/remote_links.json", "a link is written whole by its global id, and never read"),
    ("go-jira/sprints.json", "sprints need scopes that Backline does not ask for"),
    ("jirametrics/sample_board_1_configuration.json", "boards need scopes that Backline does not ask for"),
    (
        "mattermost-plugin-jira/cloud-get-jira-project-metadata.json",
        "another product's own answer, not Jira's",
    ),
    ("mattermost-plugin-jira/webhook-", "a delivery, which no operation answers: it is read below"),
    ("saral/configuration.json", "nothing depends on the settings of a whole site"),
];

#[test]
fn every_recorded_file_is_read_or_it_is_said_why_not() {
    let is_read = |name: &String| READ.contains(&name.as_str());
    let is_excused = |name: &String| NOT_READ.iter().any(|(start, _)| name.starts_with(start));
    let names = beside::recorded();
    for name in &names {
        assert!(is_read(name) != is_excused(name), "{name} is in neither list, or in both");
    }
    let read = names.iter().filter(|name| is_read(name)).count();
    assert!(names.is_empty() || read == READ.len(), "only {read} of {} are there", READ.len());
}

#[tokio::test]
async fn no_operation_takes_harm_from_a_recorded_answer() {
    for name in beside::recorded() {
        let body = beside::read(&format!("recorded/{name}")).expect("it was just listed");
        for status in [200, 404] {
            for operation in operations() {
                let called = operation.called;
                let ended = (called.run)(Recording::new(vec![(status, body.clone())]).jira()).await;
                assert!(status < 300 || ended.is_err(), "{} took {name} with {status}", called.name);
                let told = ended.map_or_else(|error| error.to_string(), |()| String::new());
                assert!(!told.chars().any(char::is_control), "{}: {told}", called.name);
            }
        }
    }
}

#[test]
fn every_recorded_delivery_names_its_event_and_its_issue() {
    let names = beside::recorded();
    for name in names.iter().filter(|name| name.contains("/webhook-")) {
        let body = beside::read(&format!("recorded/{name}")).expect("it was just listed");
        let read =
            delivery::read(body.to_string().as_bytes()).unwrap_or_else(|| panic!("{name} is a delivery"));
        assert_eq!(body["webhookEvent"], json!(read.event), "{name}");
        assert_eq!(body["issue"]["id"].as_str(), read.issue.as_ref().map(|issue| issue.as_str()), "{name}");
    }
}

#[tokio::test]
async fn recorded_statuses_are_read_with_their_categories() {
    for name in ["go-jira/all_statuses.json", "jirametrics/sample_statuses.json"] {
        let Some(statuses) = beside::read(&format!("recorded/{name}")) else { return };
        let types = json!([{"id": "10004", "statuses": statuses}]);
        let read = answered(&types).statuses(&"10000".into(), &"10004".into()).await.unwrap();
        assert_eq!(read.len(), statuses.as_array().unwrap().len());
        assert!(read.iter().any(|status| status.category != Category::Undefined), "{read:?}");
    }
    let mut categories = beside::read("recorded/go-jira/all_statuscategories.json").unwrap();
    let one = beside::read("recorded/go-jira/status_category.json").unwrap();
    categories.as_array_mut().unwrap().push(one);
    for category in categories.as_array().unwrap() {
        let types = json!([{"id": "1", "statuses": [{"id": "3", "name": "x", "statusCategory": category}]}]);
        let read = answered(&types).statuses(&"10000".into(), &"1".into()).await.unwrap();
        assert_eq!(read[0].category, Category::from_key(category["key"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn recorded_lists_of_fields_are_read_as_screens() {
    for name in ["go-jira/all_fields.json", "saral/field.json"] {
        let Some(list) = beside::read(&format!("recorded/{name}")) else { return };
        let screen = json!({"fields": list, "total": list.as_array().unwrap().len()});
        let fields = answered(&screen).create_fields(&"10000".into(), &"10004".into()).await.unwrap();
        assert_eq!(fields.len(), list.as_array().unwrap().len());
        // Each ends as something that can be mapped, or with the reason why it cannot.
        assert!(fields.iter().all(|field| kind::of(field).map_or_else(|why| !why.is_empty(), |_| true)));
    }
}

#[tokio::test]
async fn recorded_priorities_components_and_issues_are_read() {
    let Some(priorities) = beside::read("recorded/go-jira/all_priorities.json") else { return };
    let field = json!({"fieldId": "priority", "schema": {"type": "priority"}, "allowedValues": priorities});
    let screen = json!({"fields": [field], "total": 1});
    let fields = answered(&screen).create_fields(&"10000".into(), &"10004".into()).await.unwrap();
    assert_eq!(fields[0].allowed.as_ref().unwrap().len(), priorities.as_array().unwrap().len());
    let component = beside::read("recorded/go-jira/component_get.json").unwrap();
    let components = answered(&json!([component])).components(&"10000".into()).await.unwrap();
    assert_eq!(components[0].label, "Some Component");
    let issues = beside::read("recorded/go-jira/issues_in_sprint.json").unwrap();
    let page = answered(&issues).search("sprint = 1", &["summary".into()], None).await.unwrap();
    assert_eq!((page.issues[0].key.as_str(), page.next), ("AR-86", None));
}
