//! `--chaos`: shares of all requests to the simulated services fail, in every way that a network and a service have.
//!
//! No fault outlasts the demo's settle time and none is for good, so that everything comes right although nothing
//! goes well.

use super::ask;
use backline_clients::transport::Method;
use serde_json::{Value, json};

/// Turns the faults on.
pub async fn begin(sim: &str) -> anyhow::Result<()> {
    ask::json(Method::Post, &format!("{sim}/_sim/plan"), Some(&plan())).await?;
    Ok(())
}

/// Turns every fault off, also those that somebody planned besides.
pub async fn end(sim: &str) -> anyhow::Result<()> {
    ask::json(Method::Delete, &format!("{sim}/_sim/plan"), None).await?;
    Ok(())
}

/// What Backline sends goes through the gateway; people's own pages stay quick.
const JIRA: &str = "/api/ex/jira/*";
const SEARCH: &str = "/api/ex/jira/*/search/jql";
/// Where a pull request's description is written.
const PULL_REQUEST: &str = "/github/api/*/pulls/*";
const SLACK: &str = "/slack/services/*";

/// About one request in five to Jira goes wrong, and one in ten is slow besides.
fn plan() -> Value {
    let share =
        |path: &str, rate: f64, fault: Value| json!({"match": {"path": path}, "rate": rate, "fault": fault});
    let written = |path: &str, method: &str, rate: f64, fault: Value| json!({"match": {"path": path, "method": method}, "rate": rate, "fault": fault});
    json!([
        share(JIRA, 0.1, json!({"kind": "delay", "ms": 900})),
        share(JIRA, 0.04, json!({"kind": "server_error", "status": 503})),
        share(JIRA, 0.03, json!({"kind": "reset"})),
        share(JIRA, 0.03, json!({"kind": "rate_limited", "retry_after": 2, "reason": "jira-burst-based"})),
        share(JIRA, 0.01, json!({"kind": "html", "status": 502})),
        share(JIRA, 0.01, json!({"kind": "truncate", "n": 20})),
        share(JIRA, 0.005, json!({"kind": "expired_token"})),
        written(JIRA, "POST", 0.06, json!({"kind": "reset_after_commit"})),
        written(JIRA, "POST", 0.03, json!({"kind": "server_error_after_commit", "status": 500})),
        written(JIRA, "POST", 0.02, json!({"kind": "garbage", "as": "broken"})),
        written(JIRA, "PUT", 0.06, json!({"kind": "reset_after_commit"})),
        written(JIRA, "PUT", 0.03, json!({"kind": "late_commit", "ms": 3_000})),
        share(SEARCH, 1.0, json!({"kind": "search_lag", "ms": 4_000})),
        written(PULL_REQUEST, "PATCH", 0.1, json!({"kind": "server_error", "status": 502})),
        written(PULL_REQUEST, "PATCH", 0.1, json!({"kind": "reset_after_commit"})),
        share(SLACK, 0.1, json!({"kind": "server_error", "status": 503})),
    ])
}
