//! Several texts of an app's field, which may hold spaces as labels may not.

use super::text::{is_cut, one_line};
use super::{Control, Kind, Raw, Shown};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

pub struct Texts;

impl Kind for Texts {
    fn title(&self) -> &'static str {
        "Several texts"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.is_array_of("string") && shown.is_plain_or(&[])
    }

    fn control(&self) -> Control {
        Control::Words
    }

    fn fits(&self, shape: Shape) -> bool {
        matches!(shape, Shape::Word | Shape::Text | Shape::List)
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let texts = split(&raw).ok_or("texts are wanted here")?;
        Ok(Value::Words(texts.into_iter().map(one_line).filter(|text| !text.is_empty()).collect()))
    }

    fn cuts(&self, raw: &Raw) -> bool {
        split(raw).is_some_and(|texts| texts.into_iter().any(is_cut))
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Words(texts)) => json!(texts),
            _ => json!([]),
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        let texts: BTreeSet<String> =
            json.as_array()?.iter().filter_map(Json::as_str).map(str::to_owned).collect();
        (!texts.is_empty()).then_some(Value::Words(texts))
    }

    fn write_element(&self, element: &str) -> Option<Json> {
        Some(json!(element))
    }
}

/// Each is one line of text, as long as one may be.
fn split(raw: &Raw) -> Option<Vec<&str>> {
    match raw {
        Raw::List(list) => Some(list.iter().map(String::as_str).collect()),
        Raw::Text(text) => Some(text.split([',', '\n']).collect()),
        Raw::Choices(choices) => Some(choices.iter().map(|choice| choice.label.as_str()).collect()),
        Raw::Moment(_) | Raw::Number(_) | Raw::Document(_) => None,
    }
}
