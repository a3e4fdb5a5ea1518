//! How the rate limits are set.

use crate::jira::Jira;
use crate::jira::refusal::Refusal;
use axum::Json;
use axum::extract::State;
use serde_json::Value;
use std::sync::Arc;

/// The limits of all sites, and the points that apps have spent in their hour.
pub async fn show(State(jira): State<Arc<Jira>>) -> Json<Value> {
    Json(jira.limits.report(jira.clock.now_ms()))
}

/// Lays what is sent over the setting; counting begins anew.
pub async fn change(
    State(jira): State<Arc<Jira>>,
    Json(change): Json<Value>,
) -> Result<Json<Value>, Refusal> {
    jira.limits.change(change).map_err(Refusal::bad)?;
    Ok(Json(jira.limits.report(jira.clock.now_ms())))
}
