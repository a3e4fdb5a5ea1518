//! Carries a planned fault out on one request.

use super::plan::{Fault, Garbage};
use crate::World;
use crate::history::{Actor, Faulted, ReadByPost};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};
use std::io;
use std::sync::Arc;
use std::time::Duration;

const PAGE: &str = "<!DOCTYPE html><html><head><title>Log in</title></head>\
     <body><h1>Log in to continue</h1><p>Your session has ended.</p></body></html>";

/// The layer around every simulated service: does what the plan says, else nothing.
pub async fn layer(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let faults = world.faults.take(request.method(), request.uri().path());
    if faults.is_empty() {
        return next.run(request).await;
    }
    let delay_ms: u64 =
        faults.iter().map(|fault| if let Fault::Delay { ms } = fault { *ms } else { 0 }).sum();
    let fault = faults.into_iter().find(|fault| !matches!(fault, Fault::Delay { .. }));
    match fault {
        None => run_late(&world, request, next, delay_ms).await,
        Some(fault) => {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            act(&world, fault, request, next).await
        }
    }
}

async fn act(world: &World, fault: Fault, request: Request, next: Next) -> Response {
    let kind = fault.name();
    let before = Faulted { kind, answered: true, committed: false };
    let after = Faulted { kind, answered: true, committed: true };
    match fault {
        Fault::Delay { .. } | Fault::SearchLag { .. } => next.run(request).await,
        Fault::Reset => closed(Faulted { answered: false, ..before }),
        Fault::ResetAfterCommit => {
            let done = carried_out(world, request, next).await;
            marked_like(closed(Faulted { answered: false, ..after }), &done)
        }
        Fault::LateCommit { ms } => {
            drop(world.faults.late.spawn(async move {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                drop(next.run(request).await);
            }));
            closed(Faulted { answered: false, ..before })
        }
        Fault::Truncate { n } => truncated(carried_out(world, request, next).await, n, after).await,
        Fault::Garbage { shape } => garbage(carried_out(world, request, next).await, shape, after).await,
        Fault::Status { status, body, headers } => {
            let mut response = match body {
                None => StatusCode::OK.into_response(),
                Some(Value::String(text)) => text.into_response(),
                Some(body) => axum::Json(body).into_response(),
            };
            *response.status_mut() = code(status);
            for (name, value) in &headers {
                set(&mut response, name, value);
            }
            marked(response, before)
        }
        Fault::RateLimited { retry_after, reason } => {
            marked(rate_limited(world, retry_after, reason), before)
        }
        Fault::ServerError { status } => marked(server_error(status), before),
        Fault::ServerErrorAfterCommit { status } => {
            let done = carried_out(world, request, next).await;
            marked_like(marked(server_error(status), after), &done)
        }
        Fault::Html { status } => marked(page(status), before),
    }
}

/// Runs the request in a task of its own, so that a client that hangs up does not stop it.
async fn carried_out(world: &World, request: Request, next: Next) -> Response {
    let run = world.faults.late.spawn(next.run(request));
    run.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

async fn run_late(world: &World, request: Request, next: Next, delay_ms: u64) -> Response {
    let run = world.faults.late.spawn(async move {
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        next.run(request).await
    });
    let response = run.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    marked(response, Faulted { kind: "delay", answered: true, committed: true })
}

/// A response whose body fails at its first poll: the server has not sent the head by then and closes.
fn closed(faulted: Faulted) -> Response {
    let broken = stream::once(async { Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset)) });
    marked(Response::new(Body::from_stream(broken)), faulted)
}

async fn truncated(response: Response, n: usize, faulted: Faulted) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let sent = bytes.slice(..n.min(bytes.len()));
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len().max(n + 1)));
    // The pause lets the head and the first bytes leave before the connection breaks.
    let body = stream::unfold(Some(sent), |state| async move {
        match state {
            Some(sent) => Some((Ok(sent), None)),
            None => {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Err(io::Error::from(io::ErrorKind::ConnectionReset)), None))
            }
        }
    });
    marked(Response::from_parts(parts, Body::from_stream(body)), faulted)
}

async fn garbage(response: Response, shape: Garbage, faulted: Faulted) -> Response {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = match shape {
        Garbage::Broken => "{\"id\":\"1000".to_owned(),
        Garbage::Json => json!({"answer": [1, 2, 3]}).to_string(),
        Garbage::Html => {
            parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html;charset=UTF-8"));
            PAGE.to_owned()
        }
        Garbage::ForeignId => {
            let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
            let mut value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
            if let Some(object) = value.as_object_mut() {
                object.insert("id".into(), json!("99999999"));
                object.insert("key".into(), json!("OTHER-99999"));
            }
            value.to_string()
        }
    };
    marked(Response::from_parts(parts, Body::from(body)), faulted)
}

fn rate_limited(world: &World, retry_after: Option<Value>, reason: Option<String>) -> Response {
    let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
    let seconds = retry_after.as_ref().and_then(Value::as_u64);
    if let Some(value) = &retry_after {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        set(&mut response, "retry-after", &text);
    }
    set(&mut response, "x-ratelimit-limit", "100");
    set(&mut response, "x-ratelimit-remaining", "0");
    if let Some(seconds) = seconds {
        let until = world.clock.now_ms() + 1_000 * seconds as i64;
        let until = jiff::Timestamp::from_millisecond(until).unwrap_or_default();
        set(&mut response, "x-ratelimit-reset", &until.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    }
    if let Some(reason) = &reason {
        set(&mut response, "ratelimit-reason", reason);
    }
    response
}

fn server_error(status: u16) -> Response {
    let status = code(status);
    let text = status.canonical_reason().unwrap_or("Server error");
    let body = json!({"code": status.as_u16(), "message": text});
    (status, axum::Json(body)).into_response()
}

fn page(status: u16) -> Response {
    (code(status), [(header::CONTENT_TYPE, "text/html;charset=UTF-8")], PAGE).into_response()
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn set(response: &mut Response, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (name.parse::<header::HeaderName>(), HeaderValue::from_str(value)) {
        response.headers_mut().insert(name, value);
    }
}

fn marked(mut response: Response, faulted: Faulted) -> Response {
    response.extensions_mut().insert(faulted);
    response
}

/// Keeps who acted, and whether it was a read, of the answer that is thrown away.
fn marked_like(mut response: Response, done: &Response) -> Response {
    if let Some(actor) = done.extensions().get::<Actor>() {
        response.extensions_mut().insert(actor.clone());
    }
    if let Some(read) = done.extensions().get::<ReadByPost>() {
        response.extensions_mut().insert(*read);
    }
    response
}
