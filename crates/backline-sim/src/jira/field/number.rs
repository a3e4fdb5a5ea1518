//! A number (`float`). It is read back as a float, whatever was sent.

use super::{At, Kind, Wrong};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::{Value, json};

pub struct Number;

impl Kind for Number {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("number", None)
    }

    fn parse(&self, _: &Look, _: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        let number = sent.as_f64().filter(|_| sent.is_number());
        number.map(|n| json!(n)).ok_or_else(|| Wrong::field("Operation value must be a number"))
    }

    fn render(&self, _: &Look, _: &Field, stored: &Value) -> Value {
        json!(stored.as_f64())
    }

    fn text(&self, _: &Look, _: &Field, stored: &Value) -> String {
        stored.as_f64().map(|n| n.to_string()).unwrap_or_default()
    }

    fn change_id(&self, _: &Value) -> Option<String> {
        None
    }
}
