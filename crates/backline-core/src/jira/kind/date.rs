//! A day without a time.

use super::{Control, Kind, Raw, Shown};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use crate::mapping::read::day;
use jiff::civil::Date;
use serde_json::{Value as Json, json};

pub struct DateOnly;

impl Kind for DateOnly {
    fn title(&self) -> &'static str {
        "Date"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.kind == "date"
    }

    fn control(&self) -> Control {
        Control::Date
    }

    fn fits(&self, shape: Shape) -> bool {
        shape == Shape::Date
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        match raw {
            Raw::Moment(at) => Ok(Value::Date(day(at))),
            Raw::Text(text) => match text.trim().parse::<Date>() {
                Ok(date) => Ok(Value::Date(date)),
                Err(_) => Err(format!("'{}' is not a date such as 2026-10-15", text.trim())),
            },
            _ => Err("a date is wanted here".to_owned()),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Date(date)) => json!(date.to_string()),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        json.as_str()?.parse().ok().map(Value::Date)
    }
}
