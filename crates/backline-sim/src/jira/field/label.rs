//! A label: one word. Labels come back sorted and without doubles.

use super::{At, Kind, LABELS, Reading, Wrong};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::Value;

const LENGTH_MAX: usize = 255;

pub struct Label;

impl Kind for Label {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("string", None)
    }

    fn complete_url(&self, look: &Look, field: &Field, _: At) -> Option<String> {
        let custom = if field.no == LABELS { String::new() } else { format!("customFieldId={}&", field.no) };
        Some(format!("{}/rest/api/1.0/labels/suggest?{custom}query=", look.base))
    }

    fn parse(&self, _: &Look, _: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        let label = sent.as_str().ok_or_else(Wrong::not_a_string)?;
        if label.contains(char::is_whitespace) {
            return Err(Wrong::field(format!("The label '{label}' contains spaces which is invalid.")));
        }
        if label.is_empty() || label.chars().count() > LENGTH_MAX {
            let text = format!("The label '{label}' is empty or exceeds {LENGTH_MAX} characters.");
            return Err(Wrong::field(text));
        }
        Ok(label.into())
    }

    fn reading(&self) -> Reading {
        Reading::AsStored
    }

    fn render(&self, _: &Look, _: &Field, stored: &Value) -> Value {
        stored.clone()
    }

    fn text(&self, _: &Look, _: &Field, stored: &Value) -> String {
        stored.as_str().unwrap_or_default().to_owned()
    }

    fn is_sorted(&self) -> bool {
        true
    }
}
