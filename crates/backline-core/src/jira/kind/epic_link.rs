//! The older way to name the epic of an issue, by key. Jira keeps it equal to the parent.

use super::{Control, Kind, Raw, Shown};
use crate::ids::IssueKey;
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};

pub struct EpicLink;

impl Kind for EpicLink {
    fn title(&self) -> &'static str {
        "Epic, by key"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.is_atlassian(&["gh-epic-link"])
    }

    fn control(&self) -> Control {
        Control::Line
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let Raw::Text(text) = raw else { return Err("the key of an epic is wanted here".to_owned()) };
        match IssueKey::typed(&text) {
            Some(key) => Ok(Value::Choice(key.0)),
            None => Err(format!("'{}' is not a key such as EX-1", text.trim())),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Choice(key)) => json!(key),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        json.as_str().filter(|key| !key.is_empty()).map(|key| Value::Choice(key.to_owned()))
    }
}
