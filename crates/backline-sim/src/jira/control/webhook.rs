//! Deliveries of webhooks: what waits, what was sent, and what is to go wrong with them.

use super::{main_site, site};
use crate::jira::Jira;
use crate::jira::config::Id;
use crate::jira::refusal::Refusal;
use crate::jira::site::Site;
use crate::jira::webhook::delivery::Delivery;
use crate::jira::webhook::plan::Plan;
use crate::journal::Batch;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug, Deserialize)]
pub struct Which {
    #[serde(default = "main_site")]
    site: String,
    /// Only deliveries with a greater number.
    #[serde(default)]
    after: Id,
    /// Answer only once nothing is on its way and nothing is due.
    #[serde(default)]
    settle: bool,
}

/// How long an answer waits for that.
const SETTLE_MAX: Duration = Duration::from_secs(30);

/// The plan and the deliveries that are kept, the oldest first.
pub async fn show(State(jira): State<Arc<Jira>>, Query(which): Query<Which>) -> Result<Json<Value>, Refusal> {
    let site = site(&jira, &which.site)?;
    if which.settle {
        // Out of patience, it shows what there is.
        let _ = tokio::time::timeout(SETTLE_MAX, settled(&site)).await;
    }
    let state = site.read();
    let deliveries = state.outbox.deliveries().filter(|delivery| delivery.id > which.after);
    let deliveries: Vec<Value> = deliveries.map(row).collect();
    Ok(Json(json!({"site": which.site, "plan": state.outbox.plan(), "deliveries": deliveries})))
}

async fn settled(site: &Site) {
    let ended = site.read().outbox.ended.clone();
    loop {
        let mut next = pin!(ended.notified());
        next.as_mut().enable();
        if site.read().outbox.is_settled(site.clock.now_ms()) {
            return;
        }
        next.await;
    }
}

fn row(delivery: &Delivery) -> Value {
    let mut row = json!(delivery);
    row["body"] = serde_json::from_str(&delivery.body).unwrap_or_default();
    row
}

/// Makes a plan; the one before is over.
pub async fn plan(State(jira): State<Arc<Jira>>, Json(mut body): Json<Value>) -> Result<StatusCode, Refusal> {
    let slug = body.as_object_mut().and_then(|body| body.remove("site"));
    let slug = slug.and_then(|slug| slug.as_str().map(str::to_owned)).unwrap_or_else(main_site);
    let site = site(&jira, &slug)?;
    let plan: Plan = serde_json::from_value(body).map_err(|error| Refusal::bad(error.to_string()))?;
    plan.check().map_err(Refusal::bad)?;
    site.write().plan_deliveries(plan);
    Ok(StatusCode::NO_CONTENT)
}

/// From now on nothing goes wrong.
pub async fn heal(State(jira): State<Arc<Jira>>, Query(which): Query<Which>) -> Result<StatusCode, Refusal> {
    site(&jira, &which.site)?.write().plan_deliveries(Plan::default());
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a delivery once more.
pub async fn again(
    State(jira): State<Arc<Jira>>,
    Path(id): Path<Id>,
    Query(which): Query<Which>,
) -> Result<StatusCode, Refusal> {
    let site = site(&jira, &which.site)?;
    let mut batch = Batch::default();
    let mut state = site.write();
    if !state.outbox.again(id, site.clock.now_ms(), &mut batch) {
        return Err(Refusal::empty(StatusCode::NOT_FOUND));
    }
    state.commit(&batch);
    Ok(StatusCode::NO_CONTENT)
}
