//! Whether the process lives, and whether it can do its work.

use crate::app::App;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

pub fn routes() -> Router<App> {
    Router::new().route("/healthz", get(live)).route("/readyz", get(ready))
}

/// All that a process answers which only works.
pub fn router(app: App) -> Router {
    routes().with_state(app)
}

async fn live() -> &'static str {
    "ok\n"
}

/// 503 while the database cannot be written, so that a balancer sends requests elsewhere.
async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.store.ping().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready: the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
