//! The issue above: an epic, or what a sub-task belongs to.
//!
//! Kept by id, since a key changes when its issue is moved; so it is looked up once and never typed.

use super::{Control, Kind, Lookup, Raw, Shown, choice};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};

pub struct Parent;

impl Kind for Parent {
    fn title(&self) -> &'static str {
        "Parent issue"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.kind == "issuelink" && shown.is_system("parent")
    }

    fn control(&self) -> Control {
        Control::Issue
    }

    fn lookup(&self, _field: &FieldMeta) -> Lookup {
        Lookup::Issues
    }

    fn takes_manual(&self) -> bool {
        false
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        match raw {
            Raw::Choices(choices) if choices.len() == 1 => Ok(Value::Choice(choices[0].id.clone())),
            _ => Err("one issue is wanted here".to_owned()),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Choice(id)) => json!({"id": id}),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        choice::id_of(json).map(Value::Choice)
    }
}
