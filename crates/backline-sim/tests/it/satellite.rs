use crate::world::{PAT, World, bug, doc};
use serde_json::{Value, json};

#[tokio::test]
async fn comments_are_made_changed_and_deleted() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let (status, comment) = ada.post("issue/SEC-1/comment", json!({"body": doc("first")})).await;
    assert_eq!(status, 201);
    let path = format!("issue/SEC-1/comment/{}", comment["id"].as_str().expect("an id"));
    let (status, changed) = ada.put(&path, json!({"body": doc("second")})).await;
    assert_eq!((status, &changed["body"]), (200, &doc("second")));
    let (_, list) = ada.get("issue/SEC-1/comment").await;
    assert_eq!((list["total"].as_u64(), list.get("self")), (Some(1), None));
    let (_, issue) = ada.get("issue/SEC-1?fields=comment").await;
    assert!(issue["fields"]["comment"]["self"].is_string(), "only the issue's field has an address");
    assert_eq!(ada.delete(&path).await.0, 204);
    assert_eq!(ada.get(&path).await.0, 404);
    let (status, answer) = ada.post("issue/SEC-1/comment", json!({"body": "text"})).await;
    assert_eq!(status, 400);
    assert!(answer["errors"].get("comment").is_some());
}

#[tokio::test]
async fn a_property_is_made_then_replaced() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    assert_eq!(ada.put("issue/SEC-1/properties/k", json!({"a": 1})).await.0, 201);
    assert_eq!(ada.put("issue/SEC-1/properties/k", json!({"a": 2})).await.0, 200);
    assert_eq!(ada.get("issue/SEC-1/properties/k").await.1, json!({"key": "k", "value": {"a": 2}}));
    assert_eq!(ada.put("issue/SEC-1/properties/k", json!("x".repeat(32_768))).await.0, 400);
    assert_eq!(ada.delete("issue/SEC-1/properties/k").await.0, 204);
    assert_eq!(ada.get("issue/SEC-1/properties/k").await.0, 404);
}

#[tokio::test]
async fn a_remote_link_is_known_by_its_global_id_and_loses_what_is_left_out() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let link = json!({
        "globalId": "pr:1",
        "relationship": "fixed by",
        "object": {"url": "https://c.example/1", "title": "PR", "status": {"resolved": true}},
    });
    let (status, made) = ada.post("issue/SEC-1/remotelink", link).await;
    assert_eq!(status, 201);
    let again = json!({"globalId": "pr:1", "object": {"url": "https://c.example/1", "title": "PR 1"}});
    let (status, same) = ada.post("issue/SEC-1/remotelink", again).await;
    assert_eq!((status, &same["id"]), (200, &made["id"]));
    let (_, read) = ada.get("issue/SEC-1/remotelink?globalId=pr%3A1").await;
    assert_eq!(read["object"]["title"], "PR 1");
    assert!(read.get("relationship").is_none() && read["object"]["status"].get("resolved").is_none());
    let (status, error) =
        ada.post("issue/SEC-1/remotelink", json!({"object": {"url": "https://c.example"}})).await;
    assert_eq!((status, &error["errors"]["title"]), (400, &json!("'title' is required.")));
    assert_eq!(ada.delete("issue/SEC-1/remotelink?globalId=pr%3A1").await.0, 204);
    assert_eq!(ada.get("issue/SEC-1/remotelink").await.1, json!([]));
}

#[tokio::test]
async fn linking_twice_makes_one_link() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    ada.bug().await;
    let body = json!({"type": {"name": "Blocks"}, "inwardIssue": {"key": "SEC-1"}, "outwardIssue": {"key": "SEC-2"}});
    for _ in 0..2 {
        assert_eq!(ada.post("issueLink", body.clone()).await.0, 201);
    }
    let (_, issue) = ada.get("issue/SEC-1?fields=issuelinks").await;
    let links = issue["fields"]["issuelinks"].as_array().expect("a list");
    assert_eq!((links.len(), &links[0]["outwardIssue"]["key"]), (1, &json!("SEC-2")));
}

#[tokio::test]
async fn comments_are_ordered_restricted_and_rendered() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    for text in ["first", "second", "third"] {
        ada.post("issue/SEC-1/comment", json!({"body": doc(text)})).await;
    }
    let (_, page) = ada.get("issue/SEC-1/comment?orderBy=-created&maxResults=2&startAt=1").await;
    assert_eq!((&page["total"], &page["comments"][0]["body"]), (&json!(3), &doc("second")));
    assert_eq!(ada.get("issue/SEC-1/comment?orderBy=author").await.0, 400);
    let (_, page) = ada.get("issue/SEC-1/comment?expand=renderedBody&maxResults=1").await;
    assert_eq!(page["comments"][0]["renderedBody"], "<p>first</p>");
    let restricted = |visibility: Value| json!({"body": doc("hidden"), "visibility": visibility});
    let role = json!({"type": "role", "value": "Administrators"});
    let (status, hidden) = ada.post("issue/SEC-1/comment", restricted(role)).await;
    let both = json!({"type": "role", "value": "Administrators", "identifier": "Administrators"});
    assert_eq!((status, &hidden["visibility"]), (201, &both));
    assert_eq!(ada.post("issue/SEC-1/comment", restricted(both.clone())).await.0, 400);
    let path = format!("issue/SEC-1/comment/{}", hidden["id"].as_str().expect("an id"));
    let (_, changed) = ada.put(&path, json!({"body": doc("changed")})).await;
    assert_eq!(changed["visibility"], both, "a body alone keeps it");
    let pat = world.app_of(PAT).await;
    assert_eq!(pat.get(&path).await.0, 404);
    assert_eq!(pat.get("issue/SEC-1/comment").await.1["total"], 3);
    let first = page["comments"][0]["id"].as_str().expect("an id");
    let path = format!("issue/SEC-1/comment/{first}");
    assert_eq!(pat.put(&path, json!({"body": doc("mine")})).await.0, 400, "a missing permission is 400 here");
    assert_eq!(pat.delete(&path).await.0, 400);
}

#[tokio::test]
async fn a_link_may_bring_a_comment() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    ada.bug().await;
    let body = json!({"type": {"name": "Blocks"}, "inwardIssue": {"key": "SEC-1"},
        "outwardIssue": {"key": "SEC-2"}, "comment": {"body": doc("see there")}});
    for _ in 0..2 {
        assert_eq!(ada.post("issueLink", body.clone()).await.0, 201);
    }
    assert_eq!(ada.get("issue/SEC-2/comment").await.1["total"], 2, "also with a link that was there");
    assert_eq!(ada.get("issue/SEC-1/comment").await.1["total"], 0);
}

#[tokio::test]
async fn the_longest_property_and_key_are_taken() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    // With its two quotation marks the value has 32,768 characters of JSON.
    assert_eq!(ada.put("issue/SEC-1/properties/k", json!("x".repeat(32_766))).await.0, 201);
    assert_eq!(ada.put("issue/SEC-1/properties/k", json!("x".repeat(32_767))).await.0, 400);
    let key = "k".repeat(255);
    assert_eq!(ada.put(&format!("issue/SEC-1/properties/{key}"), json!(1)).await.0, 201);
    assert_eq!(ada.put(&format!("issue/SEC-1/properties/{key}k"), json!(1)).await.0, 400);
    assert_eq!(ada.put("issue/SEC-1/properties/k", Value::Null).await.0, 400);
}

#[tokio::test]
async fn the_lead_of_a_component_gets_its_issues() {
    let world = World::start().await;
    let ada = world.ada();
    let lead = crate::world::PAT;
    let body =
        json!({"name": "led", "project": "SEC", "leadAccountId": lead, "assigneeType": "COMPONENT_LEAD"});
    let (status, component) = ada.post("component", body).await;
    assert_eq!((status, &component["realAssignee"]["accountId"]), (201, &json!(lead)));
    let id = component["id"].as_str().expect("an id").to_owned();
    let with = |more: Value| {
        let mut body = bug(json!({"components": [{"id": id}]}));
        body["fields"]
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        body
    };
    for (more, assignee) in [
        (json!({}), json!(lead)),
        (json!({"assignee": {"accountId": crate::world::ADA}}), json!(crate::world::ADA)),
        (json!({"assignee": null}), Value::Null),
    ] {
        let (_, made) = ada.post("issue", with(more)).await;
        let path = format!("issue/{}?fields=assignee", made["key"].as_str().expect("a key"));
        assert_eq!(ada.get(&path).await.1["fields"]["assignee"]["accountId"], assignee);
    }
    let path = format!("component/{id}");
    let (_, changed) = ada.put(&path, json!({"leadAccountId": "", "description": "nobody's"})).await;
    assert!(changed.get("realAssignee").is_none() && changed["isAssigneeTypeValid"] == false);
    assert_eq!(ada.put(&path, json!({"leadAccountId": "nobody"})).await.0, 400);
    assert_eq!(ada.get(&format!("{path}/relatedIssueCounts")).await.1["issueCount"], 3);
    assert_eq!(ada.delete(&format!("{path}?moveIssuesTo=10000")).await.0, 204);
    assert_eq!(ada.get(&path).await.0, 404);
    let (_, issue) = ada.get("issue/SEC-1?fields=components").await;
    assert_eq!(issue["fields"]["components"][0]["name"], "payments");
}

#[tokio::test]
async fn the_picker_suggests_by_key_and_words() {
    let world = World::start().await;
    let ada = world.ada();
    ada.post("issue", bug(json!({"summary": "Log4j in checkout"}))).await;
    ada.post("issue", bug(json!({"summary": "Other <thing>"}))).await;
    let (status, answer) = ada.get("issue/picker?query=check&currentJQL=project%20%3D%20WEB").await;
    assert_eq!(status, 200);
    let history = &answer["sections"][0];
    assert_eq!((&history["id"], history["issues"].as_array().map(Vec::len)), (&json!("hs"), Some(1)));
    assert_eq!(history["issues"][0]["summary"], "Log4j in <b>check</b>out");
    assert!(answer["sections"][1]["msg"].is_string(), "nothing in WEB");
    let (_, answer) = ada.get("issue/picker?query=sec-&currentIssueKey=SEC-1").await;
    assert_eq!(answer["sections"][0]["issues"][0]["key"], "SEC-2");
    assert_eq!(answer["sections"][0]["issues"][0]["summary"], "Other &lt;thing&gt;");
}
