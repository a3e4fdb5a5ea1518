//! An issue as the API answers it.

mod attached;
pub mod comment;
mod fields;
pub mod metadata;
pub mod quirk;
mod wanted;
pub mod work;

pub use attached::{attachment, change_row};
pub use wanted::{Extras, Wanted};

use super::adf;
use super::field::{At, FieldNo, RESOLUTION};
use super::issue::Issue;
use super::look::{Look, timestamp};
use serde_json::{Value, json};

const EXPAND: &str = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations,customfield_10010.properties";

pub fn issue(look: &Look, issue: &Issue, wanted: &Wanted, extras: &Extras) -> Value {
    if wanted.is_id_only() && extras.expand.is_empty() && extras.properties.is_empty() {
        return json!({"id": issue.id.to_string()});
    }
    let mut shown = json!({
        "expand": EXPAND,
        "id": issue.id.to_string(),
        "self": look.rest(&format!("issue/{}", issue.id)),
        "key": issue.key,
        "fields": fields::of(look, issue, wanted),
    });
    if extras.expands("changelog") {
        let histories: Vec<Value> =
            issue.changes.iter().rev().map(|change| change_row(look, change)).collect();
        shown["changelog"] = json!({
            "startAt": 0, "maxResults": histories.len(), "total": histories.len(), "histories": histories,
        });
    }
    if extras.expands("names") {
        shown["names"] = by_field(look, |field| field.name.into());
    }
    if extras.expands("schema") {
        shown["schema"] = by_field(look, |field| field.schema());
    }
    if extras.expands("renderedFields") {
        shown["renderedFields"] = rendered(look, issue);
    }
    if extras.expands("editmeta") {
        shown["editmeta"] = json!({"fields": metadata::edit_fields(look, issue)});
    }
    if extras.expands("transitions") {
        let offered = super::write::transition::offered(look, issue);
        shown["transitions"] =
            offered.into_iter().map(|offer| metadata::transition(look, issue, offer, false)).collect();
    }
    if !extras.properties.is_empty() {
        let is_all = extras.properties.iter().any(|key| key == "*all");
        let kept = issue.properties.iter().filter(|(key, _)| is_all || extras.properties.contains(key));
        shown["properties"] = Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect());
    }
    shown
}

fn by_field(look: &Look, show: impl Fn(&super::config::Field) -> Value) -> Value {
    let fields = look.state.config.fields.values();
    Value::Object(fields.map(|field| (field.id(), show(field))).collect())
}

fn rendered(look: &Look, issue: &Issue) -> Value {
    use super::field::{DESCRIPTION, ENVIRONMENT};
    let html = |no: FieldNo| issue.fields.get(&no).and_then(Value::as_str).map(adf::html::of_document);
    json!({
        "description": html(DESCRIPTION).unwrap_or_default(),
        "environment": html(ENVIRONMENT).unwrap_or_default(),
        "created": timestamp(issue.created_ms),
        "updated": timestamp(issue.updated_ms),
        "resolution": issue.chosen(RESOLUTION).map(|_| ""),
        "self": look.rest(&format!("issue/{}", issue.id)),
    })
}

/// Project and type of an issue.
pub fn at(issue: &Issue) -> At {
    At { project: issue.project, issue_type: issue.issue_type }
}
