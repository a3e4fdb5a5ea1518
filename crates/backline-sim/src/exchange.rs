//! Requests to Jira's REST API with their answers, both in full, for checks against the published document.
//!
//! Taken down behind the faults, so an answer stands here as the site gave it, also where a planned fault spoiled it
//! on its way. Off unless asked for, since bodies are many; the oldest are dropped beyond [`KEPT_MAX`].

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Mutex;

pub const KEPT_MAX: usize = 20_000;
/// A body that is longer is taken down as if it were empty.
const BODY_BYTES_MAX: usize = 8 * 1_024 * 1_024;

/// One request and its answer. Bodies are JSON, or a text where they are no JSON; null where there is none.
#[derive(Debug, Clone, Serialize)]
pub struct Exchange {
    pub method: String,
    /// With the query, as it was sent.
    pub path: String,
    /// What the request says of itself: `accept`, `content-type`, and of `authorization` the scheme alone.
    pub headers: Value,
    pub sent: Value,
    pub status: u16,
    pub answered: Value,
}

#[derive(Debug, Default)]
struct Kept {
    dropped: u64,
    exchanges: VecDeque<Exchange>,
}

#[derive(Debug)]
pub struct Exchanges {
    is_on: bool,
    kept: Mutex<Kept>,
}

impl Exchanges {
    pub fn new(is_on: bool) -> Self {
        Self { is_on, kept: Mutex::default() }
    }

    /// Takes down what a request brings; `None` while nothing is taken down.
    pub async fn begin(&self, request: Request) -> (Request, Option<Exchange>) {
        if !self.is_on {
            return (request, None);
        }
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, BODY_BYTES_MAX).await.unwrap_or_default();
        let exchange = Exchange {
            method: parts.method.to_string(),
            path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            headers: headers(&parts.headers),
            sent: value(&bytes),
            status: 0,
            answered: Value::Null,
        };
        (Request::from_parts(parts, Body::from(bytes)), Some(exchange))
    }

    /// Takes down the answer to it.
    pub async fn end(&self, exchange: Option<Exchange>, response: Response) -> Response {
        let Some(mut exchange) = exchange else { return response };
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
        (exchange.status, exchange.answered) = (parts.status.as_u16(), value(&bytes));
        let mut kept = self.kept.lock().expect("no panic while exchanges are held");
        if kept.exchanges.len() == KEPT_MAX {
            kept.exchanges.pop_front();
            kept.dropped += 1;
        }
        kept.exchanges.push_back(exchange);
        drop(kept);
        Response::from_parts(parts, Body::from(bytes))
    }

    /// All of them, and how many were dropped.
    pub fn report(&self) -> Value {
        let kept = self.kept.lock().expect("no panic while exchanges are held");
        json!({"is_on": self.is_on, "dropped": kept.dropped, "exchanges": kept.exchanges})
    }
}

fn headers(headers: &HeaderMap) -> Value {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme =
        text(header::AUTHORIZATION).and_then(|value| value.split_once(' ')).map(|(scheme, _)| scheme);
    json!({
        "accept": text(header::ACCEPT),
        "content-type": text(header::CONTENT_TYPE),
        "authorization": scheme,
    })
}

fn value(bytes: &[u8]) -> Value {
    match bytes {
        [] => Value::Null,
        _ => serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into()),
    }
}
