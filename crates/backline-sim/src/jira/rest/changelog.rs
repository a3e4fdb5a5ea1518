//! What has changed in issues, and who did it: for one issue and for many.

use super::{Answer, ok, page_of, read_by_post};
use crate::ids;
use crate::jira::call::{Body, Call, Query};
use crate::jira::config::Id;
use crate::jira::issue::{Change, Issue};
use crate::jira::refusal::Refusal;
use crate::jira::route::{READ, Route, full};
use crate::jira::view;
use axum::extract::Path;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ISSUES_MAX: usize = 1_000;
const FIELDS_MAX: usize = 10;
const RESULTS_MAX: usize = 10_000;

pub fn routes() -> Vec<Route> {
    vec![
        full("GET", "/issue/{issue}/changelog", READ, list),
        full("POST", "/issue/{issue}/changelog/list", READ, by_ids),
        full("POST", "/changelog/bulkfetch", READ, bulk),
    ]
}

/// The oldest first.
async fn list(call: Call, Path(key): Path<String>, query: Query) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let issue = look.find_issue(&key).ok_or_else(Refusal::no_issue)?;
    let (path, total) = (format!("issue/{}/changelog", issue.id), issue.changes.len());
    let show = |change| view::change_row(&look, change);
    ok(page_of(&look, &path, &query, (100, 100), total, issue.changes.iter(), show))
}

async fn by_ids(call: Call, Path(key): Path<String>, Body(body): Body) -> Answer {
    read_by_post(chosen(&call, &key, &body))
}

fn chosen(call: &Call, key: &str, body: &Value) -> Answer {
    let ids = body.get("changelogIds").and_then(Value::as_array);
    let ids = ids.ok_or_else(|| Refusal::bad("The list 'changelogIds' is required."))?;
    let ids: Vec<Id> = ids.iter().filter_map(Value::as_u64).collect();
    let state = call.site.read();
    let look = call.look(&state);
    let issue = look.find_issue(key).ok_or_else(Refusal::no_issue)?;
    let changes = issue.changes.iter().filter(|change| ids.contains(&change.id));
    let rows: Vec<Value> = changes.map(|change| view::change_row(&look, change)).collect();
    ok(json!({"startAt": 0, "maxResults": rows.len(), "total": rows.len(), "histories": rows}))
}

async fn bulk(call: Call, Body(body): Body) -> Answer {
    read_by_post(fetched(&call, &body))
}

/// Changes of many issues by their time, in pages. Assumed: an issue that is not found is passed over, and a
/// change that touches a field asked for is shown whole.
fn fetched(call: &Call, body: &Value) -> Answer {
    let texts = |name: &str| -> Vec<&str> {
        body.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    };
    let (keys, fields) = (texts("issueIdsOrKeys"), texts("fieldIds"));
    if keys.is_empty() || keys.len() > ISSUES_MAX {
        let text = format!("'issueIdsOrKeys' must hold between 1 and {ISSUES_MAX} issues.");
        return Err(Refusal::bad(text));
    }
    if fields.len() > FIELDS_MAX {
        return Err(Refusal::bad(format!("'fieldIds' must hold at most {FIELDS_MAX} fields.")));
    }
    let max = body.get("maxResults").and_then(Value::as_u64).unwrap_or(1_000) as usize;
    if !(1..=RESULTS_MAX).contains(&max) {
        return Err(Refusal::bad(format!("'maxResults' must be between 1 and {RESULTS_MAX}.")));
    }
    let asked = ids::hash(0, &[&keys.join(","), &fields.join(",")]);
    let token = body.get("nextPageToken").and_then(Value::as_str);
    let start = token.map_or(Ok(0), |token| read_token(token, &asked))?;

    let state = call.site.read();
    let look = call.look(&state);
    let issues: BTreeMap<Id, &Issue> =
        keys.iter().filter_map(|key| look.find_issue(key)).map(|issue| (issue.id, issue)).collect();
    let is_wanted = |change: &Change| {
        fields.is_empty() || change.items.iter().any(|item| fields.contains(&item.field_id.as_str()))
    };
    let mut changes: Vec<(i64, Id, &Change)> = issues
        .values()
        .flat_map(|issue| issue.changes.iter().map(|change| (change.at_ms, issue.id, change)))
        .filter(|(_, _, change)| is_wanted(change))
        .collect();
    changes.sort_by_key(|(at_ms, issue, change)| (*at_ms, *issue, change.id));
    let has_more = changes.len() > start.saturating_add(max);
    // By issue, in the order in which each comes first.
    let mut rows: Vec<(Id, Vec<Value>)> = Vec::new();
    for (_, issue, change) in changes.into_iter().skip(start).take(max) {
        let row = view::change_row(&look, change);
        match rows.iter_mut().find(|(id, _)| *id == issue) {
            Some((_, histories)) => histories.push(row),
            None => rows.push((issue, vec![row])),
        }
    }
    let rows = rows.into_iter();
    let rows = rows.map(|(id, histories)| json!({"issueId": id.to_string(), "changeHistories": histories}));
    let mut answer = json!({"issueChangeLogs": rows.collect::<Vec<_>>()});
    if has_more {
        answer["nextPageToken"] = URL_SAFE_NO_PAD.encode(format!("{} {asked}", start + max)).into();
    }
    ok(answer)
}

fn read_token(token: &str, asked: &str) -> Result<usize, Refusal> {
    let parts = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let (start, hash) = text.split_once(' ')?;
        (hash == asked).then(|| start.parse().ok())?
    };
    parts().ok_or_else(|| Refusal::bad("The nextPageToken is invalid."))
}
