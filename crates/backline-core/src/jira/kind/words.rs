//! Labels: a set of words without white space.

use super::{Control, Kind, Lookup, Raw, Shown};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// Jira refuses a longer label.
const WORD_CHARS_MAX: usize = 255;

pub struct Words;

impl Kind for Words {
    fn title(&self) -> &'static str {
        "Labels"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.is_array_of("string") && (shown.is_system("labels") || shown.is_atlassian(&["labels"]))
    }

    fn control(&self) -> Control {
        Control::Words
    }

    fn lookup(&self, _field: &FieldMeta) -> Lookup {
        Lookup::Labels
    }

    fn fits(&self, shape: Shape) -> bool {
        matches!(shape, Shape::Word | Shape::Text | Shape::List)
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let words: Vec<String> = match raw {
            Raw::List(list) => list,
            Raw::Text(text) => text.split([',', ' ', '\n']).map(str::to_owned).collect(),
            Raw::Choices(choices) => choices.into_iter().map(|choice| choice.label).collect(),
            Raw::Moment(_) | Raw::Number(_) | Raw::Document(_) => {
                return Err("labels are wanted here".to_owned());
            }
        };
        Ok(Value::Words(words.iter().map(|word| label(word)).filter(|word| !word.is_empty()).collect()))
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Words(words)) => json!(words),
            _ => json!([]),
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        let words: BTreeSet<String> =
            json.as_array()?.iter().filter_map(Json::as_str).map(str::to_owned).collect();
        (!words.is_empty()).then_some(Value::Words(words))
    }

    fn write_element(&self, element: &str) -> Option<Json> {
        Some(json!(element))
    }
}

/// A text as a label: white space becomes a hyphen, the end is cut.
pub fn label(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join("-");
    text.chars().filter(|c| !c.is_control()).take(WORD_CHARS_MAX).collect()
}
