use super::*;
use crate::jira::Auth;
use crate::scripted::{Scripted, answer};
use backline_core::jira::workflow::Category;
use std::sync::Arc;

fn jira(transport: &Arc<Scripted>) -> Jira {
    Jira::new(transport.clone(), "https://api/ex/jira/c/", Auth::Bearer("token".into()))
}

fn wire(id: &str) -> Json {
    json!({"id": id, "key": format!("EX-{id}"), "fields": {
        "project": {"id": "10000", "key": "EX"},
        "status": {"id": "3", "name": "Doing", "statusCategory": {"key": "indeterminate"}},
        "summary": "S",
    }, "properties": {"backline.link": {"n": 1}}})
}

#[tokio::test]
async fn a_create_is_sent_in_one_body_with_its_marker() {
    let transport = Scripted::always(201, r#"{"id":"10","key":"EX-1","self":"x"}"#);
    let create = CreateIssue {
        fields: [("summary".into(), json!("S")), ("project".into(), json!({"id": "1"}))].into(),
        update: [("issuelinks".into(), vec![json!({"add": {"type": {"id": "10000"}}})])].into(),
        properties: vec![("backline.link".into(), json!({"n": 1}))],
    };
    let created = jira(&transport).create_issue(&create).await.unwrap();
    assert_eq!((created.id.as_str(), created.key.as_str()), ("10", "EX-1"));
    assert_eq!(transport.lines(), ["POST /ex/jira/c/rest/api/3/issue"]);
    assert_eq!(
        transport.last_json(),
        json!({"fields": {"project": {"id": "1"}, "summary": "S"},
            "update": {"issuelinks": [{"add": {"type": {"id": "10000"}}}]}, "properties": [{"key": "backline.link", "value": {"n": 1}}]})
    );
    let sent = transport.last();
    let authorization = sent.headers.iter().find(|(name, _)| name == "authorization").unwrap();
    assert_eq!(authorization.1, "Bearer token");
}

#[tokio::test]
async fn a_create_without_id_and_key_may_have_happened() {
    for (status, body) in [
        (201, "{}"),
        (201, ""),
        (201, r#"{"id":"10"}"#),
        (201, r#"{"id":"","key":""}"#),
        (201, "[]"),
        (200, r#"{"id":"10","key":"EX-1"}"#),
        (204, ""),
        (200, "<html>"),
        (201, r#"{"id":"login","key":"page"}"#),
        (201, r#"{"id":"10","key":"EX"}"#),
        (201, r#"{"id":"-1","key":"EX-x"}"#),
    ] {
        let error =
            jira(&Scripted::always(status, body)).create_issue(&CreateIssue::default()).await.unwrap_err();
        assert!(matches!(error, JiraError::Garbled { .. }) && error.effect_unknown(), "{status} {body}");
    }
}

#[tokio::test]
async fn an_edit_sends_only_what_it_has() {
    let transport = Scripted::always(204, "");
    let update = [("labels".into(), vec![json!({"add": "a"})])].into();
    jira(&transport).edit_issue(&"10".into(), &BTreeMap::new(), &update).await.unwrap();
    assert_eq!(transport.lines(), ["PUT /ex/jira/c/rest/api/3/issue/10"]);
    assert_eq!(transport.last_json(), json!({"update": {"labels": [{"add": "a"}]}}));
}

#[tokio::test]
async fn an_edit_answered_by_a_page_is_no_success() {
    let pages =
        [(200, "<html>login</html>"), (204, "words"), (200, ""), (200, r#"{"id":"11"}"#), (201, "{}")];
    for (status, body) in pages {
        let error = jira(&Scripted::always(status, body))
            .edit_issue(&"10".into(), &BTreeMap::new(), &BTreeMap::new())
            .await
            .unwrap_err();
        assert!(error.effect_unknown());
    }
}

#[tokio::test]
async fn an_issue_is_read_with_its_status_and_nulls() {
    let transport = Scripted::always(200, wire("10").to_string());
    let fields = ["summary".into(), "duedate".into(), "status".into()];
    let issue = jira(&transport).load_issue(&"10".into(), &fields, &["backline.link", "b"]).await.unwrap();
    assert_eq!(issue.status.category, Category::Indeterminate);
    assert_eq!(issue.project.as_str(), "10000");
    assert_eq!(issue.fields[&FieldId::from("summary")], "S");
    assert_eq!(issue.fields[&FieldId::from("duedate")], Json::Null);
    assert_eq!(issue.properties["backline.link"], json!({"n": 1}));
    assert_eq!(
        transport.lines(),
        [
            "GET /ex/jira/c/rest/api/3/issue/10?fields=project%2Cstatus%2Cresolution%2Cupdated%2Csummary%2Cduedate&properties=backline.link%2Cb"
        ]
    );
}

#[tokio::test]
async fn another_issues_answer_is_never_taken() {
    let error = jira(&Scripted::always(200, wire("11").to_string())).load_issue(&"10".into(), &[], &[]).await;
    assert!(matches!(error, Err(JiraError::Garbled { .. })));
}

#[tokio::test]
async fn an_issue_without_its_status_is_not_understood() {
    let mut body = wire("10");
    body["fields"]["status"] = Json::Null;
    let error = jira(&Scripted::always(200, body.to_string())).load_issue(&"10".into(), &[], &[]).await;
    assert!(matches!(error, Err(JiraError::Garbled { .. })));
}

#[tokio::test]
async fn bulk_fetch_goes_by_hundreds_and_names_what_is_missing() {
    let transport = Scripted::new(|request| {
        let body: Json = serde_json::from_slice(request.body.as_ref().unwrap()).unwrap();
        let asked = body["issueIdsOrKeys"].as_array().unwrap().clone();
        assert!(asked.len() <= 100);
        let mut issues: Vec<Json> =
            asked.iter().map(|id| id.as_str().unwrap()).filter(|id| *id != "7").map(wire).collect();
        issues.push(wire("999"));
        Ok(answer(
            200,
            json!({"issues": issues, "issueErrors": [{"id": "7", "errorMessage": "?"}]}).to_string(),
        ))
    });
    let ids: Vec<IssueId> = (0..150).chain([3]).map(|n: u32| IssueId(n.to_string())).collect();
    let (issues, missing) = jira(&transport).bulk_fetch(&ids, &[], &["backline.link"]).await.unwrap();
    assert_eq!((issues.len(), missing), (149, vec![IssueId::from("7")]));
    assert_eq!(transport.lines().len(), 2);
}
