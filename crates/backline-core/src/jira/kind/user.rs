//! A person, by Atlassian account id.

use super::{Control, Kind, Lookup, Raw, Shown};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};

pub struct User;

impl Kind for User {
    fn title(&self) -> &'static str {
        "Person"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.kind == "user"
    }

    fn control(&self) -> Control {
        Control::Person
    }

    fn lookup(&self, field: &FieldMeta) -> Lookup {
        people(field)
    }

    /// A person who does not exist would block every ticket, and only a search shows who does.
    fn takes_manual(&self) -> bool {
        false
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        match raw {
            Raw::Choices(choices) if choices.len() == 1 => Ok(Value::User(choices[0].id.clone())),
            _ => Err("one person is wanted here".to_owned()),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::User(account)) => json!({"accountId": account}),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        json.get("accountId")?.as_str().map(|account| Value::User(account.to_owned()))
    }
}

/// Who may be chosen: an assignee has to be assignable, everywhere else anybody is.
pub fn people(field: &FieldMeta) -> Lookup {
    if field.id.as_str() == "assignee" { Lookup::Assignable } else { Lookup::People }
}
