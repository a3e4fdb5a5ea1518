//! A group of people, by name.
//!
//! By name, since that is the one form that clients have been seen to send; a group's id is assumed to be taken too.

use super::{Control, Kind, Lookup, Raw, Shown};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};

pub struct Group;

impl Kind for Group {
    fn title(&self) -> &'static str {
        "Group"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.kind == "group"
    }

    fn control(&self) -> Control {
        Control::Group
    }

    fn lookup(&self, _field: &FieldMeta) -> Lookup {
        Lookup::Groups
    }

    /// A group that does not exist would block every ticket, and only a search shows which do.
    fn takes_manual(&self) -> bool {
        false
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        match names(raw)?.as_slice() {
            [name] => Ok(Value::Choice(name.clone())),
            _ => Err("one group is wanted here".to_owned()),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Choice(name)) => json!({"name": name}),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        name_of(json).map(Value::Choice)
    }
}

/// The groups that were chosen.
pub fn names(raw: Raw) -> Result<Vec<String>, String> {
    match raw {
        Raw::Choices(choices) if !choices.is_empty() => {
            Ok(choices.into_iter().map(|group| group.label).collect())
        }
        _ => Err("a group is wanted here".to_owned()),
    }
}

pub fn name_of(json: &Json) -> Option<String> {
    json.get("name").unwrap_or(json).as_str().map(str::to_owned)
}
