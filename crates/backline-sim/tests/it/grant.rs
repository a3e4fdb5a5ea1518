//! What a grant reaches over its life: sites, products, replacement, expiry, and what an app hears when it ends.

use crate::world::{ADA, SCOPES, World, read};
use serde_json::{Value, json};

const DAY_MS: i64 = 24 * 60 * 60_000;

fn ids(resources: &Value) -> Vec<&str> {
    resources.as_array().expect("a list").iter().filter_map(|row| row["id"].as_str()).collect()
}

async fn refresh(world: &World, token: &Value) -> (u16, Value) {
    world.token(json!({"grant_type": "refresh_token", "refresh_token": token})).await
}

#[tokio::test]
async fn an_account_level_grant_grows_and_older_tokens_grow_with_it() {
    let world = World::start().await;
    let (acme, globex) = (world.info("/sites/0/cloud_id"), world.info("/sites/1/cloud_id"));
    let first = world.connect_as(ADA, SCOPES, &acme).await;
    world.connect_as(ADA, SCOPES, &globex).await;
    let (_, reached) = world.reach(&first["access_token"]).await;
    assert_eq!(ids(&reached), [&acme, &globex]);
}

#[tokio::test]
async fn a_site_restricted_grant_reaches_the_chosen_site_alone() {
    let world = World::start().await;
    world.control("/_sim/accounts/app", json!({"is_site_restricted": true})).await;
    let (acme, globex) = (world.info("/sites/0/cloud_id"), world.info("/sites/1/cloud_id"));
    let first = world.connect_as(ADA, SCOPES, &acme).await;
    let second = world.connect_as(ADA, SCOPES, &globex).await;
    assert_eq!(ids(&world.reach(&first["access_token"]).await.1), [&acme]);
    assert_eq!(ids(&world.reach(&second["access_token"]).await.1), [&globex]);
}

#[tokio::test]
async fn a_site_stands_twice_where_the_scopes_are_of_two_products() {
    let world = World::start().await;
    let pair = world.connect("read:jira-work read:confluence-content.summary offline_access").await;
    let (_, reached) = world.reach(&pair["access_token"]).await;
    let acme = world.info("/jira/cloud_id");
    assert_eq!(ids(&reached), [&acme, &acme]);
    assert_eq!(reached[0]["scopes"], json!(["read:jira-work"]));
    assert_eq!(reached[1]["scopes"], json!(["read:confluence-content.summary"]));
}

#[tokio::test]
async fn a_consent_with_fewer_scopes_weakens_the_tokens_that_are_out() {
    let world = World::start().await;
    let first = world.connect(SCOPES).await;
    let app = world.app(first["access_token"].as_str().expect("a token"));
    assert_eq!(app.get("myself").await.0, 200);
    world.connect("read:jira-work offline_access").await;
    let (status, body) = app.get("myself").await;
    assert_eq!((status, &body["message"]), (401, &json!("Unauthorized; scope does not match")));
}

#[tokio::test]
async fn a_revoked_grant_reaches_nothing_and_is_not_refreshed() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    let form = [("account_id", ADA.to_owned()), ("client_id", world.info("/oauth/client_id"))];
    let (status, _) = read(world.http.post(world.url("/auth/apps/revoke")).form(&form)).await;
    assert_eq!(status, 303);
    assert_eq!(world.reach(&pair["access_token"]).await, (200, json!([])));
    let (status, body) = refresh(&world, &pair["refresh_token"]).await;
    assert_eq!((status, &body["error"]), (403, &json!("invalid_grant")));
    assert_eq!(body["error_description"], "Unknown or invalid refresh token.");
    world.advance(3_600_000).await;
    assert_eq!(world.reach(&pair["access_token"]).await.0, 401, "it expired meanwhile");
}

#[tokio::test]
async fn an_app_that_was_taken_off_the_site_is_told_so() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    world.control("/_sim/accounts/uninstall", json!({"cloud_id": world.info("/jira/cloud_id")})).await;
    assert_eq!(world.reach(&pair["access_token"]).await, (200, json!([])));
    let (status, body) = world.app(pair["access_token"].as_str().expect("a token")).get("field").await;
    assert_eq!((status, &body["message"]), (403, &json!("The app is not installed on this instance")));
    // The account still granted something, so the pair can be exchanged: it reaches nothing.
    assert_eq!(refresh(&world, &pair["refresh_token"]).await.0, 200);
}

#[tokio::test]
async fn a_used_refresh_token_works_for_ten_minutes_and_rotation_starts_the_ninety_days_anew() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    let (_, second) = refresh(&world, &pair["refresh_token"]).await;
    world.advance(9 * 60_000).await;
    assert_eq!(refresh(&world, &pair["refresh_token"]).await.0, 200, "within the reuse interval");
    world.advance(89 * DAY_MS).await;
    let (status, third) = refresh(&world, &second["refresh_token"]).await;
    assert_eq!(status, 200);
    world.advance(91 * DAY_MS).await;
    let (status, body) = refresh(&world, &third["refresh_token"]).await;
    assert_eq!((status, &body["error"]), (403, &json!("invalid_grant")));
}

#[tokio::test]
async fn a_code_that_is_wrong_or_used_twice_is_an_invalid_grant() {
    let world = World::start().await;
    let code = world.consent(ADA, SCOPES).await;
    let redeem = |code: String, redirect_uri: &'static str| {
        world.token(json!({"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}))
    };
    assert_eq!(redeem(code.clone(), crate::world::CALLBACK).await.0, 200);
    for (code, callback) in [(code, crate::world::CALLBACK), ("made up".into(), crate::world::CALLBACK)] {
        let (status, body) = redeem(code, callback).await;
        assert_eq!((status, &body["error"]), (403, &json!("invalid_grant")));
    }
    let code = world.consent(ADA, SCOPES).await;
    assert_eq!(redeem(code, "http://127.0.0.1:2/integrations/jira/callback").await.0, 403);
}

#[tokio::test]
async fn the_token_endpoint_can_be_in_trouble_like_any_other() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    let matching = json!({"service": "auth", "path": "/auth/oauth/token"});
    world.plan(json!({"match": matching, "nth": 1, "fault": {"kind": "html", "status": 502}})).await;
    let (status, body) = refresh(&world, &pair["refresh_token"]).await;
    assert_eq!(status, 502);
    assert!(body.as_str().is_some_and(|page| page.contains("<html")), "{body}");
    assert_eq!(refresh(&world, &pair["refresh_token"]).await.0, 200, "nothing was spent");
}

#[tokio::test]
async fn who_granted_is_told_with_its_scope_alone() {
    let world = World::start().await;
    let me = |token: Value| {
        let token = token["access_token"].as_str().expect("a token").to_owned();
        read(world.http.get(world.url("/api/me")).bearer_auth(token))
    };
    let (status, body) = me(world.connect(SCOPES).await).await;
    assert_eq!((status, &body["message"]), (401, &json!("Unauthorized; scope does not match")));
    let (status, body) = me(world.connect("read:me read:jira-work").await).await;
    assert_eq!((status, &body["account_id"], &body["email"]), (200, &json!(ADA), &json!("ada@acme.example")));
}
