//! Faults of tokens and grants.

use super::{myself, planned, virtual_world};
use crate::world::{SCOPES, World};
use serde_json::{Value, json};

#[tokio::test]
async fn f13_to_f15_an_expired_token_stays_expired_and_a_refresh_mends_it() {
    for status in [401, 403, 404] {
        let world = World::start().await;
        let pair = world.connect(SCOPES).await;
        let token = pair["access_token"].as_str().expect("a token");
        planned(&world, json!({"kind": "expired_token", "status": status})).await;
        for _ in 0..2 {
            let answer = myself(&world.app(token)).await;
            assert_eq!(answer.status(), status);
            let body: Value = answer.json().await.expect("JSON");
            assert_eq!(body["code"], status, "the gateway says it, not Jira");
        }
        let (_, fresh) =
            world.token(json!({"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]})).await;
        let fresh = world.app(fresh["access_token"].as_str().expect("a token"));
        assert_eq!(fresh.get("myself").await.0, 200);
        assert_eq!(fresh.get("issue/SEC-99").await.0, 404, "a real 404 is Jira's");
    }
}

#[tokio::test]
async fn f16_and_f17_say_that_scope_or_grant_is_gone() {
    let world = World::start().await;
    let pair = world.connect(SCOPES).await;
    let refresh = || json!({"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]});
    world.plan(json!({"match": {"service": "jira"}, "nth": 1, "fault": {"kind": "scope_mismatch"}})).await;
    let answer = world.app(pair["access_token"].as_str().expect("a token"));
    let (status, body) = answer.get("myself").await;
    assert_eq!((status, &body["message"]), (401, &json!("Unauthorized; scope does not match")));
    let matching = json!({"service": "auth", "path": "*/oauth/token"});
    for error in ["invalid_grant", "unauthorized_client"] {
        let fault = json!({"kind": "invalid_grant", "error": error});
        world.plan(json!({"match": matching, "nth": 1, "fault": fault})).await;
        let (status, body) = world.token(refresh()).await;
        assert_eq!((status, &body["error"]), (403, &json!(error)));
    }
    assert_eq!(world.token(refresh()).await.0, 200, "the grant itself lives");
}

#[tokio::test]
async fn f18_a_lost_refresh_answer_can_be_asked_for_again_for_ten_minutes() {
    for (waited_ms, status) in [(10 * 60_000, 200), (10 * 60_000 + 1, 403)] {
        let world = virtual_world().await;
        let pair = world.connect(SCOPES).await;
        let refresh = || json!({"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]});
        let matching = json!({"path": "/auth/oauth/token"});
        world.plan(json!({"match": matching, "nth": 1, "fault": {"kind": "reset_after_commit"}})).await;
        let mut body = refresh();
        body["client_id"] = world.info("/oauth/client_id").into();
        body["client_secret"] = world.info("/oauth/client_secret").into();
        let lost = world.http.post(world.url("/auth/oauth/token")).json(&body).send().await;
        assert!(lost.is_err());
        world.advance(waited_ms).await;
        assert_eq!(world.token(refresh()).await.0, status, "after {waited_ms} ms");
    }
}
