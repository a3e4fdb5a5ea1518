use crate::world::{ADA, World, doc};
use serde_json::{Value, json};

fn task(fields: Value) -> Value {
    let mut all = json!({"project": {"key": "SEC"}, "issuetype": {"name": "Task"}, "summary": "Every kind"});
    for (id, value) in fields.as_object().expect("an object") {
        all[id] = value.clone();
    }
    json!({"fields": all})
}

#[tokio::test]
async fn every_kind_takes_its_documented_shape_and_reads_back() {
    let world = World::start().await;
    let ada = world.ada();
    let sent = task(json!({
        "environment": doc("Linux"),
        "priority": {"name": "High"},
        "components": [{"name": "payments"}],
        "versions": [{"id": "10001"}],
        "fixVersions": [{"name": "1.1"}],
        "duedate": "2026-12-24",
        "assignee": {"accountId": ADA},
        "customfield_10040": {"value": "Internet"},
        "customfield_10041": [{"id": "10140"}, {"value": "SOC 2"}],
        "customfield_10042": {"value": "Europe", "child": {"value": "Dublin"}},
        "customfield_10043": "https://advisory.example/1",
        "customfield_10044": "2026-10-15T09:00:00.000+0000",
        "customfield_10045": [{"accountId": ADA}],
        "customfield_10046": ["z", "y"],
        "customfield_10047": {"name": "1.0"},
        "customfield_10048": [{"id": "10001"}, {"id": "10002"}],
        "customfield_10049": {"key": "PAY"},
        "customfield_10050": {"name": "security-team"},
    }));
    let (status, created) = ada.post("issue", sent).await;
    assert_eq!(status, 201, "{created}");
    let (_, issue) = ada.get("issue/SEC-1").await;
    let fields = &issue["fields"];
    assert_eq!(fields["priority"]["id"], "2");
    assert_eq!(fields["components"][0]["name"], "payments");
    assert_eq!(fields["fixVersions"][0]["id"], "10002");
    assert_eq!(fields["customfield_10040"]["id"], "10130");
    assert_eq!(fields["customfield_10041"][1]["value"], "SOC 2");
    assert_eq!(fields["customfield_10042"]["child"]["value"], "Dublin");
    assert_eq!(fields["customfield_10044"], "2026-10-15T11:00:00.000+0200");
    assert_eq!(fields["customfield_10046"], json!(["y", "z"]));
    assert_eq!(fields["customfield_10049"]["key"], "PAY");
    assert_eq!(fields["customfield_10050"]["name"], "security-team");
}

#[tokio::test]
async fn a_number_reads_back_as_a_float_and_a_disabled_option_is_not_taken() {
    let world = World::start().await;
    let ada = world.ada();
    let (_, created) = ada.post("issue", crate::world::bug(json!({"customfield_10036": 9}))).await;
    let (_, issue) = ada.get(&format!("issue/{}", created["id"].as_str().expect("an id"))).await;
    assert_eq!(issue["fields"]["customfield_10036"].to_string(), "9.0");
    let (status, answer) =
        ada.post("issue", crate::world::bug(json!({"customfield_10031": {"value": "Mainframe"}}))).await;
    assert_eq!(status, 400);
    assert_eq!(answer["errors"]["customfield_10031"], "Option value 'Mainframe' is not valid");
}

#[tokio::test]
async fn a_subtask_needs_a_parent_in_its_project() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let subtask = |parent: Value| {
        let mut body = json!({"fields": {"project": {"key": "SEC"}, "issuetype": {"name": "Sub-task"}, "summary": "Part"}});
        if !parent.is_null() {
            body["fields"]["parent"] = parent;
        }
        body
    };
    assert_eq!(ada.post("issue", subtask(Value::Null)).await.0, 400);
    assert_eq!(ada.post("issue", subtask(json!({"key": "SEC-1"}))).await.0, 201);
    let (_, parent) = ada.get("issue/SEC-1").await;
    assert_eq!(parent["fields"]["subtasks"][0]["key"], "SEC-2");
}

#[tokio::test]
async fn a_parent_goes_only_with_its_subtasks() {
    let world = World::start().await;
    let ada = world.ada();
    let subtask = |parent: &str| {
        json!({"fields": {
            "project": {"key": "SEC"},
            "issuetype": {"name": "Sub-task"},
            "summary": "Part",
            "parent": {"key": parent},
        }})
    };
    for (parent, part) in [("SEC-1", "SEC-2"), ("SEC-3", "SEC-4")] {
        ada.bug().await;
        assert_eq!(ada.post("issue", subtask(parent)).await.1["key"], part);
    }
    assert_eq!(ada.delete("issue/SEC-1").await.0, 400);
    assert_eq!(ada.delete("issue/SEC-1?deleteSubtasks=true").await.0, 204);
    // A person at the page has no parameter to give.
    let page = world.http.post(world.url("/sites/acme/browse/SEC-3/delete"));
    assert_eq!(crate::world::read(page).await.0, 303);
    for gone in ["SEC-1", "SEC-2", "SEC-3", "SEC-4"] {
        assert_eq!(ada.get(&format!("issue/{gone}")).await.0, 404, "{gone}");
    }
}

#[tokio::test]
async fn version_2_takes_and_gives_plain_text() {
    let world = World::start().await;
    let ada = world.ada();
    let body = crate::world::bug(json!({"description": "Plain\n\ntext"}));
    let request = ada.request(reqwest::Method::POST, "2/issue").json(&body);
    assert_eq!(crate::world::read(request).await.0, 201);
    let (_, issue) = crate::world::read(ada.request(reqwest::Method::GET, "2/issue/SEC-1")).await;
    assert_eq!(issue["fields"]["description"], "Plain\n\ntext");
    let (_, issue) = ada.get("issue/SEC-1").await;
    assert_eq!(issue["fields"]["description"]["type"], "doc");
}
