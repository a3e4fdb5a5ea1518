//! Entity properties of an issue.

use crate::jira::issue::Issue;
use crate::jira::refusal::Problems;
use crate::jira::state::below;
use crate::journal::Batch;
use serde_json::Value;

/// Jira's limit for a value, in characters of JSON.
pub const VALUE_MAX: usize = 32_768;
pub const KEY_MAX: usize = 255;

/// What is wrong with a property, in Jira's words.
pub fn problem(key: &str, value: &Value) -> Option<String> {
    if key.is_empty() || key.chars().count() > KEY_MAX {
        return Some(format!("The property key has to be between 1 and {KEY_MAX} characters."));
    }
    let is_too_long = value.to_string().chars().count() > VALUE_MAX;
    is_too_long.then(|| format!("The property value cannot be longer than {VALUE_MAX} characters."))
}

/// Reads `properties` of a create or edit body.
pub fn read(body: &Value, problems: &mut Problems) -> Vec<(String, Value)> {
    let rows = body.get("properties").and_then(Value::as_array).into_iter().flatten();
    let mut properties = Vec::new();
    for row in rows {
        let key = row.get("key").and_then(Value::as_str).unwrap_or_default();
        let value = row.get("value").cloned().unwrap_or_default();
        match problem(key, &value) {
            Some(text) => problems.message(text),
            None => properties.push((key.to_owned(), value)),
        }
    }
    properties
}

pub fn set(issue: &mut Issue, key: String, value: Value, batch: &mut Batch) {
    batch.put("property", below(issue.id, &key), &value);
    issue.properties.insert(key, value);
}
