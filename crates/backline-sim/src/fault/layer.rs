//! Carries planned faults out on one request.
//!
//! Delays add up and acts are all done; of the other kinds the first in the plan counts.

use super::act;
use super::answer::{self, TooMany, marked};
use super::plan::{Act, Fault, When};
use crate::around::Around;
use crate::history::{self, Actor, Faulted, ReadByPost, service_of};
use crate::witness::{Commits, SearchLag};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::response::{IntoResponse, Response};

/// Who else does something, and what happens to the request itself.
#[derive(Default)]
struct Taken {
    delay_ms: u64,
    before: Vec<Act>,
    after: Vec<Act>,
    other: Option<Fault>,
}

/// Answers a request as the plan says, else as the services do.
pub async fn answer(around: &Around, mut request: Request) -> Response {
    let world = &around.world;
    let faults = world.faults.take(request.method(), request.uri().path(), world.clock.now());
    if faults.is_empty() {
        return around.carry_out(request).await;
    }
    let mut taken = Taken::default();
    for fault in faults {
        match fault {
            Fault::Delay { ms } => taken.delay_ms = taken.delay_ms.saturating_add(ms),
            Fault::SearchLag { ms } => drop(request.extensions_mut().insert(SearchLag(ms))),
            Fault::Act(act) if act.when == When::Before => taken.before.push(act),
            Fault::Act(act) => taken.after.push(act),
            other => drop(taken.other.get_or_insert(other)),
        }
    }
    for act in &taken.before {
        act::run(around, act).await;
    }
    let has_acted = !taken.before.is_empty() || !taken.after.is_empty();
    let mut response = match taken.other {
        None if taken.delay_ms > 0 => run_late(around, request, taken.delay_ms).await,
        None => around.carry_out(request).await,
        Some(fault) => {
            world.clock.wait(taken.delay_ms).await;
            spoil(around, fault, request).await
        }
    };
    for act in &taken.after {
        act::run(around, act).await;
    }
    if has_acted && response.extensions().get::<Faulted>().is_none() {
        let faulted = Faulted { kind: "act", answered: true, committed: response.status().is_success() };
        response = marked(response, faulted);
    }
    response
}

async fn spoil(around: &Around, fault: Fault, request: Request) -> Response {
    let world = &around.world;
    let kind = fault.name();
    let before = Faulted { kind, answered: true, committed: false };
    let after = Faulted { kind, answered: true, committed: true };
    let path = request.uri().path().to_owned();
    let service = service_of(&path).unwrap_or_default();
    match fault {
        Fault::Delay { .. } | Fault::SearchLag { .. } | Fault::Act(_) => around.carry_out(request).await,
        Fault::Reset => answer::closed(Faulted { answered: false, ..before }),
        Fault::ResetAfterCommit => {
            let done = carried_out(around, request).await;
            marked_like(answer::closed(Faulted { answered: false, ..after }), &done)
        }
        Fault::LateCommit { ms } => {
            let late = Faulted { answered: false, ..after };
            let (world, method) = (world.clone(), request.method().clone());
            let run = around.carry_out(request);
            let tracker = world.faults.late.clone();
            drop(tracker.spawn(async move {
                world.clock.wait(ms).await;
                let done = run.await;
                let late = marked_like(marked(StatusCode::OK.into_response(), late), &done);
                history::note(&world, service, &method, &path, &late);
            }));
            answer::closed(Faulted { answered: false, ..before })
        }
        Fault::Truncate { n } => answer::truncated(carried_out(around, request).await, n, after).await,
        Fault::Garbage { shape } => answer::garbage(carried_out(around, request).await, shape, after).await,
        Fault::Status { status, body, headers } => marked(answer::chosen(status, body, &headers), before),
        Fault::RateLimited { retry_after, form, reason, status } => {
            let limit = TooMany { status, retry_after, form, reason };
            marked(answer::rate_limited(service, &path, world.clock.now(), &limit), before)
        }
        Fault::ServerError { status } => marked(answer::server_error(status), before),
        Fault::ServerErrorAfterCommit { status } => {
            let done = carried_out(around, request).await;
            marked_like(marked(answer::server_error(status), after), &done)
        }
        Fault::Html { status } => marked(answer::page(status), before),
        Fault::FieldErrors { errors, messages } => marked(answer::field_errors(&errors, &messages), before),
        Fault::Gone => marked(answer::gone(service), before),
        Fault::ExpiredToken { status } => match bearer(&request) {
            Some(token) if world.accounts.expire_token(&token, status) => {
                marked(around.carry_out(request).await, before)
            }
            _ => marked(answer::unauthorized(service, status), before),
        },
        Fault::InvalidGrant { error } => marked(answer::dead_grant(error), before),
        Fault::ScopeMismatch => marked(answer::scope_mismatch(), before),
    }
}

fn bearer(request: &Request) -> Option<String> {
    request.headers().get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::to_owned)
}

/// Runs the request in a task of its own, so that a client that hangs up does not stop it.
async fn carried_out(around: &Around, request: Request) -> Response {
    let run = around.world.faults.late.spawn(around.carry_out(request));
    run.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

async fn run_late(around: &Around, request: Request, delay_ms: u64) -> Response {
    let clock = around.world.clock.clone();
    let run = around.carry_out(request);
    let run = around.world.faults.late.spawn(async move {
        clock.wait(delay_ms).await;
        run.await
    });
    let response = run.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    marked(response, Faulted { kind: "delay", answered: true, committed: true })
}

/// Keeps who acted, whether it was a read, and what was changed, of the answer that is thrown away.
fn marked_like(mut response: Response, done: &Response) -> Response {
    if let Some(actor) = done.extensions().get::<Actor>() {
        response.extensions_mut().insert(actor.clone());
    }
    if let Some(read) = done.extensions().get::<ReadByPost>() {
        response.extensions_mut().insert(*read);
    }
    if let Some(commits) = done.extensions().get::<Commits>() {
        response.extensions_mut().insert(commits.clone());
    }
    response
}
