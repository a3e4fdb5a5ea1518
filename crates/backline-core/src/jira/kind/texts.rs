//! Several texts of an app's field, which may hold spaces as labels may not.

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
        let texts: BTreeSet<String> = match raw {
            Raw::List(list) => list.into_iter().collect(),
            Raw::Text(text) => text.split([',', '\n']).map(|text| text.trim().to_owned()).collect(),
            Raw::Choices(choices) => choices.into_iter().map(|choice| choice.label).collect(),
            Raw::Moment(_) | Raw::Number(_) | Raw::Document(_) => {
                return Err("texts are wanted here".to_owned());
            }
        };
        Ok(Value::Words(texts.into_iter().filter(|text| !text.is_empty()).collect()))
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
