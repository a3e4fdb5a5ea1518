//! Organizations of a service project, by number.

use super::{Control, Kind, Raw, Shown, choice};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

pub struct Organizations;

impl Kind for Organizations {
    fn title(&self) -> &'static str {
        "Organizations, by number"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.is_atlassian(&["sd-customer-organizations"])
    }

    fn control(&self) -> Control {
        Control::Words
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let Raw::Text(text) = raw else { return Err("numbers of organizations are wanted here".to_owned()) };
        let words = text.split([',', ' ', '\n']).filter(|word| !word.is_empty());
        let numbers: Result<BTreeSet<String>, String> = words
            .map(|word| match word.parse::<u64>() {
                Ok(number) => Ok(number.to_string()),
                Err(_) => Err(format!("'{word}' is not the number of an organization")),
            })
            .collect();
        match numbers? {
            none if none.is_empty() => Err("numbers of organizations are wanted here".to_owned()),
            numbers => Ok(Value::Choices(numbers)),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Choices(numbers)) => {
                numbers.iter().filter_map(|number| self.write_element(number)).collect()
            }
            _ => json!([]),
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        let of = |json: &Json| choice::id_of(json).or_else(|| json.as_u64().map(|number| number.to_string()));
        let numbers: BTreeSet<String> = json.as_array()?.iter().filter_map(of).collect();
        (!numbers.is_empty()).then_some(Value::Choices(numbers))
    }

    fn write_element(&self, element: &str) -> Option<Json> {
        element.parse::<u64>().ok().map(Json::from)
    }
}
