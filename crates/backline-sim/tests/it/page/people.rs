use super::browser::Browser;
use crate::world::{PAT, SCOPES, World, bug};
use serde_json::json;

#[tokio::test]
async fn who_acts_is_chosen_and_named_in_history() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    world.ada().bug().await;
    browser.act_as(PAT).await;
    assert_eq!(browser.post("/sites/acme/browse/SEC-1/comment", &[("comment", "As Pat")]).await.status, 303);
    let (_, list) = world.ada().get("issue/SEC-1/comment").await;
    assert_eq!(list["comments"][0]["author"]["accountId"], PAT);
    let history = world.history().await;
    let entry = |path: &str| history.iter().find(|entry| entry["path"] == path).expect("an entry").clone();
    assert_eq!(entry("/sites/acme/browse/SEC-1/comment")["actor"], format!("person:{PAT}"));
    assert_eq!(entry("/auth/act-as")["write"], false);
}

#[tokio::test]
async fn a_guest_is_offered_and_allowed_what_the_api_allows() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    world.ada().bug().await;
    let hidden = json!({"fields": {"project": {"key": "SEC"}, "issuetype": {"name": "Task"}, "summary": "Hidden one",
        "security": {"name": "Internal only"}}});
    world.ada().post("issue", hidden).await;
    browser.act_as(PAT).await;
    let page = browser.get("/sites/acme/browse/SEC-1").await.html;
    for action in ["/edit", "/move", "/delete", "/transition", "/link"] {
        assert!(!page.contains(&format!("SEC-1{action}\"")), "{action}");
    }
    assert!(page.contains("Comment as Pat Product"));
    let refused = browser.post("/sites/acme/browse/SEC-1/edit", &[("summary", "No")]).await;
    assert_eq!(refused.status, 403);
    assert!(refused.html.contains("You do not have permission to edit issues"));
    assert_eq!(browser.post("/sites/acme/browse/SEC-1/move", &[("project", "WEB")]).await.status, 403);
    assert_eq!(browser.get("/sites/acme/browse/SEC-1/move").await.status, 403);
    assert_eq!(browser.post("/sites/acme/browse/SEC-2/move", &[("project", "WEB")]).await.status, 404);
    assert_eq!(browser.get("/sites/acme/browse/SEC-2").await.status, 404);
    for list in ["board", "issues"] {
        let html = browser.get(&format!("/sites/acme/jira/projects/SEC/{list}")).await.html;
        assert!(html.contains("SEC-1") && !html.contains("Hidden one"), "{list}");
    }
    assert_eq!(world.ada().get("issue/SEC-1").await.1["fields"]["summary"], "A weakness");
}

#[tokio::test]
async fn a_person_sees_what_an_app_may_do_and_takes_it_back() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    let mut browser = Browser::new(&world);
    let page = browser.get("/auth/apps").await;
    assert!(
        page.html.contains("Backline")
            && page.html.contains("View Jira issue data")
            && page.html.contains("Acme")
    );
    let inputs = page.form("/auth/apps/revoke");
    assert_eq!(browser.post("/auth/apps/revoke", &inputs).await.status, 303);
    assert!(browser.get("/auth/apps").await.html.contains("No app has access to the account of Ada Admin."));
    let token = pair["access_token"].as_str().expect("a token");
    assert_eq!(world.app(token).get("myself").await.0, 401);
    browser.act_as(PAT).await;
    assert!(browser.get("/auth/apps").await.html.contains("account of Pat Product"));
}

#[tokio::test]
async fn a_list_is_read_page_by_page_and_searched() {
    let world = World::start().await;
    for n in 0..55 {
        let body = bug(json!({"summary": format!("Weakness number {n}"), "labels": [format!("l{}", n % 5)]}));
        assert_eq!(world.ada().post("issue", body).await.0, 201);
    }
    let browser = Browser::new(&world);
    let list = "/sites/acme/jira/projects/SEC/issues";
    let first = browser.get(list).await.html;
    assert!(first.contains("55 issues") && first.contains("number 54<") && !first.contains("number 4<"));
    let older = first.split("before=").nth(1).and_then(|rest| rest.split('"').next()).expect("a next page");
    let second = browser.get(&format!("{list}?before={older}")).await.html;
    assert!(second.contains("number 4<") && second.contains("number 0<") && !second.contains("number 5<"));
    assert!(!second.contains(">Older<"), "nothing is older");
    let rows = |html: &str| html.matches("<td class=\"key\">").count();
    assert_eq!(rows(&browser.get(&format!("{list}?text=L3")).await.html), 11);
    assert_eq!(rows(&browser.get(&format!("{list}?text=sec-7")).await.html), 1);
    assert_eq!(rows(&browser.get(&format!("{list}?text=NUMBER%2012")).await.html), 1);
    world.ada().post("issue/SEC-9/transitions", json!({"transition": {"id": "11"}})).await;
    assert_eq!(rows(&browser.get(&format!("{list}?status=3")).await.html), 1);
    let board = browser.get("/sites/acme/jira/projects/SEC/board").await.html;
    assert!(board.contains("<span class=\"count\">54</span>") && board.contains("Show all in To Do"));
}
