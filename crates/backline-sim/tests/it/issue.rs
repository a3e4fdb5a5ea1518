use crate::world::{PAT, World, bug, doc};
use serde_json::json;

#[tokio::test]
async fn every_field_that_is_wrong_is_named_in_one_answer() {
    let world = World::start().await;
    let body = json!({"fields": {
        "project": {"key": "SEC"},
        "issuetype": {"id": "10004"},
        "description": "no document",
        "labels": ["two words"],
        "customfield_10030": {"value": "Sev 9"},
        "customfield_10043": "https://not.on.this.screen",
    }});
    let (status, answer) = world.ada().post("issue", body).await;
    assert_eq!(status, 400);
    let errors = &answer["errors"];
    assert_eq!(errors["summary"], "You must specify a summary of the issue.");
    assert_eq!(
        errors["description"],
        "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
    );
    assert_eq!(errors["labels"], "The label 'two words' contains spaces which is invalid.");
    assert_eq!(errors["customfield_10030"], "Option value 'Sev 9' is not valid");
    assert_eq!(errors["customfield_10031"], "Found in environment is required.");
    assert_eq!(
        errors["customfield_10043"],
        "Field 'customfield_10043' cannot be set. It is not on the appropriate screen, or unknown."
    );
}

#[tokio::test]
async fn a_created_issue_reads_back_with_defaults_and_site_time() {
    let world = World::start().await;
    let ada = world.ada();
    let mut body = bug(json!({"description": doc("What happened"), "labels": ["b", "a", "b"]}));
    body["properties"] = json!([{"key": "backline.link", "value": {"n": 1}}]);
    let (status, created) = ada.post("issue", body).await;
    assert_eq!(status, 201, "{created}");
    assert_eq!(created["key"], "SEC-1");
    let (_, issue) = ada.get("issue/SEC-1?properties=backline.link").await;
    assert_eq!(issue["fields"]["labels"], json!(["a", "b"]));
    assert_eq!(issue["fields"]["priority"]["name"], "Medium");
    assert_eq!(issue["fields"]["reporter"]["displayName"], "Ada Admin");
    assert_eq!(issue["fields"]["description"], doc("What happened"));
    assert_eq!(issue["properties"]["backline.link"]["n"], 1);
    assert!(issue["fields"]["created"].as_str().expect("text").ends_with("+0200"));
    assert_eq!(issue["fields"]["customfield_10034"], json!(null));
}

#[tokio::test]
async fn structurally_bad_documents_name_no_field() {
    let world = World::start().await;
    let document =
        json!({"type": "doc", "version": 1, "content": [{"type": "heading", "attrs": {"level": 7}}]});
    let (status, answer) = world.ada().post("issue", bug(json!({"description": document}))).await;
    assert_eq!((status, &answer["errorMessages"]), (400, &json!(["INVALID_INPUT"])));
}

#[tokio::test]
async fn bulk_create_keeps_what_is_good_and_counts_what_is_not() {
    let world = World::start().await;
    let bad = json!({"fields": {"project": {"key": "SEC"}, "issuetype": {"name": "Bug"}}});
    let body = json!({"issueUpdates": [bad, bug(json!({})), bad]});
    let (status, answer) = world.ada().post("issue/bulk", body).await;
    assert_eq!(status, 201);
    assert_eq!(answer["issues"].as_array().map(Vec::len), Some(1));
    let failed: Vec<_> =
        answer["errors"].as_array().expect("a list").iter().map(|e| &e["failedElementNumber"]).collect();
    assert_eq!(failed, [0, 2]);
}

#[tokio::test]
async fn bulk_create_refuses_when_nothing_is_good_and_beyond_fifty() {
    let world = World::start().await;
    let ada = world.ada();
    let bad = json!({"fields": {"project": {"key": "SEC"}, "issuetype": {"name": "Bug"}}});
    let (status, answer) = ada.post("issue/bulk", json!({"issueUpdates": [bad, bad]})).await;
    assert_eq!((status, &answer["issues"]), (400, &json!([])));
    let text = "You must specify a summary of the issue.";
    assert_eq!(answer["errors"][1]["elementErrors"]["errors"]["summary"], text);
    let many = vec![bug(json!({})); 51];
    assert_eq!(ada.post("issue/bulk", json!({"issueUpdates": many})).await.0, 400);
    assert_eq!(ada.get("issue/SEC-1").await.0, 404, "none was created");
}

#[tokio::test]
async fn bulk_fetch_orders_by_id_and_reports_the_missing() {
    let world = World::start().await;
    let ada = world.ada();
    let (first, second) = (ada.bug().await, ada.bug().await);
    let body = json!({"issueIdsOrKeys": [second, "SEC-1", "SEC-99"], "fields": ["status"]});
    let (_, answer) = ada.post("issue/bulkfetch", body).await;
    assert_eq!(answer["issues"][0]["id"], first);
    assert_eq!(answer["issues"][1]["id"], second);
    assert_eq!(answer["issueErrors"][0]["id"], "SEC-99");
    let history = world.history().await;
    let fetch = history.iter().find(|e| e["path"].as_str().is_some_and(|p| p.ends_with("bulkfetch")));
    assert_eq!(fetch.expect("recorded")["write"], false);
}

#[tokio::test]
async fn a_moved_issue_answers_to_its_old_key_and_a_deleted_one_to_none() {
    let world = World::start().await;
    let ada = world.ada();
    let id = ada.bug().await;
    let body = json!({"issue": "SEC-1", "project": "WEB"});
    let (_, moved) = crate::world::read(world.http.post(world.url("/_sim/jira/move")).json(&body)).await;
    assert_eq!(moved["key"], "WEB-1");
    let (_, issue) = ada.get("issue/SEC-1?expand=changelog").await;
    assert_eq!((&issue["id"], &issue["key"]), (&json!(id), &json!("WEB-1")));
    let items = issue["changelog"]["histories"][0]["items"].as_array().expect("a list");
    assert!(items.iter().any(|item| item["field"] == "Key" && item["toString"] == "WEB-1"));
    assert_eq!(ada.delete("issue/WEB-1").await.0, 204);
    assert_eq!(ada.get("issue/SEC-1").await.0, 404);
}

#[tokio::test]
async fn create_metadata_pages_and_refuses_as_documented() {
    let world = World::start().await;
    let ada = world.ada();
    let (_, types) = ada.get("issue/createmeta/SEC/issuetypes").await;
    assert_eq!(types["total"], 5);
    let (_, page) = ada.get("issue/createmeta/SEC/issuetypes/10004?maxResults=3&startAt=1").await;
    assert_eq!(page["fields"].as_array().map(Vec::len), Some(3));
    let (_, all) = ada.get("issue/createmeta/SEC/issuetypes/10004").await;
    let fields = all["fields"].as_array().expect("a list");
    let severity =
        fields.iter().find(|field| field["fieldId"] == "customfield_10030").expect("on the screen");
    assert_eq!((&severity["required"], &severity["hasDefaultValue"]), (&json!(true), &json!(false)));
    assert_eq!(severity["allowedValues"].as_array().map(Vec::len), Some(4));
    let versions = fields.iter().find(|field| field["fieldId"] == "versions").expect("on the screen");
    assert_eq!(versions["allowedValues"].as_array().map(Vec::len), Some(2), "the archived one is left out");
    let (status, error) = ada.get("issue/createmeta/SEC/issuetypes?maxResults=201").await;
    assert_eq!((status, &error["httpStatusCode"]["present"]), (400, &json!(true)));
    assert_eq!(ada.get("issue/createmeta/SEC/issuetypes/10101").await, (404, json!("")));
}

#[tokio::test]
async fn a_security_level_hides_an_issue_from_a_guest() {
    let world = World::start().await;
    let fields = json!({
        "project": {"key": "SEC"}, "issuetype": {"name": "Task"}, "summary": "Hidden", "security": {"id": "10000"},
    });
    let (status, _) = world.ada().post("issue", json!({"fields": fields})).await;
    assert_eq!(status, 201);
    let code = world.consent(PAT, "read:jira-work").await;
    let body =
        json!({"grant_type": "authorization_code", "code": code, "redirect_uri": crate::world::CALLBACK});
    let (_, pair) = world.token(body).await;
    let (status, _) = world.app(pair["access_token"].as_str().expect("a token")).get("issue/SEC-1").await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn what_is_not_simulated_is_refused_and_counted() {
    let world = World::start().await;
    let url = format!("{}/rest/agile/1.0/board", world.info("/jira/site"));
    let login = (world.info("/jira/email"), world.info("/jira/token"));
    let (status, _) = crate::world::read(world.http.get(url).basic_auth(login.0, Some(login.1))).await;
    assert_eq!(status, 501);
    let (_, coverage) = crate::world::read(world.http.get(world.url("/_sim/coverage"))).await;
    assert_eq!(coverage["unsupported"][0]["calls"], 1);
}
