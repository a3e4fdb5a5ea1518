//! Several groups of people, by name.

use super::{Control, Kind, Lookup, Raw, Shown, group};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

pub struct Groups;

impl Kind for Groups {
    fn title(&self) -> &'static str {
        "Groups"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.is_array_of("group")
    }

    fn control(&self) -> Control {
        Control::Groups
    }

    fn lookup(&self, _field: &FieldMeta) -> Lookup {
        Lookup::Groups
    }

    /// Groups that do not exist would block every ticket, and only a search shows which do.
    fn takes_manual(&self) -> bool {
        false
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        group::names(raw).map(|names| Value::Choices(names.into_iter().collect()))
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Choices(names)) => names.iter().map(|name| json!({"name": name})).collect(),
            _ => json!([]),
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        let names: BTreeSet<String> = json.as_array()?.iter().filter_map(group::name_of).collect();
        (!names.is_empty()).then_some(Value::Choices(names))
    }

    fn write_element(&self, element: &str) -> Option<Json> {
        Some(json!({"name": element}))
    }
}
