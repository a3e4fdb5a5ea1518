//! What people and administrators change while others use a site, as those others see it.

use crate::world::{PAT, SCOPES, World, bug};
use reqwest::Method;
use serde_json::{Value, json};

async fn found(world: &World, jql: &str) -> usize {
    let (_, answer) = world.ada().post("search/jql", json!({"jql": jql})).await;
    answer["issues"].as_array().expect("a list").len()
}

async fn offered(world: &World) -> Vec<String> {
    let (_, answer) = world.ada().get("issue/SEC-1/transitions").await;
    let rows = answer["transitions"].as_array().expect("a list").iter();
    rows.filter_map(|row| row["name"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn f16_lost_scopes_are_a_mismatch_and_a_revoked_grant_is_dead() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    let token = pair["access_token"].as_str().expect("a token");
    world.done("accounts/scopes", json!({"remove": ["write:jira-work"]})).await;
    assert_eq!(world.app(token).get("myself").await.0, 200);
    let (status, body) = world.app(token).post("issue", bug(json!({}))).await;
    assert_eq!((status, &body["message"]), (401, &json!("Unauthorized; scope does not match")));
    world.done("accounts/revoke", json!({})).await;
    assert_eq!(world.app(token).get("myself").await.0, 401);
    let refresh = json!({"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]});
    let (status, body) = world.token(refresh).await;
    assert_eq!((status, &body["error"]), (403, &json!("invalid_grant")));
    assert_eq!(world.act("accounts/scopes", json!({"remove": []})).await.0, 404);
}

#[tokio::test]
async fn f13_every_token_of_a_person_can_expire_at_once() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    let token = pair["access_token"].as_str().expect("a token");
    assert_eq!(world.done("accounts/expire", json!({"as": 404})).await, json!({"expired": 1}));
    assert_eq!(
        world.app(token).request(Method::GET, "3/myself").send().await.expect("an answer").status(),
        404
    );
    assert_eq!(world.act("accounts/expire", json!({"as": 500})).await.0, 400);
    assert_eq!(world.act("accounts/expire", json!({"is": 404})).await.0, 400);
}

#[tokio::test]
async fn f19_a_renamed_site_keeps_its_cloud_id_and_its_issues() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    let token = pair["access_token"].as_str().expect("a token").to_owned();
    let id = world.ada().bug().await;
    world.done("accounts/site", json!({"site": "acme", "name": "acme-corp", "title": "Acme Corp"})).await;
    let resources = world.http.get(world.url("/api/oauth/token/accessible-resources")).bearer_auth(&token);
    let (_, sites) = crate::world::read(resources).await;
    assert_eq!(sites[0]["id"], world.info("/jira/cloud_id"));
    assert_eq!(sites[0]["url"], world.url("/sites/acme-corp"));
    assert_eq!(world.app(&token).get(&format!("issue/{id}")).await.0, 200);
    assert_eq!(world.info("/jira/site"), world.url("/sites/acme-corp"));
    assert_eq!(world.ada().get(&format!("issue/{id}")).await.0, 200);
    let old = world.http.get(world.url("/sites/acme/browse/SEC-1")).send().await.expect("an answer");
    assert_eq!(old.status(), 200, "the former name leads on");
    assert_eq!(world.act("accounts/site", json!({"site": "globex", "name": "acme"})).await.0, 409);
}

#[tokio::test]
async fn f19_a_suspended_site_answers_a_page_and_a_removed_one_is_unknown() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    let token = pair["access_token"].as_str().expect("a token").to_owned();
    let (site, gateway) = (world.info("/jira/site"), world.info("/jira/gateway"));
    let at = |base: String| {
        let request = world.http.get(format!("{base}/rest/api/3/myself")).bearer_auth(&token);
        async move { request.send().await.expect("an answer").status().as_u16() }
    };
    for (to, statuses, listed) in [("suspended", (503, 503), 1), ("removed", (404, 404), 0)] {
        world.done("accounts/site", json!({"site": "acme", "to": to})).await;
        assert_eq!((at(gateway.clone()).await, at(site.clone()).await), statuses, "{to}");
        let resources =
            world.http.get(world.url("/api/oauth/token/accessible-resources")).bearer_auth(&token);
        let (_, sites) = crate::world::read(resources).await;
        assert_eq!(sites.as_array().map(Vec::len), Some(listed), "{to}");
    }
    world.done("accounts/site", json!({"site": "acme", "to": "active"})).await;
    assert_eq!(at(gateway).await, 200);
}

#[tokio::test]
async fn f24_a_renamed_project_gives_its_issues_new_keys_and_keeps_the_old_ones_answering() {
    let world = World::start().await;
    let id = world.ada().bug().await;
    world.done("jira/project", json!({"project": "SEC", "key": "SAFE", "name": "Safety"})).await;
    for key in [id.as_str(), "SEC-1", "SAFE-1"] {
        let (status, issue) = world.ada().get(&format!("issue/{key}")).await;
        assert_eq!((status, &issue["key"]), (200, &json!("SAFE-1")), "{key}");
    }
    assert_eq!(world.ada().get("project/SEC").await.1["key"], "SAFE");
    let (_, made) = world.ada().post("issue", bug(json!({}))).await;
    assert_eq!(made["key"], "SAFE-2");
    assert_eq!(world.act("jira/project", json!({"project": "WEB", "key": "SEC"})).await.0, 400);
}

#[tokio::test]
async fn f25_an_archived_issue_is_read_only_and_out_of_searches_until_it_is_restored() {
    let world = World::start().await;
    world.ada().bug().await;
    world.done("jira/archive", json!({"issue": "SEC-1"})).await;
    assert_eq!(found(&world, "project = SEC").await, 0);
    assert_eq!(world.ada().get("issue/SEC-1").await.0, 200);
    let edit = || json!({"fields": {"summary": "B"}});
    assert_eq!(world.ada().put("issue/SEC-1", edit()).await.0, 403);
    assert_eq!(world.ada().put("issue/SEC-1/properties/k", json!(1)).await.0, 403);
    assert!(offered(&world).await.is_empty());
    world.done("jira/archive", json!({"issue": "SEC-1", "archived": false})).await;
    assert_eq!(
        (world.ada().put("issue/SEC-1", edit()).await.0, found(&world, "project = SEC").await),
        (204, 1)
    );
}

#[tokio::test]
async fn f25_a_trashed_project_takes_its_issues_along_and_brings_them_back() {
    let world = World::start().await;
    world.ada().bug().await;
    world.done("jira/project", json!({"project": "SEC", "to": "trashed"})).await;
    assert_eq!(world.ada().get("issue/SEC-1").await.0, 404);
    assert_eq!(world.ada().get("project/SEC").await.0, 404);
    assert_eq!(found(&world, "project = SEC").await, 0);
    assert_eq!(world.ada().post("issue", bug(json!({}))).await.0, 400);
    world.done("jira/project", json!({"project": "SEC", "to": "archived"})).await;
    assert_eq!(world.ada().get("issue/SEC-1").await.0, 200);
    assert_eq!(world.ada().post("issue", bug(json!({}))).await.0, 403);
    world.done("jira/project", json!({"project": "SEC", "to": "live"})).await;
    assert_eq!(world.ada().post("issue", bug(json!({}))).await.0, 201);
}

#[tokio::test]
async fn f26_transitions_go_are_renamed_demand_a_field_and_have_rules_nobody_sees() {
    let world = World::start().await;
    world.ada().bug().await;
    let change = |transition: &str, more: Value| {
        let mut body = json!({"project": "SEC", "issue_type": "Bug", "transition": transition});
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        body
    };
    let take = |id: &str, fields: Value| {
        let body = json!({"transition": {"id": id}, "fields": fields});
        let ada = world.ada();
        async move { ada.post("issue/SEC-1/transitions", body).await }
    };
    world.done("jira/transition", change("Start progress", json!({"to": "gone"}))).await;
    assert_eq!(offered(&world).await, ["Send to review", "Done"]);
    assert_eq!(take("11", json!({})).await.0, 400);
    world.done("jira/transition", change("11", json!({"to": "offered"}))).await;
    world.done("jira/transition", change("11", json!({"to": "renamed", "name": "Begin"}))).await;
    assert_eq!(offered(&world).await[0], "Begin");
    world.done("jira/transition", change("11", json!({"to": "requires", "field": "duedate"}))).await;
    let (status, answer) = take("11", json!({})).await;
    assert_eq!((status, &answer["errors"]), (400, &json!({"duedate": "Due date is required."})));
    assert_eq!(take("11", json!({"duedate": "2026-12-24"})).await.0, 204);
    let rule = json!({"to": "validated", "text": "Say where it is fixed.", "field": "fixVersions"});
    world.done("jira/transition", change("51", rule)).await;
    let done = json!({"resolution": {"name": "Done"}});
    let refused = json!({"errorMessages": ["Say where it is fixed."], "errors": {}});
    assert_eq!(take("51", done.clone()).await, (400, refused));
    let with_version = json!({"resolution": {"name": "Done"}, "fixVersions": [{"name": "1.1"}]});
    assert_eq!(take("51", with_version).await.0, 204);
}

#[tokio::test]
async fn f27_an_option_is_removed_disabled_renamed_and_offered_again() {
    let world = World::start().await;
    let id = world.ada().bug().await;
    let severity =
        || async { world.ada().get(&format!("issue/{id}")).await.1["fields"]["customfield_10030"].clone() };
    let with = |value: &str| bug(json!({"customfield_10030": {"value": value}}));
    let change = |option: &str, to: &str| json!({"field": "customfield_10030", "option": option, "to": to});
    let option = severity().await["id"].as_str().expect("an id").to_owned();
    world.done("jira/option", change("Sev 1", "disabled")).await;
    assert_eq!(severity().await["value"], "Sev 1", "who has it keeps it");
    assert_eq!(world.ada().post("issue", with("Sev 1")).await.0, 400);
    world.done("jira/option", change("Sev 1", "removed")).await;
    assert_eq!(severity().await, Value::Null);
    world.done("jira/option", change(&option, "offered")).await;
    assert_eq!(world.ada().post("issue", with("Sev 1")).await.0, 400, "still disabled");
    world.done("jira/option", change(&option, "offered")).await;
    world
        .done(
            "jira/option",
            json!({"field": "customfield_10030", "option": option, "to": "renamed", "name": "P1"}),
        )
        .await;
    assert_eq!(severity().await["value"], "P1");
    assert_eq!(world.ada().post("issue", with("P1")).await.0, 201);
}

#[tokio::test]
async fn f28_who_is_deactivated_cannot_be_assigned_nor_sign_in() {
    let world = World::start().await;
    let assigned = || bug(json!({"assignee": {"accountId": PAT}}));
    let listed = || async {
        let (_, people) = world.ada().get("user/assignable/search?project=SEC&query=").await;
        people.as_array().expect("a list").iter().any(|person| person["accountId"] == PAT)
    };
    world.done("jira/user", json!({"account_id": PAT, "assignable": false})).await;
    let (status, answer) = world.ada().post("issue", assigned()).await;
    assert_eq!(status, 400);
    assert!(answer["errors"]["assignee"].as_str().is_some_and(|text| text.contains("cannot be assigned")));
    assert!(!listed().await);
    world.done("jira/user", json!({"account_id": PAT, "assignable": true, "active": false})).await;
    assert_eq!(world.ada().post("issue", assigned()).await.0, 400);
    assert_eq!(world.ada().get(&format!("user?accountId={PAT}")).await.1["active"], false);
    world.done("jira/user", json!({"account_id": PAT, "active": true})).await;
    assert_eq!(world.ada().post("issue", assigned()).await.0, 201);
    assert!(listed().await);
    let pair = world.connect(SCOPES).await;
    world.done("jira/user", json!({"account_id": crate::world::ADA, "active": false})).await;
    let app = world.app(pair["access_token"].as_str().expect("a token"));
    assert_eq!((app.get("myself").await.0, world.ada().get("myself").await.0), (401, 401));
}

#[tokio::test]
async fn f29_a_permission_can_be_taken_in_one_project_or_everywhere() {
    let world = World::start().await;
    world.ada().bug().await;
    let take = |permission: &str, project: Option<&str>| {
        let body = json!({"permission": permission, "project": project, "held": false});
        world.done("jira/permission", body)
    };
    let edit = || json!({"fields": {"summary": "B"}});
    take("EDIT_ISSUES", Some("WEB")).await;
    assert_eq!(world.ada().put("issue/SEC-1", edit()).await.0, 204);
    take("EDIT_ISSUES", Some("SEC")).await;
    assert_eq!(world.ada().put("issue/SEC-1", edit()).await.0, 403);
    let (_, mine) = world.ada().get("mypermissions?permissions=EDIT_ISSUES&projectKey=SEC").await;
    assert_eq!(mine["permissions"]["EDIT_ISSUES"]["havePermission"], false);
    take("TRANSITION_ISSUES", None).await;
    assert!(offered(&world).await.is_empty());
    take("CREATE_ISSUES", None).await;
    assert_eq!(world.ada().post("issue", bug(json!({}))).await.0, 403);
    take("BROWSE_PROJECTS", Some("SEC")).await;
    assert_eq!(world.ada().get("issue/SEC-1").await.0, 404);
    assert_eq!(world.ada().get("project/SEC").await.0, 404);
    assert_eq!(world.act("jira/permission", json!({"permission": "FLY", "held": false})).await.0, 400);
}

#[tokio::test]
async fn f34_a_clone_takes_the_label_along_and_not_the_property() {
    let world = World::start().await;
    world.ada().post("issue", bug(json!({"labels": ["backline-abc"]}))).await;
    world.ada().put("issue/SEC-1/properties/backline.link", json!({"nonce": "n"})).await;
    let clone = world.done("jira/clone", json!({"issue": "SEC-1"})).await;
    assert_eq!(clone["key"], "SEC-2");
    assert_eq!(found(&world, "labels = \"backline-abc\"").await, 2);
    assert_eq!(world.ada().get("issue/SEC-2/properties/backline.link").await.0, 404);
    assert_eq!(world.ada().get("issue/SEC-2").await.1["fields"]["summary"], "CLONE - A weakness");
    let unlabelled = json!({"update": {"labels": [{"remove": "backline-abc"}]}});
    assert_eq!(world.ada().put("issue/SEC-1", unlabelled).await.0, 204);
    assert_eq!(world.ada().delete("issue/SEC-1/properties/backline.link").await.0, 204);
    assert_eq!(found(&world, "labels = \"backline-abc\"").await, 1);
}
