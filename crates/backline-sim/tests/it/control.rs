use crate::world::{SCOPES, World, bug, read};
use backline_sim::Options;
use serde_json::{Value, json};

async fn change(world: &World, body: &Value) -> u16 {
    read(world.http.post(world.url("/_sim/jira/screen")).json(body)).await.0
}

fn due_date(issue_type: &str, to: &str) -> Value {
    json!({"project": "SEC", "issue_type": issue_type, "field": "duedate", "to": to})
}

/// Whether the due date is required on a create screen; `None` where it is not on it.
async fn is_due_date_required(world: &World, issue_type: &str) -> Option<bool> {
    let (_, types) = world.ada().get("issue/createmeta/SEC/issuetypes").await;
    let types = types["issueTypes"].as_array().expect("a list");
    let id = &types.iter().find(|row| row["name"] == issue_type).expect("a type of SEC")["id"];
    let path = format!("issue/createmeta/SEC/issuetypes/{}", id.as_str().expect("an id"));
    let (_, screen) = world.ada().get(&path).await;
    let fields = screen["fields"].as_array().expect("a list");
    fields.iter().find(|field| field["fieldId"] == "duedate").map(|field| field["required"] == true)
}

#[tokio::test]
async fn a_field_becomes_required_then_optional_then_leaves_one_screen() {
    let world = World::start().await;
    let ada = world.ada();
    let others = is_due_date_required(&world, "Task").await;
    assert_eq!(change(&world, &due_date("Bug", "required")).await, 204);
    assert_eq!(is_due_date_required(&world, "Bug").await, Some(true));
    let (status, answer) = ada.post("issue", bug(json!({}))).await;
    assert_eq!((status, &answer["errors"]), (400, &json!({"duedate": "Due date is required."})));
    assert_eq!(change(&world, &due_date("Bug", "optional")).await, 204);
    assert_eq!(is_due_date_required(&world, "Bug").await, Some(false));
    assert_eq!(ada.post("issue", bug(json!({}))).await.0, 201);
    assert_eq!(change(&world, &due_date("Bug", "off_screen")).await, 204);
    assert_eq!(is_due_date_required(&world, "Bug").await, None);
    let (status, answer) = ada.post("issue", bug(json!({"duedate": "2026-12-24"}))).await;
    assert_eq!(status, 400);
    assert!(answer["errors"]["duedate"].as_str().is_some_and(|text| text.contains("cannot be set")));
    assert_eq!(is_due_date_required(&world, "Task").await, others, "other types keep their screen");
}

#[tokio::test]
async fn a_screen_change_that_names_nothing_is_refused() {
    let world = World::start().await;
    assert_eq!(change(&world, &due_date("Nothing", "required")).await, 400);
    for (name, value, status) in
        [("site", "nowhere", 400), ("project", "NONE", 404), ("field", "customfield_1", 400)]
    {
        let mut body = due_date("Bug", "required");
        body[name] = value.into();
        assert_eq!(change(&world, &body).await, status, "{name}");
    }
}

#[tokio::test]
async fn an_uninstalled_app_reaches_its_site_no_more() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    let token = pair["access_token"].as_str().expect("a token");
    assert_eq!(world.app(token).get("myself").await.0, 200);
    let body = json!({"cloud_id": world.info("/jira/cloud_id")});
    assert_eq!(read(world.http.post(world.url("/_sim/accounts/uninstall")).json(&body)).await.0, 204);
    let (status, answer) = world.app(token).get("myself").await;
    assert_eq!(status, 403);
    assert_eq!(answer["message"], "The app is not installed on this instance");
    let sites = world.http.get(world.url("/api/oauth/token/accessible-resources")).bearer_auth(token);
    assert_eq!(read(sites).await, (200, json!([])));
    let refresh = json!({"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]});
    assert_eq!(world.token(refresh).await.0, 200, "the grant itself lives on");
}

#[tokio::test]
async fn coverage_counts_what_jira_and_github_do_not_simulate() {
    let world = World::start().await;
    world.ada().request(reqwest::Method::GET, "3/dashboard").send().await.expect("an answer");
    let github = world.info("/github/api");
    let request = world.http.get(format!("{github}/repos/acme/api/traffic/views"));
    let request = request.bearer_auth(world.info("/github/token")).header("user-agent", "backline");
    assert_eq!(read(request).await.0, 501);
    let (_, report) = read(world.http.get(world.url("/_sim/coverage"))).await;
    let rows = report["unsupported"].as_array().expect("a list");
    for end in ["/dashboard", "/traffic/views"] {
        let is_counted = |row: &Value| {
            row["calls"] == 1 && row["request"].as_str().is_some_and(|request| request.ends_with(end))
        };
        assert!(rows.iter().any(is_counted), "{end}: {report}");
    }
}

#[tokio::test]
async fn a_stop_waits_for_a_commit_that_comes_late() {
    let dir = tempfile::tempdir().expect("a folder");
    let options = || Options { data: Some(dir.path().to_owned()), search_lag_ms: 0, ..Options::default() };
    let first = World::with(options()).await;
    let fault = json!({"kind": "late_commit", "ms": 300});
    first
        .plan(json!({"match": {"service": "jira", "method": "POST", "path": "*/issue"}, "fault": fault}))
        .await;
    let sent = first.ada().request(reqwest::Method::POST, "3/issue").json(&bug(json!({}))).send().await;
    assert!(sent.is_err(), "the connection is closed at once");
    first.sim.stop().await;
    let second = World::with(options()).await;
    assert_eq!(second.ada().get("issue/SEC-1").await.0, 200);
}
