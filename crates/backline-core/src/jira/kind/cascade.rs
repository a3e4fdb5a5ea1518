//! An option and one below it: a cascading select.

use super::{Control, Kind, Raw, Shown, choice};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};

pub struct Cascade;

impl Kind for Cascade {
    fn title(&self) -> &'static str {
        "One of a list, and one below it"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        // Older sites call it an array of strings.
        shown.kind == "option-with-child" || shown.is_atlassian(&["cascadingselect"])
    }

    fn control(&self) -> Control {
        Control::ChooseNested
    }

    fn fits(&self, shape: Shape) -> bool {
        matches!(shape, Shape::Word | Shape::Text)
    }

    fn compose(&self, field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let Raw::Choices(choices) = raw else {
            return Err("a value of Jira's own list is wanted here".to_owned());
        };
        let [parent] = choices.as_slice() else { return Err("one value is wanted here".to_owned()) };
        choice::still_offered(field, parent)?;
        match parent.children.as_slice() {
            [] => Ok(Value::Nested { parent: parent.id.clone(), child: None }),
            [child] => Ok(Value::Nested { parent: parent.id.clone(), child: Some(child.id.clone()) }),
            _ => Err("only one value below it can be chosen".to_owned()),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Nested { parent, child: Some(child) }) => {
                json!({"id": parent, "child": {"id": child}})
            }
            Some(Value::Nested { parent, child: None }) => json!({"id": parent}),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        let child = json.get("child").and_then(choice::id_of);
        choice::id_of(json).map(|parent| Value::Nested { parent, child })
    }
}
