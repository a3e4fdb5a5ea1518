//! The values of an issue's fields, as people read them.

use super::activity::name;
use crate::jira::adf;
use crate::jira::config::Field;
use crate::jira::field::{DESCRIPTION, PARENT, SUMMARY};
use crate::jira::issue::Issue;
use crate::jira::look::{Look, OFFSET_HOURS};
use crate::page::time::{Moment, moment};
use serde_json::Value;

pub struct Detail {
    pub name: String,
    pub value: Shown,
}

pub enum Shown {
    Text(String),
    /// HTML of a stored document, which is safe as it is.
    Rich(String),
    Link(String),
    Tags(Vec<String>),
    Time(Moment),
}

pub fn details(look: &Look, issue: &Issue) -> Vec<Detail> {
    let fields = look.state.config.fields.values();
    let shown = fields.filter(|field| !matches!(field.no, SUMMARY | DESCRIPTION | PARENT));
    let mut rows: Vec<Detail> = shown
        .filter_map(|field| {
            let stored = issue.fields.get(&field.no)?;
            Some(Detail { name: field.name.to_owned(), value: value(look, field, stored) })
        })
        .collect();
    let mut add = |name: &str, value: Shown| rows.push(Detail { name: name.to_owned(), value });
    add("Creator", Shown::Text(name(&issue.creator)));
    add("Created", Shown::Time(moment(issue.created_ms, OFFSET_HOURS)));
    add("Updated", Shown::Time(moment(issue.updated_ms, OFFSET_HOURS)));
    if let Some(ms) = issue.resolved_ms {
        add("Resolved", Shown::Time(moment(ms, OFFSET_HOURS)));
    }
    rows
}

fn value(look: &Look, field: &Field, stored: &Value) -> Shown {
    let text = || field.kind.text(look, field, stored);
    match (field.kind.schema(), stored) {
        (("datetime", _), Value::Number(ms)) => {
            Shown::Time(moment(ms.as_i64().unwrap_or_default(), OFFSET_HOURS))
        }
        (("array", Some("string")), Value::Array(words)) => {
            Shown::Tags(words.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        }
        (("string", _), Value::String(document)) if super::super::control::is_rich(field) => {
            Shown::Rich(adf::html::of_document(document))
        }
        (("string", _), Value::String(address))
            if address.starts_with("https://") || address.starts_with("http://") =>
        {
            Shown::Link(address.clone())
        }
        _ => Shown::Text(text()),
    }
}
