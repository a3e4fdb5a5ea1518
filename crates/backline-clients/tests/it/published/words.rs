//! What the document demands in its descriptions and not in its schemas.

use super::schema;
use serde_json::{Value as Json, json};

/// Parameters without which the operation is answered with 400.
pub fn required_parameters(operation: &str) -> &'static [&'static str] {
    match operation {
        "GET /mypermissions" => &["permissions"],
        "GET /user/assignable/search" => &["project", "query"],
        "GET /jql/autocompletedata/suggestions" => &["fieldName", "fieldValue"],
        _ => &[],
    }
}

pub fn body_problems(operation: &str, body: &Json) -> Vec<String> {
    let validator = jsonschema::draft4::new(&body_schema(operation)).expect("a schema");
    schema::problems(&validator, body)
}

fn body_schema(operation: &str) -> Json {
    let properties =
        json!({"items": {"required": ["key", "value"], "properties": {"key": {"maxLength": 255}}}});
    match operation {
        "POST /issue" => json!({"required": ["fields"], "properties": {"properties": properties}}),
        "POST /issue/{issueIdOrKey}/comment" => {
            let document = json!({"type": "object", "required": ["type", "version", "content"]});
            json!({"required": ["body"], "properties": {"body": document, "properties": properties}})
        }
        "POST /issue/{issueIdOrKey}/transitions" => {
            json!({"required": ["transition"], "properties": {"transition": {"required": ["id"]}}})
        }
        "POST /issue/{issueIdOrKey}/remotelink" => json!({"properties": {"globalId": {"maxLength": 255}}}),
        "POST /issue/bulk" => json!({
            "required": ["issueUpdates"],
            "properties": {"issueUpdates": {"maxItems": 50, "items": {"required": ["fields"], "properties": {"properties": properties}}}},
        }),
        "POST /issue/bulkfetch" => json!({
            "required": ["issueIdsOrKeys"],
            "properties": {"issueIdsOrKeys": {"minItems": 1, "maxItems": 100}, "properties": {"maxItems": 5}},
        }),
        "POST /search/jql" => json!({
            "required": ["jql"],
            "properties": {"properties": {"maxItems": 5}, "maxResults": {"minimum": 1, "maximum": 5000}},
        }),
        _ => json!({}),
    }
}
