//! An array of another kind; the verbs add and remove work on its elements.

use super::{At, Kind, Reading, Wrong};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::Value;

pub struct List(pub &'static dyn Kind);

impl Kind for List {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("array", Some(self.0.schema().0))
    }

    fn operations(&self) -> &'static [&'static str] {
        // The order varies from kind to kind on real sites, and no reader may count on it.
        if self.0.schema().0 == "version" { &["set", "add", "remove"] } else { &["add", "set", "remove"] }
    }

    fn allowed(&self, look: &Look, field: &Field, at: At) -> Option<Vec<Value>> {
        self.0.allowed(look, field, at)
    }

    fn complete_url(&self, look: &Look, field: &Field, at: At) -> Option<String> {
        self.0.complete_url(look, field, at)
    }

    fn parse(&self, look: &Look, field: &Field, at: At, sent: &Value) -> Result<Value, Wrong> {
        let elements = sent.as_array().ok_or_else(|| Wrong::field("data was not an array"))?;
        let mut stored: Vec<Value> = Vec::with_capacity(elements.len());
        for element in elements {
            let element = self.0.parse(look, field, at, element)?;
            if !stored.contains(&element) {
                stored.push(element);
            }
        }
        if self.0.is_sorted() {
            stored.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        }
        Ok(if stored.is_empty() { Value::Null } else { Value::Array(stored) })
    }

    fn parse_element(&self, look: &Look, field: &Field, at: At, sent: &Value) -> Result<Value, Wrong> {
        self.0.parse(look, field, at, sent)
    }

    fn reading(&self) -> Reading {
        match self.0.reading() {
            // A list of documents is no document.
            Reading::Document => Reading::Made,
            reading => reading,
        }
    }

    fn element(&self) -> Option<&'static dyn Kind> {
        Some(self.0)
    }

    fn render(&self, look: &Look, field: &Field, stored: &Value) -> Value {
        let elements = stored.as_array().into_iter().flatten();
        elements.map(|element| self.0.render(look, field, element)).collect()
    }

    fn text(&self, look: &Look, field: &Field, stored: &Value) -> String {
        let separator = if self.0.is_sorted() { " " } else { ", " };
        let elements = stored.as_array().into_iter().flatten();
        elements.map(|element| self.0.text(look, field, element)).collect::<Vec<_>>().join(separator)
    }

    fn change_id(&self, stored: &Value) -> Option<String> {
        let ids = stored.as_array()?.iter().filter_map(|element| self.0.change_id(element));
        let ids: Vec<String> = ids.collect();
        if ids.is_empty() { None } else { Some(ids.join(", ")) }
    }

    fn empty(&self) -> Value {
        Value::Array(Vec::new())
    }

    fn is_sorted(&self) -> bool {
        self.0.is_sorted()
    }
}
