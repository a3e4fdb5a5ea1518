use super::{Key, Turn, UnderWay};
use crate::api::tests::Client;
use crate::web::testing::{app, config};
use axum::http::{Method, StatusCode};
use backline_core::ids::ApiTokenId;
use backline_store::api_token::TokenScope;
use std::sync::Arc;
use uuid::Uuid;

const NEW: &str = r#"{"name": "ci", "scopes": ["read"]}"#;

#[tokio::test]
async fn a_request_that_is_sent_again_is_not_done_again() {
    let client = Client::of(&app(config("")).await, &[TokenScope::Admin]).await;
    let post = async |key: &str, path: &str, body: &'static str| {
        client.send_with(Method::POST, path, &[("idempotency-key", key)], body).await
    };
    let first = post("one", "/tokens", NEW).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let again = post("one", "/tokens", NEW).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body), "the token is told again");
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert!(!first.headers.contains_key("idempotency-replayed"));
    let fresh = post("two", "/tokens", NEW).await;
    assert_ne!(fresh.body["id"], first.body["id"]);
    let named = async || client.get("/tokens").await.1["tokens"].as_array().unwrap().len();
    assert_eq!(named().await, 3, "the caller's own, and two");
    for (path, body) in [("/tokens", r#"{"name": "other", "scopes": ["read"]}"#), ("/sync", "")] {
        let other = post("one", path, body).await;
        assert_eq!((other.status.as_u16(), &other.body["code"]), (409, &"idempotency_key_reused".into()));
    }
    assert_eq!(named().await, 3);
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let client = Client::of(&app(config("")).await, &[TokenScope::Admin]).await;
    let post = async |body: &'static str| {
        client.send_with(Method::POST, "/tokens", &[("idempotency-key", "one")], body).await.status
    };
    assert_eq!(post(r#"{"name": "", "scopes": ["read"]}"#).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post(NEW).await, StatusCode::CREATED);
    let long = "k".repeat(256);
    let refused = client.send_with(Method::POST, "/tokens", &[("idempotency-key", &long)], NEW).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_report_with_a_key_is_read_once() {
    const REPORT: &[u8] = include_bytes!("../../../../../samples/trivy/pom.json");
    let client = Client::of(&app(config("")).await, &[TokenScope::ReportWrite]).await;
    let post = async |body: &'static [u8]| {
        client.send_with(Method::POST, "/reports?repository=a/b", &[("idempotency-key", "r")], body).await
    };
    let first = post(REPORT).await;
    assert_eq!(first.body["is_repeated"], false, "{}", first.body);
    assert_eq!(post(REPORT).await.body, first.body, "the first answer, with what was new then");
    assert_eq!(post(&REPORT[..99]).await.body["code"], "idempotency_key_reused");
}

#[test]
fn a_key_has_one_turn_at_a_time() {
    let all = Arc::new(UnderWay::default());
    let key = Key { token: ApiTokenId(Uuid::from_u128(1)), text: "one".into() };
    let turn = Turn::take(&all, key.clone()).unwrap();
    assert_eq!(Turn::take(&all, key.clone()).map(|_| ()).unwrap_err().0.status, 409);
    drop(turn);
    assert!(Turn::take(&all, key).is_ok());
}
