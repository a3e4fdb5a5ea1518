//! A request that is sent twice with one `Idempotency-Key` is done once; the second gets the first one's answer.
//!
//! Only what succeeded is kept: a refusal changed nothing, so the same request may be tried again. The body is
//! hashed while the handler reads it and never held for this.
//!
//! Source: <https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>

use super::caller::Caller;
use super::problem::Problem;
use crate::app::App;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use backline_core::ids::ApiTokenId;
use backline_store::kept_answer::KeptAnswer;
use futures_util::StreamExt;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

pub const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Stands on an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const KEY_CHARS_MAX: usize = 255;

/// Requests with a key that are being done by this process; other processes are kept off by a claim in the database.
#[derive(Debug, Default)]
pub struct UnderWay(Mutex<BTreeSet<Key>>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    token: ApiTokenId,
    text: String,
}

/// Holds a key until its request ends, however it ends.
struct Turn {
    all: Arc<UnderWay>,
    key: Key,
}

/// Stands behind [`super::caller::admit`].
pub async fn once(
    State(app): State<App>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let Some(text) = named(&request)? else { return Ok(next.run(request).await) };
    let turn = Turn::take(&app.under_way, Key { token: caller.token(), text })?;
    let claimed = app.store.claim(&format!("idempotency:{}:{}", turn.key.token, turn.key.text)).await?;
    let _claim = claimed.ok_or_else(in_progress)?;
    let place = format!("{} {}", request.method(), request.uri());
    let Key { token, text } = &turn.key;
    if let Some(kept) = app.store.find_answer(*token, text, app.now()).await? {
        return replay(kept, &place, request).await;
    }
    let hash = Arc::new(Mutex::new(None));
    let response = next.run(hashed(request, hash.clone())).await;
    if !response.status().is_success() {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(|_| Problem::internal())?;
    let hash = hash.lock().unwrap_or_else(PoisonError::into_inner).take();
    let kept = KeptAnswer {
        request: place,
        body_hash: hash.map(digest),
        status: parts.status.as_u16(),
        answer: SecretString::from(String::from_utf8_lossy(&bytes).into_owned()),
    };
    app.store.keep_answer(*token, text, kept, app.now()).await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// The key of a request that changes something by POST.
fn named(request: &Request) -> Result<Option<String>, Problem> {
    if request.method() != Method::POST {
        return Ok(None);
    }
    let Some(key) = request.headers().get(HEADER) else { return Ok(None) };
    let text = key.to_str().unwrap_or_default();
    if text.is_empty() || text.len() > KEY_CHARS_MAX {
        return Err(Problem::invalid(
            "The Idempotency-Key is not 1 to 255 visible characters.",
            "Send a fresh random text, such as a UUID, and the same one when you try again.",
        ));
    }
    Ok(Some(text.to_owned()))
}

async fn replay(kept: KeptAnswer, place: &str, request: Request) -> Result<Response, Problem> {
    let is_same = kept.request == place
        && match kept.body_hash {
            Some(known) => known == hash_of(request.into_body()).await?,
            None => true,
        };
    if !is_same {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "idempotency_key_reused",
            "This Idempotency-Key came with another request before; nothing was done.",
            "Send a fresh key with each new request; the same one only to try one again.",
        ));
    }
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let mut headers = HeaderMap::new();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    let text = kept.answer.expose_secret();
    if !text.is_empty() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    Ok((status, headers, text.to_owned()).into_response())
}

/// Lets `hash` follow what is read of the body.
fn hashed(request: Request, hash: Arc<Mutex<Option<Sha256>>>) -> Request {
    request.map(|body| {
        let watched = body.into_data_stream().inspect(move |chunk| {
            if let Ok(chunk) = chunk {
                let mut hash = hash.lock().unwrap_or_else(PoisonError::into_inner);
                hash.get_or_insert_default().update(chunk);
            }
        });
        Body::from_stream(watched)
    })
}

async fn hash_of(body: Body) -> Result<String, Problem> {
    let mut hash = Sha256::default();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Problem::invalid("The body broke off.", "Send the request again."))?;
        hash.update(&chunk);
    }
    Ok(digest(hash))
}

fn digest(hash: Sha256) -> String {
    hex::encode(hash.finalize())
}

impl Turn {
    fn take(all: &Arc<UnderWay>, key: Key) -> Result<Self, Problem> {
        if all.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone()) {
            return Ok(Self { all: all.clone(), key });
        }
        Err(in_progress())
    }
}

fn in_progress() -> Problem {
    let mut problem = Problem::new(
        StatusCode::CONFLICT,
        "request_in_progress",
        "A request with this Idempotency-Key is still being done.",
        "Send it again in a moment; you get the first one’s answer.",
    );
    problem.0.retry_after_s = Some(1);
    problem
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

#[cfg(test)]
mod tests;
