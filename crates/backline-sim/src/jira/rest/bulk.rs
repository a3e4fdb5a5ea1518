//! Many issues in one call: create and fetch.

use super::{Answer, counted, read_by_post, written};
use crate::jira::call::{Body, Call};
use crate::jira::limit::Objects;
use crate::jira::refusal::Refusal;
use crate::jira::route::{READ, Route, WRITE, full};
use crate::jira::view::{Extras, View, Wanted};
use crate::jira::write;
use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CREATE_MAX: usize = 50;
const FETCH_MAX: usize = 100;

pub fn routes() -> Vec<Route> {
    vec![full("POST", "/issue/bulk", WRITE, create), full("POST", "/issue/bulkfetch", READ, fetch)]
}

/// Each element is created by itself; 201 when any was.
async fn create(call: Call, Body(body): Body) -> Answer {
    let updates = body.get("issueUpdates").and_then(Value::as_array);
    let Some(updates) = updates.filter(|updates| !updates.is_empty()) else {
        return Err(Refusal::bad("The 'issueUpdates' list must not be empty."));
    };
    if updates.len() > CREATE_MAX {
        let text = format!("Bulk operation is limited to {CREATE_MAX} issues.");
        return Err(Refusal::bad(text));
    }
    let mut state = call.site.write();
    let (mut issues, mut errors) = (Vec::new(), Vec::new());
    for (n, update) in updates.iter().enumerate() {
        match write::create::create(&call, &mut state, update) {
            Ok(issue) => issues.push(json!({
                "id": issue.id.to_string(),
                "key": issue.key,
                "self": call.look(&state).rest(format_args!("issue/{}", issue.id)),
            })),
            Err(refusal) => errors.push(json!({
                "status": refusal.status().as_u16(),
                "elementErrors": refusal.into_body(),
                "failedElementNumber": n,
            })),
        }
    }
    let status = if issues.is_empty() { StatusCode::BAD_REQUEST } else { StatusCode::CREATED };
    let response = (status, Json(json!({"issues": issues, "errors": errors}))).into_response();
    Ok(counted(response, Objects(updates.len() as u64)))
}

async fn fetch(call: Call, Body(body): Body) -> Answer {
    read_by_post(fetched(&call, &body))
}

fn fetched(call: &Call, body: &Value) -> Answer {
    let texts = |name: &str| -> Vec<String> {
        let values = body.get(name).and_then(Value::as_array).into_iter().flatten();
        values
            .filter_map(|value| match value {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
            .collect()
    };
    let keys = texts("issueIdsOrKeys");
    if keys.is_empty() || keys.len() > FETCH_MAX {
        let text = format!("'issueIdsOrKeys' must hold between 1 and {FETCH_MAX} issues.");
        return Err(Refusal::bad(text));
    }
    let fields = texts("fields");
    let wanted = Wanted::new(fields.iter().map(String::as_str), "*navigable");
    let extras = Extras { expand: texts("expand"), properties: texts("properties") };
    let state = call.site.read();
    let look = call.look(&state);
    let (mut found, mut missing) = (BTreeMap::new(), Vec::new());
    for key in keys {
        match look.find_issue(&key) {
            Some(issue) => drop(found.insert(issue.id, issue)),
            None => missing.push(json!({
                "id": key,
                "errorMessage": "Issue does not exist or you do not have permission to see it.",
            })),
        }
    }
    let issues = found.values().map(|issue| View { look, issue, wanted: &wanted, extras: &extras });
    let fetched = Fetched { issues: issues.collect(), issue_errors: missing };
    written(&fetched, fetched.issues.len())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fetched<'a> {
    issues: Vec<View<'a>>,
    issue_errors: Vec<Value>,
}
