//! Several people, by Atlassian account id: multi-user pickers, request participants.

use super::{Control, Kind, Lookup, Raw, Shown, user};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

pub struct Users;

impl Kind for Users {
    fn title(&self) -> &'static str {
        "People"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.is_array_of("user")
    }

    fn control(&self) -> Control {
        Control::People
    }

    fn lookup(&self, field: &FieldMeta) -> Lookup {
        user::people(field)
    }

    /// People who do not exist would block every ticket, and only a search shows who does.
    fn takes_manual(&self) -> bool {
        false
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        match raw {
            Raw::Choices(choices) if !choices.is_empty() => {
                Ok(Value::Choices(choices.into_iter().map(|person| person.id).collect()))
            }
            _ => Err("people are wanted here".to_owned()),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Choices(accounts)) => accounts.iter().map(|id| json!({"accountId": id})).collect(),
            _ => json!([]),
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        let accounts = json.as_array()?.iter().filter_map(|person| person.get("accountId")?.as_str());
        let accounts: BTreeSet<String> = accounts.map(str::to_owned).collect();
        (!accounts.is_empty()).then_some(Value::Choices(accounts))
    }

    fn write_element(&self, element: &str) -> Option<Json> {
        Some(json!({"accountId": element}))
    }
}
