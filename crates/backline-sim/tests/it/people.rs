//! Users as apps find them: what they hide, which part of them a search sees, and what permissions change.

use crate::world::{ADA, DANA, PAT, World};
use serde_json::{Value, json};

fn names(people: &Value) -> Vec<&str> {
    people.as_array().expect("a list").iter().filter_map(|person| person["displayName"].as_str()).collect()
}

#[tokio::test]
async fn an_address_is_shown_null_empty_or_absent() {
    let world = World::start().await;
    let ada = world.ada();
    let (_, all) = ada.get("users/search").await;
    let address = |name: &str| {
        let people = all.as_array().expect("a list");
        let person = people.iter().find(|person| person["displayName"] == name).expect("a user");
        person.get("emailAddress").cloned()
    };
    assert_eq!(address("Ada Admin"), Some(json!("ada@acme.example")));
    assert_eq!(address("Kim Quiet"), Some(json!("")));
    assert_eq!(address("Lee Hidden"), Some(Value::Null));
    assert_eq!(address("Sam Security"), None);
}

#[tokio::test]
async fn words_are_found_by_their_beginning() {
    let world = World::start().await;
    let ada = world.ada();
    let found = async |query: &str| ada.get(&format!("user/search?query={query}")).await.1;
    assert_eq!(names(&found("sec").await), ["Sam Security"]);
    assert_eq!(names(&found("dev%20dan").await), ["Dev Dana"]);
    assert_eq!(names(&found("ecurity").await), [""; 0], "no part in the middle");
    assert_eq!(names(&found("ada@").await), ["Ada Admin"]);
    assert_eq!(names(&found("sam@").await), [""; 0], "a hidden address finds nobody");
    assert_eq!(names(&found("olga").await), [""; 0], "deactivated");
    assert_eq!(ada.get("user/search").await.0, 400);
}

#[tokio::test]
async fn without_the_permission_nobody_is_found() {
    let world = World::start().await;
    let pat = world.app_of(PAT).await;
    assert_eq!(pat.get("user/search?query=ada").await, (200, json!([])));
}

#[tokio::test]
async fn assignable_leaves_out_apps_and_the_deactivated_and_sees_a_thousand() {
    let world = World::start().await;
    let ada = world.ada();
    let (_, all) = ada.get("user/assignable/search?project=SEC&query=").await;
    assert_eq!(names(&all).len(), 6, "of eight: {all}");
    let (_, page) = ada.get("user/assignable/search?project=SEC&query=&startAt=4&maxResults=3").await;
    assert_eq!(names(&page), ["Kim Quiet", "Lee Hidden"], "fewer than were asked for");
    world.control("/_sim/jira/crowd", json!({"size": 1_200})).await;
    let found = async |query: &str| {
        names(&ada.get(&format!("user/assignable/search?project=SEC&query={query}")).await.1).len()
    };
    assert_eq!(found("visitor%200900").await, 1);
    assert_eq!(found("visitor%201100").await, 0, "beyond the thousandth");
    assert_eq!(ada.get("user/assignable/search?query=a").await.0, 400);
    assert_eq!(ada.get("user/assignable/search?project=SEC").await.0, 400);
    assert_eq!(ada.get("user/assignable/search?project=NONE&query=a").await.0, 404);
}

#[tokio::test]
async fn many_by_id_hold_null_for_the_missing_and_ten_at_first() {
    let world = World::start().await;
    let ada = world.ada();
    // The schema says object; sites answer null.
    let path = format!("3/user/bulk?accountId={ADA}&accountId=gone&accountId={}", DANA.replace(':', "%3A"));
    let (_, page) = crate::world::read(ada.request(reqwest::Method::GET, &path)).await;
    assert_eq!(page["maxResults"], 10);
    let values = page["values"].as_array().expect("a list");
    assert_eq!((&values[1], &values[2]["displayName"]), (&Value::Null, &json!("Dev Dana")));
    let (status, user) = ada.get(&format!("user?accountId={}", DANA.replace(':', "%3A"))).await;
    assert_eq!((status, &user["accountId"]), (200, &json!(DANA)));
}

#[tokio::test]
async fn a_deactivated_person_is_not_assigned_and_reads_inactive() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let olga = "5d2a7b8c9e0f1a2b3c4d5e6f";
    let (status, body) = ada.put("issue/SEC-1/assignee", json!({"accountId": olga})).await;
    assert_eq!(
        (status, &body["errors"]["assignee"]),
        (400, &json!(format!("User '{olga}' cannot be assigned issues.")))
    );
    assert_eq!(ada.get(&format!("user?accountId={olga}")).await.1["active"], false);
}

#[tokio::test]
async fn groups_are_picked_by_a_part_of_their_name() {
    let world = World::start().await;
    let (_, found) = world.ada().get("groups/picker?query=admin").await;
    assert_eq!((&found["total"], &found["groups"][0]["name"]), (&json!(1), &json!("jira-administrators")));
}

#[tokio::test]
async fn one_unknown_permission_fails_the_whole_call() {
    let world = World::start().await;
    let ada = world.ada();
    let (status, body) = ada.get("mypermissions?permissions=CREATE_ISSUES,BROWSE_USERS&projectKey=SEC").await;
    let expected = json!({"errorMessages": [], "errors": {"BROWSE_USERS": "Unrecognized permission"}});
    assert_eq!((status, body), (400, expected));
    assert_eq!(ada.get("mypermissions").await.0, 400);
}

#[tokio::test]
async fn a_create_screen_shows_what_its_reader_may_choose() {
    let world = World::start().await;
    let shown = async |caller: &crate::world::Caller<'_>| {
        let (_, page) = caller.get("issue/createmeta/SEC/issuetypes/10001?maxResults=200").await;
        let fields = page["fields"].as_array().expect("a list").iter();
        fields.filter_map(|field| field["fieldId"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let (ada, pat) = (world.ada(), world.app_of(PAT).await);
    let (of_ada, of_pat) = (shown(&ada).await, shown(&pat).await);
    for field in ["reporter", "security"] {
        assert!(of_ada.contains(&field.to_owned()) && !of_pat.contains(&field.to_owned()), "{field}");
    }
    let fields = json!({
        "project": {"key": "SEC"}, "issuetype": {"name": "Task"}, "summary": "A",
        "reporter": {"id": ADA}, "security": {"id": "10000"},
    });
    let (status, body) = pat.post("issue", json!({"fields": fields})).await;
    assert_eq!(status, 400);
    for field in ["reporter", "security"] {
        let text = format!("Field '{field}' cannot be set. It is not on the appropriate screen, or unknown.");
        assert_eq!(body["errors"][field], json!(text));
    }
}
