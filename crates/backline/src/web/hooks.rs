//! What code hosts and Jira tell us. The signature is checked before anything of the body is read, and an answer of
//! 2xx is given only after what is due is on disk.

use crate::app::App;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use backline_engine::feed::hook::PATH;
use backline_engine::hooks::{Delivery, HookError, JiraDelivery, Received, github, jira};

/// GitHub sends no more than 25 MB.
///
/// Source: <https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap>
const BODY_BYTES_MAX: usize = 25 * 1024 * 1024;
/// Longer than any id of a delivery.
const ID_CHARS_MAX: usize = 100;

pub fn routes() -> Router<App> {
    Router::new().route("/hooks/github", post(receive)).route(PATH, post(receive_jira))
}

async fn receive(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let id = text("x-github-delivery");
    if id.is_empty() || id.len() > ID_CHARS_MAX {
        return (StatusCode::BAD_REQUEST, "X-GitHub-Delivery is missing\n").into_response();
    }
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "a delivery has at most 25 MB\n").into_response();
    };
    let delivery =
        Delivery { event: text("x-github-event"), id, signature: text("x-hub-signature-256"), body: &body };
    answer("GitHub", id, github(&app.engine, delivery).await)
}

async fn receive_jira(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let id = text("x-atlassian-webhook-identifier");
    if id.is_empty() || id.len() > ID_CHARS_MAX {
        return (StatusCode::BAD_REQUEST, "X-Atlassian-Webhook-Identifier is missing\n").into_response();
    }
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "a delivery has at most 25 MB\n").into_response();
    };
    let delivery = JiraDelivery { id, authorization: text("authorization"), body: &body };
    answer("Jira", id, jira(&app.engine, delivery).await)
}

fn answer(who: &str, id: &str, received: Result<Received, HookError>) -> Response {
    match received {
        Ok(Received::Due) => (StatusCode::ACCEPTED, "it is looked at\n").into_response(),
        Ok(Received::Nothing) => (StatusCode::OK, "nothing to do\n").into_response(),
        Err(error @ (HookError::Unsigned | HookError::NotConfigured)) => {
            tracing::warn!(who, delivery = id, %error, "a delivery was refused");
            (StatusCode::UNAUTHORIZED, "the signature does not fit\n").into_response()
        }
        Err(HookError::Store(error)) => {
            tracing::warn!(who, delivery = id, %error, "a delivery was not kept");
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], "not kept; send it again\n")
                .into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PATH;
    use crate::web::testing::{app, config};
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::Sha256;
    use tower::ServiceExt;

    fn event(repository: &str) -> String {
        let repository = format!(r#"{{"full_name":"{repository}"}}"#);
        format!(r#"{{"action":"opened","number":7,"pull_request":{{"number":7}},"repository":{repository}}}"#)
    }

    fn signed(event: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"word").unwrap();
        mac.update(event.as_bytes());
        format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
    }

    async fn deliver(event: String, signature: &str, delivery: &str) -> StatusCode {
        let app = app(config(
            "[github]\ntoken = \"t\"\nwebhook_secret = \"word\"\nrepositories = [\"acme/api\"]\n",
        ))
        .await;
        let request = Request::post("/hooks/github")
            .header("x-github-event", "pull_request")
            .header("x-github-delivery", delivery)
            .header("x-hub-signature-256", signature)
            .body(Body::from(event))
            .unwrap();
        crate::web::router(app).oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn a_signed_delivery_is_taken() {
        let event = event("Acme/API");
        let signature = signed(&event);
        assert_eq!(deliver(event.clone(), &signature, "d-1").await, StatusCode::ACCEPTED);
        assert_eq!(deliver(event, &signature, "").await, StatusCode::BAD_REQUEST);
    }

    #[tokio::test]
    async fn a_delivery_of_a_repository_that_is_not_on_the_list_makes_nothing_due() {
        let event = event("acme/web");
        let signature = signed(&event);
        assert_eq!(deliver(event, &signature, "d-1").await, StatusCode::OK);
    }

    #[tokio::test]
    async fn a_delivery_without_its_signature_is_refused() {
        for signature in ["", "sha256=00", "sha1=00"] {
            assert_eq!(deliver(event("acme/api"), signature, "d-1").await, StatusCode::UNAUTHORIZED);
        }
    }
    async fn deliver_of_jira(authorization: &str, identifier: &str) -> StatusCode {
        let app = app(config("[atlassian]\nclient_id = \"id\"\nclient_secret = \"secret\"\n")).await;
        let request = Request::post(PATH)
            .header("authorization", authorization)
            .header("x-atlassian-webhook-identifier", identifier)
            .body(Body::from(r#"{"webhookEvent":"jira:issue_updated"}"#))
            .unwrap();
        crate::web::router(app).oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn a_delivery_of_jira_without_its_token_is_refused() {
        // The second is what a token without a signature looks like.
        for token in ["", "Bearer eyJhbGciOiJub25lIn0.e30.", "Basic aWQ6c2VjcmV0"] {
            assert_eq!(deliver_of_jira(token, "j-1").await, StatusCode::UNAUTHORIZED, "{token}");
        }
        assert_eq!(deliver_of_jira("", "").await, StatusCode::BAD_REQUEST);
    }
}
