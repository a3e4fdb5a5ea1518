use super::browser::{Browser, fill};
use crate::world::{World, bug, doc};
use serde_json::json;

#[tokio::test]
async fn a_transition_without_a_screen_is_one_click() {
    let world = World::start().await;
    world.ada().bug().await;
    let browser = Browser::new(&world);
    let action = "/sites/acme/browse/SEC-1/transition";
    let inputs = browser.get("/sites/acme/browse/SEC-1").await.form(action);
    assert_eq!(inputs, [("transition".to_owned(), "11".to_owned())]);
    assert_eq!(browser.post(action, &inputs).await.status, 303);
    let (_, issue) = world.ada().get("issue/SEC-1").await;
    assert_eq!(issue["fields"]["status"]["name"], "In Progress");
    let stale = browser.post(action, &inputs).await;
    assert_eq!(stale.status, 400);
    assert!(stale.html.contains("is not valid for this issue"), "{}", stale.html);
}

#[tokio::test]
async fn a_transitions_screen_says_what_is_missing_and_keeps_what_was_typed() {
    let world = World::start().await;
    world.ada().bug().await;
    let browser = Browser::new(&world);
    let action = "/sites/acme/browse/SEC-1/transition";
    let mut inputs = browser.get(&format!("{action}?id=51")).await.form(action);
    fill(&mut inputs, "fixVersions", &["10002"]);
    fill(&mut inputs, "comment", &["Done & <dusted>"]);
    let refused = browser.post(action, &inputs).await;
    assert_eq!(refused.status, 400);
    assert!(refused.html.contains("id=\"resolution-wrong\">Resolution is required.<"), "{}", refused.html);
    let mut again = refused.form(action);
    assert!(again.contains(&("fixVersions".to_owned(), "10002".to_owned())));
    assert!(again.contains(&("comment".to_owned(), "Done & <dusted>".to_owned())));
    fill(&mut again, "resolution", &["10001"]);
    assert_eq!(browser.post(action, &again).await.status, 303);
    let (_, issue) = world.ada().get("issue/SEC-1").await;
    let fields = &issue["fields"];
    assert_eq!(
        (&fields["status"]["name"], &fields["resolution"]["name"]),
        (&json!("Done"), &json!("Won't Do"))
    );
    assert_eq!(fields["fixVersions"][0]["name"], "1.1");
    assert_eq!(fields["comment"]["comments"][0]["body"], doc("Done & <dusted>"));
    let gone = browser.get(&format!("{action}?id=51")).await;
    assert_eq!(gone.status, 404);
    assert!(gone.html.contains("not offered"));
}

#[tokio::test]
async fn a_comment_is_added_changed_and_deleted() {
    let world = World::start().await;
    world.ada().bug().await;
    let browser = Browser::new(&world);
    let add = "/sites/acme/browse/SEC-1/comment";
    let empty = browser.post(add, &[("comment", " ")]).await;
    assert_eq!(empty.status, 400);
    assert!(empty.html.contains("Comment body can not be empty!"));
    let added = browser.post(add, &[("comment", "By *hand*\r\nagain")]).await;
    let (_, list) = world.ada().get("issue/SEC-1/comment").await;
    let id = list["comments"][0]["id"].as_str().expect("an id");
    assert_eq!(added.location, format!("/sites/acme/browse/SEC-1#comment-{id}"));
    let nodes = &list["comments"][0]["body"]["content"][0]["content"];
    assert_eq!(nodes[1], json!({"type": "text", "text": "hand", "marks": [{"type": "em"}]}));
    assert_eq!(nodes[2]["type"], "hardBreak");

    let one = format!("{add}/{id}");
    assert_eq!(browser.get(&one).await.form(&one), [("comment".to_owned(), "By *hand*\nagain".to_owned())]);
    assert_eq!(browser.post(&one, &[("comment", "")]).await.status, 400);
    assert_eq!(browser.post(&one, &[("comment", "Changed")]).await.status, 303);
    assert_eq!(world.ada().get("issue/SEC-1/comment").await.1["comments"][0]["body"], doc("Changed"));
    assert!(browser.get("/sites/acme/browse/SEC-1").await.html.contains("Changed"));
    assert_eq!(browser.post::<&str, &str>(&format!("{one}/delete"), &[]).await.status, 303);
    assert_eq!(world.ada().get("issue/SEC-1/comment").await.1["total"], 0);
    assert_eq!(browser.get(&one).await.status, 404);
}

#[tokio::test]
async fn issues_are_linked_both_ways_and_unlinked() {
    let world = World::start().await;
    world.ada().bug().await;
    world.ada().bug().await;
    let browser = Browser::new(&world);
    let link = "/sites/acme/browse/SEC-1/link";
    assert_eq!(browser.post(link, &[("type", "10000/inward"), ("issue", "SEC-2")]).await.status, 303);
    let (_, issue) = world.ada().get("issue/SEC-1?fields=issuelinks").await;
    assert_eq!(issue["fields"]["issuelinks"][0]["inwardIssue"]["key"], "SEC-2", "SEC-1 is blocked by SEC-2");
    assert!(browser.get("/sites/acme/browse/SEC-2").await.html.contains(">blocks</span>"));
    let absent = browser.post(link, &[("type", "10000/outward"), ("issue", "SEC-77<")]).await;
    assert_eq!(absent.status, 400);
    assert!(absent.html.contains("does not exist") && absent.html.contains("SEC-77"));
    let unlink = "/sites/acme/browse/SEC-1/unlink";
    let inputs = browser.get("/sites/acme/browse/SEC-1").await.form(unlink);
    assert_eq!(browser.post(unlink, &inputs).await.status, 303);
    let (_, issue) = world.ada().get("issue/SEC-1?fields=issuelinks").await;
    assert_eq!(issue["fields"]["issuelinks"], json!([]));
}

#[tokio::test]
async fn a_move_says_first_what_becomes_of_the_issue() {
    let world = World::start().await;
    world.ada().post("issue", bug(json!({"components": [{"name": "web"}]}))).await;
    let browser = Browser::new(&world);
    let action = "/sites/acme/browse/SEC-1/move";
    assert!(browser.get(action).await.html.contains("Public API (API)"));
    let page = browser.get(&format!("{action}?project=WEB")).await;
    assert!(page.html.contains("Cleared</dt><dd>Components<"), "{}", page.html);
    let moved = browser.post(action, &page.form(action)).await;
    assert_eq!(moved.location, "/sites/acme/browse/WEB-1");
    let (_, issue) = world.ada().get("issue/SEC-1").await;
    assert_eq!((&issue["key"], &issue["fields"]["components"]), (&json!("WEB-1"), &json!([])));
    assert_eq!(browser.get(&format!("{action}?project=NONE")).await.status, 404);
}

#[tokio::test]
async fn a_clone_has_the_values_and_labels_and_a_link_but_no_properties() {
    let world = World::start().await;
    let ada = world.ada();
    ada.post("issue", bug(json!({"labels": ["marker"], "description": doc("What")}))).await;
    ada.put("issue/SEC-1/properties/marker", json!({"a": 1})).await;
    let browser = Browser::new(&world);
    let made = browser.post::<&str, &str>("/sites/acme/browse/SEC-1/clone", &[]).await;
    assert_eq!(made.location, "/sites/acme/browse/SEC-2", "{}", made.html);
    let (_, clone) = ada.get("issue/SEC-2").await;
    let fields = &clone["fields"];
    assert_eq!((&fields["summary"], &fields["labels"]), (&json!("CLONE - A weakness"), &json!(["marker"])));
    assert_eq!(
        (&fields["customfield_10030"]["value"], &fields["description"]),
        (&json!("Sev 1"), &doc("What"))
    );
    assert_eq!(fields["issuelinks"][0]["outwardIssue"]["key"], "SEC-1");
    assert_eq!(fields["issuelinks"][0]["type"]["outward"], "clones");
    assert_eq!(ada.get("issue/SEC-2/properties/marker").await.0, 404);
}

#[tokio::test]
async fn deleting_is_asked_for_and_leads_back_to_the_board() {
    let world = World::start().await;
    world.ada().bug().await;
    let browser = Browser::new(&world);
    assert!(browser.get("/sites/acme/browse/SEC-1/delete").await.html.contains("Delete SEC-1?"));
    let deleted = browser.post::<&str, &str>("/sites/acme/browse/SEC-1/delete", &[]).await;
    assert_eq!(deleted.location, "/sites/acme/jira/projects/SEC/board");
    assert_eq!(world.ada().get("issue/SEC-1").await.0, 404);
    assert_eq!(browser.get("/sites/acme/browse/SEC-1").await.status, 404);
}

#[tokio::test]
async fn an_issue_and_its_sub_task_are_made_by_hand() {
    let world = World::start().await;
    let browser = Browser::new(&world);
    let action = "/sites/acme/jira/projects/SEC/create";
    let mut inputs = browser.get(&format!("{action}?type=10004")).await.form(action);
    fill(&mut inputs, "customfield_10030", &["10100"]);
    let refused = browser.post(action, &inputs).await;
    assert_eq!(refused.status, 400);
    assert!(refused.html.contains("id=\"customfield_10031-wrong\">Found in environment is required.<"));
    let mut inputs = refused.form(action);
    fill(&mut inputs, "summary", &["By hand"]);
    fill(&mut inputs, "customfield_10031", &["10110"]);
    let made = browser.post(action, &inputs).await;
    assert_eq!((made.status, made.location.as_str()), (303, "/sites/acme/browse/SEC-1"), "{}", made.html);
    let (_, issue) = world.ada().get("issue/SEC-1").await;
    assert_eq!(issue["fields"]["customfield_10030"]["value"], "Sev 1");
    assert_eq!(issue["fields"]["priority"]["name"], "Medium");

    let mut inputs = browser.get(&format!("{action}?type=10005&parent=SEC-1")).await.form(action);
    fill(&mut inputs, "summary", &["A part"]);
    assert_eq!(browser.post(action, &inputs).await.location, "/sites/acme/browse/SEC-2");
    let (_, part) = world.ada().get("issue/SEC-2").await;
    assert_eq!(part["fields"]["parent"]["key"], "SEC-1");
    assert!(browser.get("/sites/acme/browse/SEC-1").await.html.contains("A part"));
}
