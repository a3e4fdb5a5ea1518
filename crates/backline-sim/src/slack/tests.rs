use super::*;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use tower::ServiceExt;

const HOOK: &str = "/slack/services/T0ACME/B0SECURITY/simulated-security-alerts";

fn clock() -> Arc<Clock> {
    Arc::new(Clock::system(0))
}

async fn call(
    slack: &Arc<Slack>,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &str,
) -> (StatusCode, String) {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let response = Arc::clone(slack).router().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn incoming_webhook_answers_in_plain_text() {
    let slack = Slack::open(None, clock()).unwrap();
    let post = |path: &'static str, body: &'static str| {
        let slack = Arc::clone(&slack);
        async move { call(&slack, "POST", path, None, body).await }
    };
    assert_eq!(post(HOOK, r#"{"text":"hi"}"#).await, (StatusCode::OK, "ok".to_owned()));
    assert_eq!(post(HOOK, "{").await, (StatusCode::BAD_REQUEST, "invalid_payload".to_owned()));
    assert_eq!(post(HOOK, "{}").await, (StatusCode::BAD_REQUEST, "no_text".to_owned()));
    assert_eq!(
        post(HOOK, r#"{"text":"a","blocks":[{"type":"x"}]}"#).await,
        (StatusCode::BAD_REQUEST, "invalid_blocks".to_owned())
    );
    assert_eq!(
        post("/slack/services/T/B/X", r#"{"text":"hi"}"#).await,
        (StatusCode::NOT_FOUND, "no_service".to_owned())
    );
    assert_eq!(slack.messages().len(), 1);
}

#[tokio::test]
async fn chat_needs_its_token_and_a_known_channel() {
    let slack = Slack::open(None, clock()).unwrap();
    let path = "/slack/api/chat.postMessage";
    let body = r##"{"channel":"#security-alerts","text":"hi"}"##;
    assert!(call(&slack, "POST", path, None, body).await.1.contains("not_authed"));
    assert!(call(&slack, "POST", path, Some("x"), body).await.1.contains("invalid_auth"));
    assert!(
        call(&slack, "POST", path, Some(BOT_TOKEN), r#"{"channel":"no","text":"hi"}"#)
            .await
            .1
            .contains("channel_not_found")
    );
    assert!(call(&slack, "POST", path, Some(BOT_TOKEN), body).await.1.contains(r#""ok":true"#));
}

#[tokio::test]
async fn page_shows_blocks_and_escapes_them() {
    let slack = Slack::open(None, clock()).unwrap();
    let body = r#"{"text":"t","blocks":[{"type":"header","text":{"type":"plain_text","text":"<b>"}},
        {"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Open"},"url":"http://a/b"}]}]}"#;
    call(&slack, "POST", HOOK, None, body).await;
    let (_, page) = call(&slack, "GET", "/slack/", None, "").await;
    assert!(page.contains("<h2>&lt;b&gt;</h2>"), "{page}");
    assert!(page.contains(r#"<a class="button" href="http://a/b">Open</a>"#), "{page}");
}

#[tokio::test]
async fn messages_survive_and_numbers_go_on_after_clearing() {
    let path = std::env::temp_dir().join(format!("slack-sim-{}.jsonl", std::process::id()));
    let slack = Slack::open(Some(&path), clock()).unwrap();
    call(&slack, "POST", HOOK, None, r#"{"text":"one"}"#).await;
    let slack = Slack::open(Some(&path), clock()).unwrap();
    assert_eq!(slack.messages()[0].text, "one");
    assert_eq!(call(&slack, "DELETE", "/slack/messages", None, "").await.0, StatusCode::NO_CONTENT);
    let slack = Slack::open(Some(&path), clock()).unwrap();
    assert_eq!(call(&slack, "GET", "/slack/messages", None, "").await.1, "[]");
    call(&slack, "POST", HOOK, None, r#"{"text":"two"}"#).await;
    assert_eq!(slack.messages()[0].seq, 2);
    std::fs::remove_file(path).unwrap();
}
