//! Several of a closed list: multi-select, checkboxes, components, versions.

use super::{Control, Kind, Raw, Shown, choice};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};

pub struct MultiChoice;

impl Kind for MultiChoice {
    fn title(&self) -> &'static str {
        "Several of a list"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.is_array_of("component")
            || shown.is_array_of("version")
            || shown.is_array_of("option") && shown.is_plain_or(&["multiselect", "multicheckboxes"])
    }

    fn control(&self) -> Control {
        Control::ChooseSeveral
    }

    fn fits(&self, shape: Shape) -> bool {
        matches!(shape, Shape::Word | Shape::Text | Shape::List)
    }

    fn compose(&self, field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let Raw::Choices(choices) = raw else {
            return Err("values of Jira's own list are wanted here".to_owned());
        };
        for choice in &choices {
            choice::still_offered(field, choice)?;
        }
        Ok(Value::Choices(choices.into_iter().map(|choice| choice.id).collect()))
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Choices(ids)) => ids.iter().map(|id| json!({"id": id})).collect(),
            _ => json!([]),
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        let ids: std::collections::BTreeSet<String> =
            json.as_array()?.iter().filter_map(choice::id_of).collect();
        (!ids.is_empty()).then_some(Value::Choices(ids))
    }

    fn write_element(&self, element: &str) -> Option<Json> {
        Some(json!({"id": element}))
    }
}
