//! An option and perhaps one below it (`cascadingselect`); stored as a list of one or two ids.

use super::choice::{find, show};
use super::{At, Kind, Wrong};
use crate::jira::config::{Field, OptionRow};
use crate::jira::look::Look;
use serde_json::{Value, json};

pub struct Cascading;

fn rows<'a>(field: &'a Field, stored: &Value) -> Option<(&'a OptionRow, Option<&'a OptionRow>)> {
    let parent = field.options.iter().find(|row| Some(row.id) == stored.get(0).and_then(Value::as_u64))?;
    let child = stored.get(1).and_then(Value::as_u64);
    Some((parent, child.and_then(|id| parent.children.iter().find(|row| row.id == id))))
}

impl Kind for Cascading {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("option-with-child", None)
    }

    fn allowed(&self, look: &Look, field: &Field, _: At) -> Option<Vec<Value>> {
        let parents = field.options.iter().filter(|row| !row.is_disabled).map(|row| {
            let mut shown = show(look, row);
            let children = row.children.iter().filter(|child| !child.is_disabled);
            shown["children"] = children.map(|child| show(look, child)).collect();
            shown
        });
        Some(parents.collect())
    }

    fn parse(&self, _: &Look, field: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        if !sent.is_object() {
            return Err(Wrong::not_an_object());
        }
        let parent = find(&field.options, sent)?;
        match sent.get("child") {
            None | Some(Value::Null) => Ok(json!([parent.id])),
            Some(child) => Ok(json!([parent.id, find(&parent.children, child)?.id])),
        }
    }

    fn render(&self, look: &Look, field: &Field, stored: &Value) -> Value {
        let Some((parent, child)) = rows(field, stored) else { return Value::Null };
        let mut shown = show(look, parent);
        if let Some(child) = child {
            shown["child"] = show(look, child);
        }
        shown
    }

    fn text(&self, _: &Look, field: &Field, stored: &Value) -> String {
        match rows(field, stored) {
            None => String::new(),
            Some((parent, None)) => parent.value.to_owned(),
            Some((parent, Some(child))) => format!("{} - {}", parent.value, child.value),
        }
    }
}
