//! A person, by Atlassian account id.

use super::{Control, Kind, Raw, custom_kind, schema_type};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};

pub struct User;

impl Kind for User {
    fn title(&self) -> &'static str {
        "Person"
    }

    fn recognises(&self, field: &FieldMeta) -> bool {
        schema_type(field) == Some("user") && matches!(custom_kind(field), None | Some("userpicker"))
    }

    fn control(&self) -> Control {
        Control::Person
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        match raw {
            Raw::Choices(choices) => match choices.as_slice() {
                [person] => Ok(Value::User(person.id.clone())),
                _ => Err("one person is wanted here".to_owned()),
            },
            Raw::Text(text) if !text.trim().is_empty() && !text.trim().contains(char::is_whitespace) => {
                Ok(Value::User(text.trim().to_owned()))
            }
            _ => Err("an Atlassian account id is wanted here".to_owned()),
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
