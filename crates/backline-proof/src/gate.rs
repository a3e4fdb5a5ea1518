//! Where requests come to the simulators: carried out at once, with what history says of each.

use crate::network::Lost;
use crate::plan::Fault;
use crate::story::{Pair, name_of};
use axum::Router;
use axum::body::{Body, to_bytes};
use backline_clients::transport::{Request, Response};
use backline_sim::history::Entry;
use backline_sim::{Entry as Planned, FaultPlan, World};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tower::ServiceExt;

/// The address of the simulated world.
pub const URL: &str = "https://sim.test";

pub struct Gate {
    pub sim: Arc<World>,
    router: Router,
    /// Up to where history was read.
    seen: AtomicU64,
}

/// What came of a request.
pub struct Carried {
    pub answer: Result<Response, Lost>,
    pub entries: Vec<Entry>,
    pub pair: Option<Pair>,
}

impl Gate {
    /// Inside a Tokio runtime: the simulators start tasks of their own.
    pub fn open(sim: Arc<World>) -> Self {
        let router = backline_sim::router(&sim);
        Self { sim, router, seen: AtomicU64::new(0) }
    }

    /// Has a request carried out, spoiled as `fault` says.
    pub async fn carry(&self, request: &Request, fault: Option<&Fault>) -> Carried {
        // What was given out stands in the answer alone, so it is spoiled here.
        let gives_tokens = request.url.contains("/oauth/token");
        let planned = fault.filter(|fault| !gives_tokens || !is_after(fault)).and_then(fault_of);
        if let Some(planned) = planned {
            self.sim.faults.add(FaultPlan::from(planned)).expect("what is drawn can be planned");
        }
        let answer = self.ask(request).await;
        self.sim.faults.heal();
        let entries = self.sim.history.after(self.seen.load(Ordering::Relaxed), usize::MAX);
        if let Some(last) = entries.last() {
            self.seen.store(last.seq, Ordering::Relaxed);
        }
        let pair = answer.as_ref().ok().and_then(pair_of);
        let is_lost = matches!(fault, Some(Fault::ResetAfterCommit | Fault::Truncated));
        let answer = match fault {
            _ if is_lost => Err(Lost::Broken),
            Some(fault) if gives_tokens && is_after(fault) => Ok(spoiled(fault)),
            _ => answer,
        };
        Carried { answer, entries, pair }
    }

    async fn ask(&self, request: &Request) -> Result<Response, Lost> {
        let path = request.url.strip_prefix(request.origin()).unwrap_or("/");
        let mut builder = axum::http::Request::builder().method(request.method.as_str()).uri(path);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let builder = builder.header("host", URL.trim_start_matches("https://"));
        let body = request.body.clone().map_or_else(Body::empty, Body::from);
        let Ok(asked) = builder.body(body) else { return Err(Lost::NotSent) };
        let answered = match self.router.clone().oneshot(asked).await {
            Ok(answered) => answered,
            Err(never) => match never {},
        };
        let (parts, body) = answered.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(|_| Lost::Broken)?;
        let text = |value: &axum::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), text(value)));
        Ok(Response { status: parts.status.as_u16(), headers: headers.collect(), body: body.to_vec() })
    }
}

/// Whether the request is carried out and only its answer spoiled.
fn is_after(fault: &Fault) -> bool {
    matches!(fault, Fault::Garbage { .. } | Fault::Status { is_after_commit: true, .. })
}

fn spoiled(fault: &Fault) -> Response {
    let (status, body) = match fault {
        Fault::Status { status, .. } => (*status, Vec::new()),
        _ => (200, b"{\"access_to".to_vec()),
    };
    Response { status, headers: Vec::new(), body }
}

/// What the simulators themselves know to spoil.
fn fault_of(fault: &Fault) -> Option<Planned> {
    let fault = match fault {
        Fault::Status { status, is_after_commit: false } => json!({"kind": "server_error", "status": status}),
        Fault::Status { status, is_after_commit: true } => {
            json!({"kind": "server_error_after_commit", "status": status})
        }
        Fault::TooMany { retry_after_s: Some(s), reason } => {
            json!({"kind": "rate_limited", "retry_after": s, "reason": reason})
        }
        Fault::TooMany { retry_after_s: None, reason } => json!({"kind": "rate_limited", "reason": reason}),
        Fault::Garbage { shape } => json!({"kind": "garbage", "as": shape}),
        Fault::ExpiredToken { status } => json!({"kind": "expired_token", "status": status}),
        Fault::SearchLag { ms } => json!({"kind": "search_lag", "ms": ms}),
        _ => return None,
    };
    serde_json::from_value(json!({"times": 1, "fault": fault})).ok()
}

fn pair_of(response: &Response) -> Option<Pair> {
    let body: Json = serde_json::from_slice(&response.body).ok()?;
    let name = |key: &str| body[key].as_str().map(name_of);
    Some(Pair { access: name("access_token")?, refresh: name("refresh_token")? })
}
