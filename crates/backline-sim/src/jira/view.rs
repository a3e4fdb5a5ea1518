//! An issue as the API answers it.

mod attached;
pub mod comment;
mod fields;
pub mod metadata;
pub mod quirk;
mod rendered;
mod wanted;
pub mod work;

pub use attached::{attachment, change_row};
pub use wanted::{Extras, Wanted};

use super::config::Field;
use super::field::At;
use super::issue::Issue;
use super::look::Look;
use fields::Fields;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

const EXPAND: &str = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations,customfield_10010.properties";

/// An issue, written as one caller sees it and as far as they want it.
pub struct View<'a> {
    pub look: Look<'a>,
    pub issue: &'a Issue,
    pub wanted: &'a Wanted,
    pub extras: &'a Extras,
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { look, issue, wanted, extras } = *self;
        let mut shown = serializer.serialize_map(None)?;
        if wanted.is_id_only() && extras.expand.is_empty() && extras.properties.is_empty() {
            shown.serialize_entry("id", &format_args!("{}", issue.id))?;
            return shown.end();
        }
        shown.serialize_entry("expand", EXPAND)?;
        shown.serialize_entry("id", &format_args!("{}", issue.id))?;
        shown.serialize_entry("self", &look.rest(format_args!("issue/{}", issue.id)))?;
        shown.serialize_entry("key", &issue.key)?;
        shown.serialize_entry("fields", &Fields { look, issue, wanted })?;
        for (name, value) in more(&look, issue, extras) {
            shown.serialize_entry(name, &value)?;
        }
        shown.end()
    }
}

impl View<'_> {
    /// The same as a value, for what is made of it.
    pub fn value(&self) -> Value {
        serde_json::to_value(self).expect("an issue is plain JSON")
    }
}

/// What is shown only where it is asked for.
fn more(look: &Look, issue: &Issue, extras: &Extras) -> Vec<(&'static str, Value)> {
    let mut shown = Vec::new();
    if extras.expands("changelog") {
        let histories: Vec<Value> =
            issue.changes.iter().rev().map(|change| change_row(look, change)).collect();
        let page = json!({
            "startAt": 0, "maxResults": histories.len(), "total": histories.len(), "histories": histories,
        });
        shown.push(("changelog", page));
    }
    if extras.expands("names") {
        shown.push(("names", by_field(look, |field| field.name.into())));
    }
    if extras.expands("schema") {
        shown.push(("schema", by_field(look, |field| field.schema())));
    }
    if extras.expands("renderedFields") {
        shown.push(("renderedFields", rendered::of(look, issue)));
    }
    if extras.expands("editmeta") {
        shown.push(("editmeta", json!({"fields": metadata::edit_fields(look, issue)})));
    }
    if extras.expands("transitions") {
        let offered = super::write::transition::offered(look, issue).into_iter();
        let rows = offered.map(|offer| metadata::transition(look, issue, offer, false));
        shown.push(("transitions", json!(rows.collect::<Vec<_>>())));
    }
    if !extras.properties.is_empty() {
        let is_all = extras.properties.iter().any(|key| key == "*all");
        let kept = issue.properties.iter().filter(|(key, _)| is_all || extras.properties.contains(key));
        let kept = kept.map(|(key, value)| (key.clone(), value.clone()));
        shown.push(("properties", Value::Object(kept.collect())));
    }
    shown
}

fn by_field(look: &Look, show: impl Fn(&Field) -> Value) -> Value {
    let fields = look.state.config.fields.values();
    Value::Object(fields.map(|field| (field.id(), show(field))).collect())
}

/// Project and type of an issue.
pub fn at(issue: &Issue) -> At {
    At { project: issue.project, issue_type: issue.issue_type }
}
