//! A day (`datepicker`, due date).

use super::{At, Kind, Reading, Wrong};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::Value;

pub struct Date;

impl Kind for Date {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("date", None)
    }

    fn parse(&self, _: &Look, _: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        let text = sent.as_str().ok_or_else(Wrong::not_a_string)?;
        match jiff::civil::Date::strptime("%Y-%m-%d", text) {
            Ok(date) => Ok(date.to_string().into()),
            Err(_) => Err(Wrong::field("Field requires a valid date in the format yyyy-MM-dd")),
        }
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

    fn change_id(&self, stored: &Value) -> Option<String> {
        stored.as_str().map(str::to_owned)
    }
}
