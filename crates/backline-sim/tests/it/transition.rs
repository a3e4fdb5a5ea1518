use crate::world::{World, doc};
use serde_json::json;

#[tokio::test]
async fn only_what_leaves_the_current_status_is_offered() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let (_, list) = ada.get("issue/SEC-1/transitions?expand=transitions.fields").await;
    let names: Vec<_> = list["transitions"].as_array().expect("a list").iter().map(|t| &t["name"]).collect();
    assert_eq!(names, ["Start progress", "Send to review", "Done"]);
    let done = &list["transitions"][2];
    assert_eq!(done["hasScreen"], true);
    assert_eq!(done["fields"]["resolution"]["required"], true);
    assert_eq!(done["to"]["statusCategory"]["key"], "done");
    let (status, answer) = ada.post("issue/SEC-1/transitions", json!({"transition": {"id": "31"}})).await;
    assert_eq!(status, 400);
    assert_eq!(answer["errorMessages"][0], "Transition id '31' is not valid for this issue.");
}

#[tokio::test]
async fn done_demands_its_resolution_and_reopen_clears_it() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let (status, answer) = ada.post("issue/SEC-1/transitions", json!({"transition": {"id": "51"}})).await;
    assert_eq!((status, &answer["errors"]["resolution"]), (400, &json!("Resolution is required.")));
    let body = json!({
        "transition": {"id": "51"},
        "fields": {"resolution": {"name": "Done"}},
        "update": {"comment": [{"add": {"body": doc("Fixed")}}]},
    });
    assert_eq!(ada.post("issue/SEC-1/transitions", body).await.0, 204);
    let (_, issue) = ada.get("issue/SEC-1?expand=changelog").await;
    assert_eq!(issue["fields"]["status"]["name"], "Done");
    assert_eq!(issue["fields"]["resolution"]["name"], "Done");
    assert!(issue["fields"]["resolutiondate"].is_string());
    assert_eq!(issue["fields"]["comment"]["total"], 1);
    let items = issue["changelog"]["histories"][0]["items"].as_array().expect("a list");
    assert!(items.iter().any(|item| item["field"] == "status" && item["to"] == "10002"));
    assert_eq!(ada.post("issue/SEC-1/transitions", json!({"transition": {"id": 61}})).await.0, 204);
    let (_, issue) = ada.get("issue/SEC-1").await;
    assert_eq!(issue["fields"]["resolution"], json!(null));
}

#[tokio::test]
async fn a_transition_without_a_screen_takes_no_fields() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let body = json!({"transition": {"id": "11"}, "fields": {"resolution": {"name": "Done"}}});
    assert_eq!(ada.post("issue/SEC-1/transitions", body).await.0, 400);
    let body = json!({"transition": {"id": "11"}, "update": {"comment": [{"add": {"body": doc("a")}}]}});
    assert_eq!(ada.post("issue/SEC-1/transitions", body).await.0, 400);
}

#[tokio::test]
async fn a_team_managed_project_moves_freely() {
    let world = World::start().await;
    let ada = world.ada();
    let fields = json!({"project": {"key": "PAY"}, "issuetype": {"id": "10102"}, "summary": "Plain"});
    assert_eq!(ada.post("issue", json!({"fields": fields})).await.0, 201);
    assert_eq!(ada.post("issue/PAY-1/transitions", json!({"transition": {"id": "31"}})).await.0, 204);
    let (_, issue) = ada.get("issue/PAY-1?fields=status,resolution").await;
    assert_eq!(issue["fields"]["status"]["scope"]["type"], "PROJECT");
    assert_eq!(issue["fields"]["resolution"]["name"], "Done");
}
