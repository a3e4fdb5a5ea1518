//! The site's lists: priorities, resolutions, statuses, issue types, groups.

use super::{Answer, ok, page};
use crate::jira::call::{Call, Query};
use crate::jira::config::{Category, Named, Status};
use crate::jira::look::Look;
use crate::jira::refusal::Refusal;
use crate::jira::route::{CONFIGURATION, READ, Route, USERS, full, partial};
use axum::extract::Path;
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

pub fn routes() -> Vec<Route> {
    vec![
        full("GET", "/priority", READ, priorities),
        full("GET", "/priority/{id}", READ, priority),
        partial("GET", "/priority/search", CONFIGURATION, "filters", search_priorities),
        full("GET", "/resolution", READ, resolutions),
        full("GET", "/status", READ, statuses),
        full("GET", "/status/{id}", READ, status),
        full("GET", "/statuscategory", READ, categories),
        partial("GET", "/statuses", CONFIGURATION, "expand", statuses_by_id),
        partial("GET", "/statuses/search", CONFIGURATION, "expand", search_statuses),
        full("GET", "/issuetype", READ, issue_types),
        full("GET", "/issuetype/{id}", READ, issue_type),
        full("GET", "/groups/picker", USERS, groups),
    ]
}

fn priority_row(look: &Look, row: &Named) -> Value {
    let mut shown = look.priority_ref(row);
    shown["description"] = row.description.into();
    shown["statusColor"] = "#d04437".into();
    shown
}

async fn priorities(call: Call) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    ok(state.config.priorities.iter().map(|row| priority_row(&look, row)).collect())
}

async fn priority(call: Call, Path(id): Path<String>) -> Answer {
    let state = call.site.read();
    let row = state.config.priorities.iter().find(|row| row.id.to_string() == id);
    let text = format!("The priority with id '{id}' does not exist");
    let row = row.ok_or_else(|| Refusal::message(StatusCode::NOT_FOUND, text))?;
    ok(priority_row(&call.look(&state), row))
}

async fn search_priorities(call: Call, query: Query) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let rows = state.config.priorities.iter().map(|row| {
        let mut shown = priority_row(&look, row);
        shown["isDefault"] = (row.id == state.config.default_priority).into();
        shown
    });
    ok(page(&look, "priority/search", &query, (50, 50), rows.collect()))
}

async fn resolutions(call: Call) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    ok(state.config.resolutions.iter().map(|row| look.resolution(row)).collect())
}

async fn statuses(call: Call) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    // Elsewhere a status has no such name.
    let row = |status| {
        let mut row = look.status(status);
        row["untranslatedName"] = row["name"].clone();
        row
    };
    ok(state.config.statuses.values().map(row).collect())
}

async fn status(call: Call, Path(id): Path<String>) -> Answer {
    let state = call.site.read();
    let mut statuses = state.config.statuses.values();
    let status = statuses.find(|status| status.id.to_string() == id || status.name == id);
    let status = status.ok_or_else(|| Refusal::empty(StatusCode::NOT_FOUND))?;
    ok(call.look(&state).status(status))
}

async fn categories(call: Call) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let none = json!({
        "self": look.rest("statuscategory/1"),
        "id": 1, "key": "undefined", "colorName": "medium-gray", "name": "No Category",
    });
    let known = [Category::New, Category::Indeterminate, Category::Done].map(|known| look.category(known));
    ok([none].into_iter().chain(known).collect())
}

/// The newer API's own words for categories.
#[derive(Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CategoryWord {
    Todo,
    InProgress,
    Done,
}

/// A status in the newer API.
fn status_row(status: &Status) -> Value {
    let category = match status.category {
        Category::New => CategoryWord::Todo,
        Category::Indeterminate => CategoryWord::InProgress,
        Category::Done => CategoryWord::Done,
    };
    let scope = match status.scope {
        Some(project) => json!({"type": "PROJECT", "project": {"id": project.to_string()}}),
        None => json!({"type": "GLOBAL"}),
    };
    json!({
        "id": status.id.to_string(),
        "name": status.name,
        "statusCategory": category,
        "scope": scope,
        "description": "",
    })
}

async fn statuses_by_id(call: Call, query: Query) -> Answer {
    let wanted = query.all("id");
    let state = call.site.read();
    let rows = state.config.statuses.values().filter(|s| wanted.contains(&s.id.to_string().as_str()));
    ok(rows.map(status_row).collect())
}

async fn search_statuses(call: Call, query: Query) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let text = query.one("searchString").unwrap_or_default().to_lowercase();
    let project = query.one("projectId");
    let is_wanted = |status: &&Status| {
        let is_of_project =
            project.is_none_or(|id| status.scope.is_some_and(|scope| scope.to_string() == id));
        status.name.to_lowercase().contains(&text) && is_of_project
    };
    let rows = state.config.statuses.values().filter(is_wanted).map(status_row).collect();
    ok(page(&look, "statuses/search", &query, (200, 200), rows))
}

async fn issue_types(call: Call) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    ok(state.config.issue_types.values().map(|row| look.issue_type(row)).collect())
}

async fn issue_type(call: Call, Path(id): Path<String>) -> Answer {
    let state = call.site.read();
    let found = id.parse().ok().and_then(|id: u64| state.config.issue_types.get(&id));
    let text = "The issue type does not exist.";
    let found = found.ok_or_else(|| Refusal::message(StatusCode::NOT_FOUND, text))?;
    ok(call.look(&state).issue_type(found))
}

async fn groups(call: Call, query: Query) -> Answer {
    let state = call.site.read();
    let text = query.one("query").unwrap_or_default().to_lowercase();
    let max = query.number("maxResults", 20);
    let groups: Vec<_> = state.config.groups.iter().filter(|group| group.name.contains(&text)).collect();
    let rows = groups
        .iter()
        .take(max)
        .map(|group| json!({"name": group.name, "groupId": group.id, "html": group.name, "labels": []}));
    let rows: Vec<Value> = rows.collect();
    let header = format!("Showing {} of {} matching groups", rows.len(), groups.len());
    ok(json!({"header": header, "total": groups.len(), "groups": rows}))
}
