//! One of a closed list: select, radio buttons, priority, version, resolution, security level.

use super::{Control, Kind, Raw, Shown};
use crate::jira::field::{Choice, FieldMeta};
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};

pub struct SingleChoice;

impl Kind for SingleChoice {
    fn title(&self) -> &'static str {
        "One of a list"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        match shown.kind {
            "priority" | "resolution" | "version" | "securitylevel" => true,
            "option" => shown.is_plain_or(&["select", "radiobuttons"]),
            _ => false,
        }
    }

    fn control(&self) -> Control {
        Control::ChooseOne
    }

    fn fits(&self, shape: Shape) -> bool {
        matches!(shape, Shape::Word | Shape::Text)
    }

    fn compose(&self, field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let Raw::Choices(choices) = raw else {
            return Err("a value of Jira's own list is wanted here".to_owned());
        };
        match choices.as_slice() {
            [choice] => {
                still_offered(field, choice)?;
                Ok(Value::Choice(choice.id.clone()))
            }
            [] => Err("no value was chosen".to_owned()),
            _ => Err("only one value can be chosen".to_owned()),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Choice(id)) => json!({"id": id}),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        id_of(json).map(Value::Choice)
    }
}

/// Refuses a choice that Jira's list, as it was read when the mapping was saved, does not have.
pub fn still_offered(field: &FieldMeta, choice: &Choice) -> Result<(), String> {
    let Some(allowed) = &field.allowed else { return Ok(()) };
    let Some(parent) = allowed.iter().find(|known| known.id == choice.id) else {
        return Err(format!("Jira does not offer '{}' for {}", choice.label, field.name));
    };
    match choice.children.iter().find(|child| !parent.children.iter().any(|known| known.id == child.id)) {
        Some(child) => {
            Err(format!("Jira does not offer '{}' below '{}' for {}", child.label, choice.label, field.name))
        }
        None => Ok(()),
    }
}

/// The id of an option, priority, component or version, which some apps write as a number.
pub fn id_of(json: &Json) -> Option<String> {
    match json.get("id")? {
        Json::String(id) => Some(id.clone()),
        Json::Number(id) => Some(id.to_string()),
        _ => None,
    }
}
