//! `renderedFields`: rich text as HTML.

use crate::jira::adf;
use crate::jira::field::{DESCRIPTION, ENVIRONMENT, FieldNo, RESOLUTION};
use crate::jira::issue::Issue;
use crate::jira::look::{Look, timestamp};
use serde_json::{Value, json};

pub(super) fn of(look: &Look, issue: &Issue) -> Value {
    let html = |no: FieldNo| issue.fields.get(&no).and_then(Value::as_str).map(adf::html::of_document);
    json!({
        "description": html(DESCRIPTION).unwrap_or_default(),
        "environment": html(ENVIRONMENT).unwrap_or_default(),
        "created": timestamp(issue.created_ms),
        "updated": timestamp(issue.updated_ms),
        "resolution": issue.chosen(RESOLUTION).map(|_| ""),
        "self": look.rest(format_args!("issue/{}", issue.id)),
    })
}
