mod act;
mod browser;
mod edit;
mod gallery;
mod people;

use crate::world::{World, bug, doc, read};
use browser::Browser;
use serde_json::json;

const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";

#[tokio::test]
async fn hostile_text_is_text_on_every_page() {
    let world = World::start().await;
    let ada = world.ada();
    let label = "\"'><script>alert(1)</script>";
    let fields = json!({
        "summary": HOSTILE, "description": doc(HOSTILE), "labels": [label], "environment": doc(HOSTILE),
        "customfield_10032": doc(HOSTILE), "customfield_10034": HOSTILE,
    });
    assert_eq!(ada.post("issue", bug(fields)).await.0, 201);
    ada.post("issue", bug(json!({"summary": HOSTILE}))).await;
    ada.post("issue/SEC-1/comment", json!({"body": doc(HOSTILE)})).await;
    let link = json!({"relationship": HOSTILE, "object": {"url": "javascript:alert(1)", "title": HOSTILE, "summary": HOSTILE}});
    ada.post("issue/SEC-1/remotelink", link).await;
    let ends = json!({"type": {"name": "Blocks"}, "inwardIssue": {"key": "SEC-1"}, "outwardIssue": {"key": "SEC-2"}});
    ada.post("issueLink", ends).await;
    ada.put("issue/SEC-1", json!({"fields": {"summary": format!("{HOSTILE} again")}})).await;
    let browser = Browser::new(&world);
    let (_, list) = ada.get("issue/SEC-1/comment").await;
    let comment =
        format!("/sites/acme/browse/SEC-1/comment/{}", list["comments"][0]["id"].as_str().expect("an id"));
    for path in [
        "/sites/acme/browse/SEC-1",
        "/sites/acme/browse/SEC-1/edit",
        "/sites/acme/browse/SEC-1/move?project=WEB",
        "/sites/acme/browse/SEC-1/delete",
        "/sites/acme/jira/projects/SEC/board",
        "/sites/acme/jira/projects/SEC/issues",
        &comment,
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.html.contains("alert(1)"), "{path} shows it");
        for bad in ["<script", "<img", "javascript:alert", "\"'>"] {
            assert!(!page.html.contains(bad), "{bad} on {path}");
        }
    }
    let path = format!("/sites/acme/jira/projects/SEC/issues?text={}", "%22%3E%3Cscript%3E");
    assert!(!browser.get(&path).await.html.contains("<script"));
}

#[tokio::test]
async fn every_page_forbids_scripts_and_loads_nothing_foreign() {
    let world = World::start().await;
    world.ada().bug().await;
    for path in ["/", "/sites", "/auth/apps", "/sites/acme/browse/SEC-1", "/sites/acme/nothing"] {
        let answer = world.http.get(world.url(path)).send().await.expect("an answer");
        let policy = answer.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
    }
    let style = world.http.get(world.url("/people.css")).send().await.expect("an answer");
    assert_eq!(style.headers()["content-type"], "text/css");
}

#[tokio::test]
async fn what_is_not_there_gives_a_page_with_a_way_back() {
    let world = World::start().await;
    let browser = Browser::new(&world);
    let projects = "href=\"/sites/acme/jira/projects\"";
    for (path, back) in [
        ("/sites/nowhere/browse/SEC-1", "href=\"/sites\""),
        ("/sites/acme/browse/SEC-99", projects),
        ("/sites/acme/browse/SEC-99/edit", projects),
        ("/sites/acme/browse/SEC-99/transition?id=11", projects),
        ("/sites/acme/browse/SEC-99/comment/1", projects),
        ("/sites/acme/jira/projects/NONE/board", projects),
        ("/sites/acme/jira/projects/NONE/issues", projects),
        ("/sites/acme/jira/projects/NONE/create", projects),
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.html.contains(back) && page.html.contains("<h1>"), "{path}: {}", page.html);
    }
    let page = browser.get("/sites/acme/jira/dashboards").await;
    assert_eq!(page.status, 501, "real sites have it: {}", page.html);
    assert!(page.html.contains(projects) && page.html.contains("This page is not simulated"));
    for path in ["edit", "transition", "comment", "link", "unlink", "move", "clone", "delete"] {
        let page = browser.post(&format!("/sites/acme/browse/SEC-99/{path}"), &[("comment", "a")]).await;
        assert!(matches!(page.status, 400 | 404) && page.html.contains(projects), "{path}: {}", page.status);
    }
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
