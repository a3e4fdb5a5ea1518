//! Every kind of field by hand: shown as it is, typed, and kept while it is not touched.

use super::browser::{Browser, fill};
use crate::gallery::{create, holds, kinds};
use crate::world::World;
use serde_json::{Value, json};

const ACTION: &str = "/sites/acme/browse/ALL-1/edit";

#[tokio::test]
async fn a_page_with_every_kind_saved_as_it_was_opened_changes_nothing() {
    let world = World::start().await;
    let sent = kinds(&world.info("/jira/teams/0/id"));
    let sent: Value = sent.into_iter().map(|(id, sent, _)| (id.to_owned(), sent)).collect();
    create(&world.ada(), "Everything", sent).await;
    let (_, before) = world.ada().get("issue/ALL-1").await;
    let browser = Browser::new(&world);
    let page = browser.get(ACTION).await;
    for managed in ["10222", "10227", "10231", "10233", "10236", "10240"] {
        assert!(!page.html.contains(&format!("name=\"customfield_{managed}\"")), "nobody types {managed}");
    }
    let saved = browser.post(ACTION, &page.form(ACTION)).await;
    assert_eq!(saved.status, 303, "{}", saved.html);
    let (_, after) = world.ada().get("issue/ALL-1?expand=changelog").await;
    assert_eq!(after["changelog"]["histories"], json!([]));
    assert!(after["fields"] == before["fields"], "{}", after["fields"]);
}

#[tokio::test]
async fn kinds_of_other_products_are_typed_and_chosen() {
    let world = World::start().await;
    create(&world.ada(), "Everything", json!({})).await;
    let team = world.info("/jira/teams/0/id");
    let browser = Browser::new(&world);
    let page = browser.get(ACTION).await;
    assert!(
        page.html.contains(">Sprint 37<") && !page.html.contains(">Sprint 36<"),
        "closed sprints take nothing"
    );
    let mut inputs = page.form(ACTION);
    for (field, values) in [
        ("customfield_10219", vec![team.as_str()]),
        ("customfield_10223", vec!["37"]),
        ("customfield_10237", vec!["2", "1"]),
        ("customfield_10241", vec!["w:88\r\nw:89"]),
        ("customfield_10248", vec!["{\"any\": [1]}"]),
        ("customfield_10249", vec!["two words\r\n\r\na third"]),
        ("timetracking", vec!["1w 1d"]),
    ] {
        fill(&mut inputs, field, &values);
    }
    let saved = browser.post(ACTION, &inputs).await;
    assert_eq!(saved.status, 303, "{}", saved.html);
    let (_, issue) = world.ada().get("issue/ALL-1").await;
    let wanted = json!({
        "customfield_10219": {"id": team, "name": "Payments"},
        "customfield_10223": [{"id": 37}],
        "customfield_10237": [{"id": "2"}, {"id": "1"}],
        "customfield_10241": [{"objectId": "88"}, {"objectId": "89"}],
        "customfield_10248": {"any": [1]},
        "customfield_10249": ["two words", "a third"],
        "timetracking": {"originalEstimate": "1w 1d"},
    });
    assert!(holds(&issue["fields"], &wanted), "{}", issue["fields"]);

    let mut inputs = browser.get(ACTION).await.form(ACTION);
    fill(&mut inputs, "customfield_10248", &["no object"]);
    let refused = browser.post(ACTION, &inputs).await;
    assert_eq!(refused.status, 400);
    assert!(
        refused.html.contains("id=\"customfield_10248-wrong\">data was not an object<"),
        "{}",
        refused.html
    );
}

#[tokio::test]
async fn a_value_that_nobody_may_choose_any_more_stays_until_it_is_changed() {
    let world = World::start().await;
    let ada = world.ada();
    create(
        &ada,
        "Everything",
        json!({"customfield_10204": {"value": "green"}, "versions": [{"id": "9001"}]}),
    )
    .await;
    world
        .done("jira/option", json!({"field": "customfield_10204", "option": "10201", "to": "disabled"}))
        .await;
    ada.put("version/9001", json!({"archived": true})).await;
    let before = ada.get("issue/ALL-1?expand=changelog").await;
    assert_eq!(before.1["fields"]["customfield_10204"]["value"], "green");
    let browser = Browser::new(&world);
    let page = browser.get(ACTION).await;
    assert!(page.html.contains("green (not offered any more)"), "{}", page.html);
    assert_eq!(browser.post(ACTION, &page.form(ACTION)).await.status, 303);
    assert_eq!(ada.get("issue/ALL-1?expand=changelog").await, before);
}
