//! A workflow that is hard to walk: names in another language, two statuses of one name, several hops, conditions, and
//! validators of which no metadata tells.

use crate::world::{ADA, Caller, DANA, World, doc};
use serde_json::{Value, json};

async fn issue(caller: &Caller<'_>, fields: Value) -> String {
    let mut all =
        json!({"project": {"key": "ALL"}, "issuetype": {"name": "Everything"}, "summary": "A walk"});
    for (id, value) in fields.as_object().expect("an object") {
        all[id] = value.clone();
    }
    let (status, body) = caller.post("issue", json!({"fields": all})).await;
    assert_eq!(status, 201, "{body}");
    body["key"].as_str().expect("a key").to_owned()
}

async fn offered(caller: &Caller<'_>, key: &str, query: &str) -> Vec<Value> {
    let (_, list) = caller.get(&format!("issue/{key}/transitions{query}")).await;
    list["transitions"].as_array().expect("a list").clone()
}

fn ids(transitions: &[Value]) -> Vec<&str> {
    transitions.iter().filter_map(|row| row["id"].as_str()).collect()
}

async fn go(caller: &Caller<'_>, key: &str, body: Value) -> (u16, Value) {
    caller.post(&format!("issue/{key}/transitions"), body).await
}

#[tokio::test]
async fn done_is_several_hops_away_and_each_demands_something_else() {
    let world = World::start().await;
    let ada = world.ada();
    let key = issue(&ada, json!({})).await;
    assert_eq!(ids(&offered(&ada, &key, "").await), ["101", "141"]);
    assert_eq!(go(&ada, &key, json!({"transition": {"id": "101"}})).await.0, 204);
    // The administrator's words, and no field.
    let (status, body) = go(&ada, &key, json!({"transition": {"id": "111"}})).await;
    let text = "Vor Arbeitsbeginn muss ein Verantwortlicher benannt sein.";
    assert_eq!((status, body), (400, json!({"errorMessages": [text], "errors": {}})));
    ada.put(&format!("issue/{key}"), json!({"fields": {"customfield_10211": {"accountId": ADA}}})).await;
    assert_eq!(go(&ada, &key, json!({"transition": {"id": "111"}})).await.0, 204);
    let listed = offered(&ada, &key, "?transitionId=121&expand=transitions.fields").await;
    assert_eq!(listed[0]["fields"]["fixVersions"]["required"], false, "though it is demanded");
    let (status, body) = go(&ada, &key, json!({"transition": {"id": "121"}})).await;
    assert_eq!((status, &body["errors"]), (400, &json!({})));
    let check = json!({
        "transition": {"id": "121"},
        "fields": {"fixVersions": [{"id": "9002"}], "customfield_10201": doc("checked")},
    });
    assert_eq!(go(&ada, &key, check).await.0, 204);
    let finish = json!({
        "transition": {"id": "131"},
        "fields": {
            "resolution": {"id": "10000"},
            "customfield_10208": {"value": "Americas", "child": {"value": "Virginia"}},
            "timetracking": {"originalEstimate": "1h"},
        },
    });
    assert_eq!(go(&ada, &key, finish).await.0, 204);
    let (_, issue) = ada.get(&format!("issue/{key}")).await;
    assert_eq!(issue["fields"]["status"]["name"], "Fertig");
    assert_eq!(issue["fields"]["status"]["statusCategory"]["key"], "done");
    assert_eq!(issue["fields"]["customfield_10208"]["child"]["value"], "Virginia");
}

#[tokio::test]
async fn two_statuses_have_one_name() {
    let world = World::start().await;
    let (_, types) = world.ada().get("project/ALL/statuses").await;
    let statuses = types[0]["statuses"].as_array().expect("a list");
    let done: Vec<&Value> =
        statuses.iter().filter(|status| status["name"] == "Fertig").map(|s| &s["id"]).collect();
    assert_eq!(done, ["10204", "10205"]);
}

#[tokio::test]
async fn a_condition_hides_a_transition_from_who_fails_it() {
    let world = World::start().await;
    let (ada, dana) = (world.ada(), world.app_of(DANA).await);
    let key = issue(&ada, json!({"customfield_10211": {"accountId": ADA}})).await;
    assert_eq!(ids(&offered(&dana, &key, "").await), ["101"], "only administrators reject");
    let all = offered(&dana, &key, "?includeUnavailableTransitions=true").await;
    assert_eq!(ids(&all), ["101", "141"]);
    assert_eq!((&all[1]["isAvailable"], &all[1]["isConditional"]), (&json!(false), &json!(true)));
    let (status, body) = go(&dana, &key, json!({"transition": {"id": "141"}})).await;
    assert_eq!(
        (status, &body["errorMessages"][0]),
        (400, &json!("Transition id '141' is not valid for this issue."))
    );
    for id in ["101", "111"] {
        assert_eq!(go(&ada, &key, json!({"transition": {"id": id}})).await.0, 204);
    }
    // Ada is the assignee: the loop is hers alone, and leads to where it began.
    let hers = offered(&ada, &key, "?transitionId=151").await;
    assert_eq!(hers[0]["isLooped"], true);
    assert!(offered(&dana, &key, "?transitionId=151").await.is_empty());
    assert_eq!(go(&ada, &key, json!({"transition": {"id": "151"}})).await.0, 204);
}

#[tokio::test]
async fn a_comment_can_be_what_a_validator_wants() {
    let world = World::start().await;
    let ada = world.ada();
    let key = issue(&ada, json!({})).await;
    let (status, body) = go(&ada, &key, json!({"transition": {"id": "141"}})).await;
    assert_eq!((status, &body["errorMessages"][0]), (400, &json!("Wer verwirft, muss sagen, warum.")));
    let body = json!({
        "transition": {"id": "141"}, "update": {"comment": [{"add": {"body": doc("A duplicate")}}]},
    });
    assert_eq!(go(&ada, &key, body).await.0, 204);
    let (_, issue) = ada.get(&format!("issue/{key}?fields=status,resolution,comment")).await;
    assert_eq!(
        (&issue["fields"]["status"]["id"], &issue["fields"]["comment"]["total"]),
        (&json!("10205"), &json!(1))
    );
}

#[tokio::test]
async fn a_guest_sees_no_transition_and_an_unknown_one_is_an_empty_list() {
    let world = World::start().await;
    let (ada, pat) = (world.ada(), world.app_of(crate::world::PAT).await);
    let key = issue(&ada, json!({})).await;
    assert!(offered(&pat, &key, "").await.is_empty());
    assert!(offered(&ada, &key, "?transitionId=999").await.is_empty());
    assert_eq!(go(&ada, &key, json!({})).await.0, 400);
}

#[tokio::test]
async fn a_conflict_changes_nothing_and_the_next_try_works() {
    let world = World::start().await;
    let ada = world.ada();
    let key = issue(&ada, json!({})).await;
    let body = json!({"errorMessages": ["The issue was changed by somebody else."], "errors": {}});
    let matching = json!({"service": "jira", "method": "POST", "path": "*/transitions"});
    let fault = json!({"kind": "status", "status": 409, "body": body});
    world.plan(json!({"match": matching, "nth": 1, "fault": fault})).await;
    assert_eq!(go(&ada, &key, json!({"transition": {"id": "101"}})).await, (409, body));
    assert_eq!(ids(&offered(&ada, &key, "").await), ["101", "141"]);
    assert_eq!(go(&ada, &key, json!({"transition": {"id": "101"}})).await.0, 204);
}

#[tokio::test]
async fn overrides_and_silence_are_for_those_who_may() {
    let world = World::start().await;
    let ada = world.ada();
    let key = issue(&ada, json!({})).await;
    let dana = world.app_of(DANA).await;
    let edit = json!({"fields": {"summary": "Another"}});
    let (status, body) = dana.put(&format!("issue/{key}?notifyUsers=false"), edit.clone()).await;
    let text = "To discard the user notification either admin or project admin permissions are required.";
    assert_eq!((status, body), (400, json!({"errorMessages": [text], "errors": {}})));
    let (status, issue) =
        ada.put(&format!("issue/{key}?notifyUsers=false&returnIssue=true"), edit.clone()).await;
    assert_eq!((status, &issue["fields"]["summary"]), (200, &json!("Another")));
    assert_eq!(ada.put(&format!("issue/{key}?overrideScreenSecurity=true"), edit).await.0, 403);
    assert_eq!(ada.get(&format!("issue/{key}/editmeta?overrideEditableFlag=true")).await.0, 403);
}
