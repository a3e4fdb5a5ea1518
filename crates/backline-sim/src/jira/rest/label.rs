//! Labels, and suggestions for values in JQL.

use super::{Answer, ok, page_of};
use crate::jira::call::{Call, Query};
use crate::jira::route::{READ, Route, full, partial};
use crate::page::escape;
use serde_json::{Value, json};

const SUGGESTED_MAX: usize = 15;

pub fn routes() -> Vec<Route> {
    vec![
        full("GET", "/label", READ, list),
        partial("GET", "/jql/autocompletedata/suggestions", READ, "fields beside labels", suggestions),
    ]
}

async fn list(call: Call, query: Query) -> Answer {
    let state = call.site.read_index();
    ok(page_of(
        &call.look(&state),
        "label",
        &query,
        (1_000, 1_000),
        state.index.label_count(),
        state.index.labels(""),
        Value::from,
    ))
}

async fn suggestions(call: Call, query: Query) -> Answer {
    let start = query.one("fieldValue").unwrap_or_default();
    if query.one("fieldName") != Some("labels") {
        return ok(json!({"results": []}));
    }
    let state = call.site.read_index();
    let rows = state.index.labels(start).take(SUGGESTED_MAX).map(|label| {
        let name = format!("<b>{}</b>{}", escape(&label[..start.len()]), escape(&label[start.len()..]));
        json!({"value": label, "displayName": name})
    });
    ok(json!({"results": rows.collect::<Vec<_>>()}))
}
