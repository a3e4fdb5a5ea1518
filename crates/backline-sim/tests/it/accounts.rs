use crate::world::{ADA, CALLBACK, SCOPES, World, read};
use serde_json::{Value, json};

#[tokio::test]
async fn a_consent_gives_a_pair_and_the_chosen_site() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    assert_eq!(pair["expires_in"], 3_600);
    let token = pair["access_token"].as_str().expect("a token");
    let request = world.http.get(world.url("/api/oauth/token/accessible-resources")).bearer_auth(token);
    let (status, sites) = read(request).await;
    assert_eq!(status, 200);
    assert_eq!(sites.as_array().map(Vec::len), Some(1));
    assert_eq!(sites[0]["id"], world.info("/jira/cloud_id"));
    assert_eq!(sites[0]["url"], world.info("/jira/site"));
    let (status, me) = world.app(token).get("myself").await;
    assert_eq!((status, &me["accountId"]), (200, &json!(ADA)));
}

#[tokio::test]
async fn cancel_goes_back_with_access_denied_and_a_foreign_callback_goes_nowhere() {
    let world = World::start().await;
    let form = |redirect_uri: &'static str| {
        [
            ("audience", "api.atlassian.com".to_owned()),
            ("client_id", world.info("/oauth/client_id")),
            ("scope", "read:jira-work".to_owned()),
            ("redirect_uri", redirect_uri.to_owned()),
            ("state", "s".to_owned()),
            ("response_type", "code".to_owned()),
            ("decision", "cancel".to_owned()),
        ]
    };
    let post = |redirect_uri| world.http.post(world.url("/auth/authorize")).form(&form(redirect_uri)).send();
    let answer = post(CALLBACK).await.expect("an answer");
    let location = answer.headers()["location"].to_str().expect("text");
    assert!(location.contains("error=access_denied") && location.contains("state=s"), "{location}");
    let answer = post("https://elsewhere.example/integrations/jira/callback").await.expect("an answer");
    assert_eq!(answer.status(), 400);
    assert!(answer.headers().get("location").is_none());
}

#[tokio::test]
async fn refresh_rotates_and_errors_have_atlassians_bodies() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    let refresh = |token: &Value| world.token(json!({"grant_type": "refresh_token", "refresh_token": token}));
    let (status, second) = refresh(&pair["refresh_token"]).await;
    assert_eq!(status, 200);
    assert_ne!(second["refresh_token"], pair["refresh_token"]);
    world.advance(11 * 60_000).await;
    let (status, error) = refresh(&pair["refresh_token"]).await;
    assert_eq!((status, &error["error"]), (403, &json!("invalid_grant")));
    let (status, error) = refresh(&second["refresh_token"]).await;
    assert_eq!((status, &error["error"]), (403, &json!("invalid_grant")), "the family is revoked");
    let (status, error) = refresh(&json!("never seen")).await;
    assert_eq!((status, &error["error"]), (403, &json!("unauthorized_client")));
    let body = json!({"grant_type": "refresh_token", "refresh_token": "x", "client_secret": "wrong"});
    let (status, error) = world.token(body).await;
    assert_eq!((status, &error["error"]), (401, &json!("access_denied")));
}

#[tokio::test]
async fn the_gateway_tells_expired_scope_site_and_installation_apart() {
    let world = World::start().await;
    let pair = world.connect("read:jira-work").await;
    let token = pair["access_token"].as_str().expect("a token");
    assert!(pair.get("refresh_token").is_none(), "no offline_access was asked for");
    let (status, body) = world.app(token).get("myself").await;
    assert_eq!((status, body), (401, json!({"code": 401, "message": "Unauthorized; scope does not match"})));
    let at = |cloud: &str| world.http.get(world.url(&format!("/api/ex/jira/{cloud}/rest/api/3/field")));
    let (status, _) = read(at("00000000-0000-4000-8000-000000000000").bearer_auth(token)).await;
    assert_eq!(status, 404);
    let globex = world.info("/sites/1/cloud_id");
    let (status, _) = read(at(&globex).bearer_auth(token)).await;
    assert_eq!(status, 403);
    world.advance(3_600_000).await;
    let (status, body) = world.app(token).get("field").await;
    assert_eq!((status, body), (401, json!({"code": 401, "message": "Unauthorized"})));
}

#[tokio::test]
async fn a_token_with_scopes_opens_the_gateway_and_one_without_the_site() {
    let world = World::start().await;
    let (site, gateway) = (world.info("/jira/site"), world.info("/jira/gateway"));
    let email = world.info("/jira/email");
    for (token, door, status) in [
        ("token", &site, 200),
        ("token", &gateway, 401),
        ("scoped_token", &site, 401),
        ("scoped_token", &gateway, 200),
    ] {
        let url = format!("{door}/rest/api/3/myself");
        let request = world.http.get(url).basic_auth(&email, Some(world.info(&format!("/jira/{token}"))));
        assert_eq!(read(request).await.0, status, "{token} at {door}");
    }
    let (status, tenant) = read(world.http.get(format!("{site}/_edge/tenant_info"))).await;
    assert_eq!((status, &tenant["cloudId"]), (200, &json!(world.info("/jira/cloud_id"))));
}

#[tokio::test]
async fn a_dead_api_token_is_refused_or_answered_as_nobody() {
    let world = World::start().await;
    let ask = |path: &str| {
        let url = format!("{}/rest/api/3/{path}", world.info("/jira/site"));
        world.http.get(url).basic_auth(world.info("/jira/email"), Some("dead"))
    };
    let (status, body) = read(ask("myself")).await;
    let text = "Client must be authenticated to access this resource.";
    assert_eq!((status, body), (401, json!({"message": text, "status-code": 401})));
    let answer = ask("serverInfo").send().await.expect("an answer");
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["x-seraph-loginreason"]),
        (200, &"AUTHENTICATED_FAILED".parse().expect("a value"))
    );
}
