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

/// The groups that were chosen or typed, of which a comma parts several.
pub fn names(raw: Raw) -> Result<Vec<String>, String> {
    let names: Vec<String> = match raw {
        Raw::Choices(choices) => choices.into_iter().map(|group| group.label).collect(),
        Raw::Text(text) => {
            let names = text.split([',', '\n']).map(|name| name.trim().to_owned());
            names.filter(|name| !name.is_empty()).collect()
        }
        _ => Vec::new(),
    };
    if names.is_empty() { Err("the name of a group is wanted here".to_owned()) } else { Ok(names) }
}

pub fn name_of(json: &Json) -> Option<String> {
    json.get("name").unwrap_or(json).as_str().map(str::to_owned)
}
