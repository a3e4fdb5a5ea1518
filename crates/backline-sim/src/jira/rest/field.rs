//! The list of all fields.

use super::{Answer, ok};
use crate::jira::call::Call;
use crate::jira::config::{Config, Field};
use crate::jira::route::{READ, Route, full};
use serde_json::{Value, json};

pub fn routes() -> Vec<Route> {
    vec![full("GET", "/field", READ, list)]
}

fn row(config: &Config, field: &Field) -> Value {
    let id = field.id();
    let clauses = match field.is_custom() {
        true => json!([format!("cf[{}]", field.no), field.name]),
        false => json!([id]),
    };
    let mut row = json!({
        "id": id,
        "key": id,
        "name": field.name,
        "custom": field.is_custom(),
        "orderable": true,
        "navigable": true,
        "searchable": true,
        "clauseNames": clauses,
        "schema": field.schema(),
    });
    if field.is_custom() {
        row["untranslatedName"] = field.name.into();
    }
    // The field of a company-managed project has a context and no scope.
    let owner = field.context.and_then(|project| config.projects.get(&project));
    if let Some(project) = owner.filter(|project| project.is_team_managed) {
        row["scope"] = json!({"type": "PROJECT", "project": {"id": project.id.to_string()}});
    }
    row
}

/// Fields that are read only, with their names and types.
const READ_ONLY: [(&str, &str, &str); 6] = [
    ("status", "Status", "status"),
    ("created", "Created", "datetime"),
    ("updated", "Updated", "datetime"),
    ("creator", "Creator", "user"),
    ("resolutiondate", "Resolved", "datetime"),
    ("statuscategorychangedate", "Status Category Changed", "datetime"),
];

async fn list(call: Call) -> Answer {
    let state = call.site.read();
    let mut rows: Vec<Value> = state.config.fields.values().map(|field| row(&state.config, field)).collect();
    rows.extend(READ_ONLY.map(|(id, name, kind)| {
        json!({
            "id": id,
            "key": id,
            "name": name,
            "custom": false,
            "orderable": false,
            "navigable": true,
            "searchable": true,
            "clauseNames": [id],
            "schema": {"type": kind, "system": id},
        })
    }));
    ok(Value::Array(rows))
}
