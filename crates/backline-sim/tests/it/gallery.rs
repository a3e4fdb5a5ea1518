//! The field gallery: every kind on create, edit and read, and Jira's words where a value does not fit.

mod kind;
mod metadata;
mod time;
mod verb;

pub use kind::kinds;

use crate::world::{ADA, Caller, World};
use serde_json::{Value, json};

fn issue_of(issue_type: &str, fields: &Value) -> Value {
    let mut all =
        json!({"project": {"key": "ALL"}, "issuetype": {"name": issue_type}, "summary": "One of each"});
    for (id, value) in fields.as_object().expect("an object") {
        all[id] = value.clone();
    }
    json!({"fields": all})
}

pub async fn create(caller: &Caller<'_>, issue_type: &str, fields: Value) -> String {
    let (status, body) = caller.post("issue", issue_of(issue_type, &fields)).await;
    assert_eq!(status, 201, "{body}");
    body["key"].as_str().expect("a key").to_owned()
}

/// Whether all of `expected` stands in `actual`; lists must be as long.
pub fn holds(actual: &Value, expected: &Value) -> bool {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            expected.iter().all(|(key, value)| actual.get(key).is_some_and(|found| holds(found, value)))
        }
        (Value::Array(actual), Value::Array(expected)) => {
            actual.len() == expected.len() && actual.iter().zip(expected).all(|(a, e)| holds(a, e))
        }
        // For which 5 and 5.0 are not the same.
        _ => actual == expected,
    }
}

#[tokio::test]
async fn each_kind_takes_its_shape_on_create_and_on_edit_and_reads_back() {
    let world = World::start().await;
    let ada = world.ada();
    let kinds = kinds(&world.info("/jira/teams/0/id"));
    let sent: Value = kinds.iter().map(|(id, sent, _)| ((*id).to_owned(), sent.clone())).collect();
    let created = create(&ada, "Everything", sent.clone()).await;
    let edited = create(&ada, "Everything", json!({})).await;
    let (status, body) = ada.put(&format!("issue/{edited}"), json!({"fields": sent})).await;
    assert_eq!(status, 204, "{body}");
    for key in [created, edited] {
        let (_, issue) = ada.get(&format!("issue/{key}")).await;
        for (id, _, expected) in &kinds {
            let found = &issue["fields"][id];
            assert!(holds(found, expected), "{key} {id}: {found} is not {expected}");
        }
    }
}

#[tokio::test]
async fn each_kind_is_cleared_by_null_or_an_empty_list() {
    let world = World::start().await;
    let ada = world.ada();
    let kinds = kinds(&world.info("/jira/teams/0/id"));
    let sent: Value = kinds.iter().map(|(id, sent, _)| ((*id).to_owned(), sent.clone())).collect();
    let key = create(&ada, "Everything", sent).await;
    let cleared = kinds.iter().filter(|(id, ..)| !matches!(*id, "customfield_10204"));
    let cleared: Value = cleared
        .map(|(id, sent, _)| ((*id).to_owned(), if sent.is_array() { json!([]) } else { Value::Null }))
        .collect();
    let (status, body) = ada.put(&format!("issue/{key}"), json!({"fields": cleared})).await;
    assert_eq!(status, 204, "{body}");
    let (_, issue) = ada.get(&format!("issue/{key}")).await;
    for id in cleared.as_object().expect("an object").keys() {
        let found = &issue["fields"][id];
        let document = json!({"type": "doc", "version": 1, "content": []});
        let is_empty = *found == document || found.is_null() || *found == json!([]) || *found == json!({});
        assert!(is_empty, "{id}: {found}");
    }
    let (status, body) =
        ada.put(&format!("issue/{key}"), json!({"fields": {"customfield_10204": null}})).await;
    assert_eq!((status, &body["errors"]["customfield_10204"]), (400, &json!("Select is required.")));
}

#[tokio::test]
async fn what_does_not_fit_is_named_field_by_field_in_one_answer() {
    let world = World::start().await;
    let wrong = json!({
        "customfield_10200": "x".repeat(256),
        "customfield_10201": "no document",
        "customfield_10202": "nowhere",
        "customfield_10203": "5",
        "customfield_10204": {"value": "pink"},
        "customfield_10205": {"value": "gone"},
        "customfield_10206": {"id": "10220"},
        "customfield_10208": {"id": "10150", "child": {"id": "10170"}},
        "customfield_10209": "15.10.2026",
        "customfield_10210": "at noon",
        "customfield_10211": {"accountId": "nobody"},
        "customfield_10214": {"name": "nobodies"},
        "customfield_10216": ["two words"],
        "customfield_10217": {"key": "NONE"},
        "customfield_10218": {"id": "9003"},
        "customfield_10219": "no team",
        "customfield_10222": 1,
        "customfield_10223": 36,
        "customfield_10224": "ALL-1",
        "customfield_10227": "0|aaaaaa:",
        "customfield_10233": {},
        "customfield_10234": {},
        "customfield_10235": [],
        "customfield_10236": "1",
        "customfield_10237": ["1"],
        "customfield_10239": [],
        "customfield_10240": {},
        "customfield_10241": [{"objectId": "88"}],
        "customfield_10248": "no object",
        "customfield_10290": "on no screen",
        "versions": [{"name": "x"}],
        "timetracking": {"originalEstimate": "soon"},
        "attachment": [],
        "issuelinks": [],
        "worklog": [],
        "status": {"id": "3"},
        "priority": "High",
    });
    let (status, body) = world.ada().post("issue", issue_of("Everything", &wrong)).await;
    assert_eq!(status, 400);
    let errors = body["errors"].as_object().expect("an object");
    let named: Vec<&String> = errors.keys().collect();
    let expected: Vec<&String> = wrong.as_object().expect("an object").keys().collect();
    assert_eq!(named, expected, "{body:#}");
    let cannot =
        |id: &str| format!("Field '{id}' cannot be set. It is not on the appropriate screen, or unknown.");
    for id in ["customfield_10222", "customfield_10227", "customfield_10233", "customfield_10290", "status"] {
        assert_eq!(errors[id], json!(cannot(id)));
    }
    assert_eq!(errors["customfield_10204"], "Option value 'pink' is not valid");
    assert_eq!(errors["customfield_10208"], "Option id '10170' is not valid");
    assert_eq!(errors["customfield_10223"], "Issues can only be put into active or future sprints.");
    assert_eq!(errors["versions"], "Version name 'x' is not valid");
}

#[tokio::test]
async fn an_option_without_id_or_value_is_the_option_null() {
    let world = World::start().await;
    let body = issue_of("Everything", &json!({"customfield_10205": {"name": "high"}}));
    let (_, body) = world.ada().post("issue", body).await;
    assert_eq!(body["errors"]["customfield_10205"], "Option id 'null' is not valid");
}

#[tokio::test]
async fn what_jira_keeps_by_itself_is_read_and_never_written() {
    let world = World::start().await;
    let ada = world.ada();
    let key = create(&ada, "Everything", json!({})).await;
    let (_, issue) = ada.get(&format!("issue/{key}")).await;
    let fields = &issue["fields"];
    assert!(fields["customfield_10227"].as_str().is_some_and(|rank| rank.starts_with("0|i")));
    assert_eq!(fields["customfield_10233"], "{}");
    assert_eq!(fields["customfield_10234"], Value::Null);
    assert_eq!(fields["timetracking"], json!({}));
    assert_eq!(fields["assignee"]["accountId"], ADA, "the project's lead");
    // Populated through the API alone: off every screen, taken by an edit.
    let body = json!({"fields": {"customfield_10290": "from outside"}});
    assert_eq!(ada.put(&format!("issue/{key}"), body).await.0, 204);
    let (_, issue) = ada.get(&format!("issue/{key}?fields=customfield_10290")).await;
    assert_eq!(issue["fields"]["customfield_10290"], "from outside");
    let (_, sec) = (ada.bug().await, ada.get("issue/SEC-1").await.1);
    assert!(sec["fields"].get("customfield_10290").is_none(), "a field of the gallery alone");
    let body = json!({"fields": {"customfield_10290": "elsewhere"}});
    assert_eq!(ada.put("issue/SEC-1", body).await.0, 400);
}
