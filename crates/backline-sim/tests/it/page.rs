use crate::world::{World, bug, doc, read};
use serde_json::json;

#[tokio::test]
async fn pages_show_an_issue_and_its_board_escaped() {
    let world = World::start().await;
    world.ada().post("issue", bug(json!({"summary": "<b>bold</b>", "description": doc("What & why")}))).await;
    for path in [
        "/",
        "/auth/apps",
        "/sites/acme/jira/projects",
        "/sites/acme/jira/projects/SEC/board",
        "/sites/acme/browse/SEC-1",
    ] {
        assert_eq!(world.http.get(world.url(path)).send().await.expect("an answer").status(), 200, "{path}");
    }
    let (_, html) = read(world.http.get(world.url("/sites/acme/browse/SEC-1"))).await;
    let html = html.as_str().expect("text");
    assert!(html.contains("&lt;b&gt;bold&lt;/b&gt;") && html.contains("What &amp; why"));
    assert!(!html.contains("<b>bold"));
}

#[tokio::test]
async fn a_person_edits_comments_moves_along_and_deletes_by_form() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let post = |verb: &str, form: &[(&str, &str)]| {
        world.http.post(world.url(&format!("/sites/acme/browse/SEC-1/{verb}"))).form(form).send()
    };
    let form = [
        ("summary", "Changed"),
        ("priority", "1"),
        ("labels", "a b"),
        ("customfield_10030", "10101"),
        ("customfield_10031", "10110"),
        ("reporter", crate::world::ADA),
    ];
    assert_eq!(post("edit", &form).await.expect("an answer").status(), 303);
    assert_eq!(post("comment", &[("comment", "By hand")]).await.expect("an answer").status(), 303);
    assert_eq!(post("describe", &[("line", "More")]).await.expect("an answer").status(), 303);
    assert_eq!(post("transition", &[("transition", "51")]).await.expect("an answer").status(), 400);
    let done = post("transition", &[("transition", "51"), ("resolution", "10000")]).await;
    assert_eq!(done.expect("an answer").status(), 303);
    let (_, issue) = ada.get("issue/SEC-1").await;
    let fields = &issue["fields"];
    assert_eq!(fields["summary"], "Changed");
    assert_eq!(fields["labels"], json!(["a", "b"]));
    assert_eq!(fields["customfield_10030"]["value"], "Sev 2");
    assert_eq!(fields["resolution"]["name"], "Done");
    assert_eq!(fields["description"], doc("More"));
    assert_eq!(fields["comment"]["total"], 1);
    let history = world.history().await;
    assert!(history.iter().any(|e| e["path"] == "/sites/acme/browse/SEC-1/edit" && e["write"] == true));
    assert_eq!(post("delete", &[]).await.expect("an answer").status(), 303);
    assert_eq!(ada.get("issue/SEC-1").await.0, 404);
}

#[tokio::test]
async fn a_pull_request_needs_a_title_or_something_to_change() {
    let world = World::start().await;
    let open = |form: &'static [(&str, &str)]| {
        world.http.post(world.url("/github/acme/payments-api/pulls")).form(form).send()
    };
    let opened = open(&[("title", "Fix CVE-2020-9548"), ("file", "pom.xml"), ("text", " ")]).await;
    let opened = opened.expect("an answer");
    assert_eq!(opened.status(), 303);
    let address = opened.headers()["location"].to_str().expect("text");
    let (_, html) = read(world.http.get(address)).await;
    assert!(html.as_str().is_some_and(|html| html.contains("Fix CVE-2020-9548")));
    assert_eq!(open(&[("title", " ")]).await.expect("an answer").status(), 422);
}
