//! What somebody else does while a request is on its way: a request of theirs, with their own credentials.

use super::plan::Act;
use crate::around::Around;
use crate::people;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, header};

/// Does it, and waits until it is done. History has it with its actor and its answer's status, so that a test sees
/// an act that was refused.
pub async fn run(around: &Around, act: &Act) {
    let Ok(method) = act.method.to_ascii_uppercase().parse::<Method>() else { return };
    let body = act.body.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut request = Request::builder()
        .method(method)
        .uri(&act.path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, "somebody else")
        .header(header::HOST, around.world.url.trim_start_matches("http://"));
    if let Some(credential) = credential(around, act) {
        request = request.header(header::AUTHORIZATION, credential);
    }
    let Ok(request) = request.body(Body::from(body)) else {
        tracing::warn!(path = %act.path, "a planned act has no address");
        return;
    };
    let status = around.act(request).await.status();
    if status.is_client_error() || status.is_server_error() {
        tracing::warn!(path = %act.path, %status, "a planned act was refused");
    }
}

/// How the person signs in where the act goes; nothing for the simulators' own controls.
fn credential(around: &Around, act: &Act) -> Option<String> {
    if act.path.starts_with("/sites/") {
        let person = match &act.person {
            Some(account_id) => people::find(account_id)?,
            None => people::ADA,
        };
        return Some(around.world.jira.basic_of(person));
    }
    if act.path.starts_with("/github/api/") {
        return around.world.github.token_of(act.person.as_deref()).map(|token| format!("Bearer {token}"));
    }
    None
}
