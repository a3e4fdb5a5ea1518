//! The simulators' own pages and calls: `/` and `/_sim/…`.

use crate::{World, fault, page};
use axum::body::Bytes;
use axum::extract::{FromRequest, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

pub fn router(world: &Arc<World>) -> Router {
    Router::new()
        .route("/", get(index))
        .route(page::STYLE, get(page::style))
        .route("/_sim/info", get(async |State(world): State<Arc<World>>| Json(world.info())))
        .route("/_sim/history", get(history))
        .route("/_sim/exchanges", get(async |State(world): State<Arc<World>>| Json(world.exchanges.report())))
        .route("/_sim/plan", post(add_faults).delete(heal).get(show_faults))
        .route("/_sim/clock", get(show_clock).post(set_clock))
        .route("/_sim/coverage", get(coverage))
        .with_state(world.clone())
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
    limit: Option<usize>,
}

async fn history(State(world): State<Arc<World>>, Query(query): Query<After>) -> Response {
    Json(world.history.after(query.after, query.limit.unwrap_or(usize::MAX))).into_response()
}

async fn add_faults(State(world): State<Arc<World>>, bytes: Bytes) -> Response {
    let body = match serde_json::from_slice::<Value>(&bytes) {
        Ok(body) => body,
        Err(error) => return refused(format!("the plan is no JSON: {error}")),
    };
    let added = fault::check::read(body).and_then(|plan| world.faults.add(plan));
    match added {
        Ok(ids) => Json(json!({"ids": ids})).into_response(),
        Err(problems) => {
            let body = json!({"error": problems.to_string(), "problems": problems.0});
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}

async fn heal(State(world): State<Arc<World>>) -> StatusCode {
    world.faults.heal();
    StatusCode::NO_CONTENT
}

async fn show_faults(State(world): State<Arc<World>>) -> Json<Value> {
    Json(world.faults.report())
}

async fn coverage(State(world): State<Arc<World>>) -> Json<Value> {
    let mut report = world.coverage.report();
    let github = world.github.unsupported().into_iter();
    let rows = github
        .map(|(request, calls)| json!({"request": request, "state": "unsupported-counted", "calls": calls}));
    report["unsupported"].as_array_mut().expect("the report has this list").extend(rows);
    Json(report)
}

async fn show_clock(State(world): State<Arc<World>>) -> Json<Value> {
    Json(clock(&world))
}

/// What happens to the clock; at least one of the three.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetClock {
    mode: Option<Mode>,
    /// Where a virtual clock shall stand; where it is by now if left out.
    at: Option<Timestamp>,
    /// Moves the clock, backwards when negative.
    #[serde(default)]
    advance_ms: i64,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Real,
    Virtual,
}

async fn set_clock(State(world): State<Arc<World>>, Asked(wanted): Asked<SetClock>) -> Response {
    let clock = &world.clock;
    match (wanted.mode, wanted.at) {
        (Some(Mode::Real), Some(_)) => {
            return refused("at: a real clock cannot be set; give advance_ms".into());
        }
        (Some(Mode::Real), None) => clock.follow_system(),
        (Some(Mode::Virtual), at) => clock.stand_at(at.unwrap_or_else(|| clock.now())),
        (None, Some(at)) if clock.virtual_start().is_some() => clock.stand_at(at),
        (None, Some(_)) => return refused("at: the clock is real; give \"mode\": \"virtual\" too".into()),
        (None, None) => {}
    }
    clock.advance(wanted.advance_ms);
    world.journal.put("clock", "offset_ms", &clock.offset_ms());
    match clock.virtual_start() {
        Some(start) => world.journal.put("clock_start", "virtual", &start),
        None => world.journal.delete("clock_start", "virtual"),
    }
    Json(self::clock(&world)).into_response()
}

fn clock(world: &World) -> Value {
    let clock = &world.clock;
    let mode = if clock.virtual_start().is_some() { "virtual" } else { "real" };
    json!({
        "now": clock.now().to_string(), "now_ms": clock.now_ms(), "offset_ms": clock.offset_ms(), "mode": mode
    })
}

/// A JSON body of a control, whatever its content type says; an unknown key or another type is refused by name.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Asked<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let bytes = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let bytes = if bytes.is_empty() { Bytes::from_static(b"{}") } else { bytes };
        serde_json::from_slice(&bytes).map(Self).map_err(|error| refused(error.to_string()))
    }
}

fn refused(problem: String) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": problem}))).into_response()
}

async fn index(State(world): State<Arc<World>>) -> Response {
    let texts =
        ["Small servers that stand in for Atlassian accounts, Jira Cloud, code hosts and Slack. Everything \
                  here is made up."
            .to_owned()];
    let mut links: Vec<(String, String)> = world.jira.page_links();
    links.push(("Connected apps of a person".into(), "/auth/apps".into()));
    links.extend(world.page_links().into_iter().map(|(href, name)| (name.into(), href.into())));
    for path in ["/_sim/info", "/_sim/history", "/_sim/plan", "/_sim/clock", "/_sim/coverage"] {
        links.push((path.into(), path.into()));
    }
    page::html(StatusCode::OK, &page::Note { title: "Simulators", texts: &texts, links: &links })
}
