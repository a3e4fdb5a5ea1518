//! The simulators' own pages and calls: `/` and `/_sim/…`.

use crate::{World, fault, page};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub fn router(world: &Arc<World>) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/_sim/info", get(async |State(world): State<Arc<World>>| Json(world.info())))
        .route("/_sim/history", get(history))
        .route("/_sim/exchanges", get(async |State(world): State<Arc<World>>| Json(world.exchanges.report())))
        .route("/_sim/plan", post(add_faults).delete(heal).get(show_faults))
        .route("/_sim/clock", get(show_clock).post(advance_clock))
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

async fn add_faults(State(world): State<Arc<World>>, Json(body): Json<Value>) -> Response {
    let list = if body.is_array() { body } else { json!([body]) };
    let entries = match serde_json::from_value::<Vec<fault::Entry>>(list) {
        Ok(entries) => entries,
        Err(error) => return refused(error.to_string()),
    };
    match world.faults.add(entries) {
        Ok(ids) => Json(json!({"ids": ids})).into_response(),
        Err(error) => refused(error),
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

#[derive(Deserialize)]
struct Advance {
    advance_ms: i64,
}

async fn advance_clock(State(world): State<Arc<World>>, Json(body): Json<Advance>) -> Json<Value> {
    world.clock.advance(body.advance_ms);
    world.journal.put("clock", "offset_ms", &world.clock.offset_ms());
    Json(clock(&world))
}

fn clock(world: &World) -> Value {
    json!({"now": world.clock.now().to_string(), "now_ms": world.clock.now_ms(), "offset_ms": world.clock.offset_ms()})
}

fn refused(problem: String) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": problem}))).into_response()
}

async fn index(State(world): State<Arc<World>>) -> Html<String> {
    let mut body = String::from(
        "<h1>Simulators</h1><div class=\"card\"><p>Small servers that stand in for Atlassian accounts, Jira Cloud, \
         code hosts and Slack. Everything here is made up.</p><ul>",
    );
    let mut links: Vec<(String, String)> = vec![("/auth/apps".into(), "Connected apps of a person".into())];
    links.extend(world.jira.page_links());
    links.extend(world.page_links().into_iter().map(|(href, name)| (href.into(), name.into())));
    for path in ["/_sim/info", "/_sim/history", "/_sim/plan", "/_sim/clock", "/_sim/coverage"] {
        links.push((path.into(), path.into()));
    }
    for (href, name) in &links {
        body.push_str(&format!("<li><a href=\"{}\">{}</a></li>", page::escape(href), page::escape(name)));
    }
    body.push_str("</ul></div>");
    page::layout("Simulators", &[], &body)
}
