//! A web address.

use super::{Control, Kind, Raw, Shown};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};

/// Longer ones are refused like any line of text.
const ADDRESS_CHARS_MAX: usize = 255;

pub struct Link;

impl Kind for Link {
    fn title(&self) -> &'static str {
        "Web address"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.kind == "string" && shown.is_atlassian(&["url"])
    }

    fn control(&self) -> Control {
        Control::Line
    }

    fn fits(&self, shape: Shape) -> bool {
        shape == Shape::Text
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let Raw::Text(text) = raw else { return Err("a web address is wanted here".to_owned()) };
        let text = text.trim();
        if !crate::jira::adf::build::is_web_address(text) {
            return Err(format!("'{text}' is not a web address"));
        }
        // Cut in two it would lead elsewhere.
        match text.chars().count() > ADDRESS_CHARS_MAX {
            true => Err(format!("the web address is longer than {ADDRESS_CHARS_MAX} characters")),
            false => Ok(Value::Text(text.to_owned())),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Text(text)) => json!(text),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        json.as_str().filter(|text| !text.is_empty()).map(|text| Value::Text(text.to_owned()))
    }
}
