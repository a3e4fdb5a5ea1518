//! A number.

use super::{Control, Kind, Raw, Shown};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};

pub struct Number;

impl Kind for Number {
    fn title(&self) -> &'static str {
        "Number"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.kind == "number" && shown.is_plain_or(&["float", "jsw-story-points"])
    }

    fn control(&self) -> Control {
        Control::Number
    }

    fn fits(&self, shape: Shape) -> bool {
        shape == Shape::Number
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let number = match raw {
            Raw::Number(number) => number,
            Raw::Text(text) => {
                text.trim().parse().map_err(|_| format!("'{}' is not a number such as 5.5", text.trim()))?
            }
            _ => return Err("a number is wanted here".to_owned()),
        };
        // Infinity and not-a-number have no JSON.
        if f64::is_finite(number) {
            Ok(Value::Number(number))
        } else {
            Err("the number is not finite".to_owned())
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Number(number)) => json!(number),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        json.as_f64().map(Value::Number)
    }
}
