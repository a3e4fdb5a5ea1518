//! A moment (`datetime`), with an offset without a colon; kept as milliseconds.

use super::{At, Kind, Wrong};
use crate::jira::config::Field;
use crate::jira::look::{Look, timestamp};
use serde_json::{Value, json};

pub struct DateTime;

/// The milliseconds of a moment as Jira writes it.
pub fn moment(text: &str) -> Result<i64, Wrong> {
    let strict = jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text);
    match strict.or_else(|_| text.parse::<jiff::Timestamp>()) {
        Ok(at) => Ok(at.as_millisecond()),
        Err(_) => Err(Wrong::field(format!("Error parsing time: {text}"))),
    }
}

impl Kind for DateTime {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("datetime", None)
    }

    fn parse(&self, _: &Look, _: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        Ok(json!(moment(sent.as_str().ok_or_else(Wrong::not_a_string)?)?))
    }

    fn render(&self, _: &Look, _: &Field, stored: &Value) -> Value {
        timestamp(stored.as_i64().unwrap_or_default()).into()
    }

    fn text(&self, _: &Look, _: &Field, stored: &Value) -> String {
        timestamp(stored.as_i64().unwrap_or_default())
    }

    fn change_id(&self, stored: &Value) -> Option<String> {
        Some(timestamp(stored.as_i64()?))
    }
}
