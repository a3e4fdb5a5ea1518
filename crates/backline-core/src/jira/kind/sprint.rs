//! A sprint, by number. Listing sprints takes scopes of another product, so the number is typed: it stands in the
//! address of the sprint's board.

use super::{Control, Kind, Raw, Shown, choice};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::Value as Json;

pub struct Sprint;

impl Kind for Sprint {
    fn title(&self) -> &'static str {
        "Sprint, by number"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.is_atlassian(&["gh-sprint"])
    }

    fn control(&self) -> Control {
        Control::Number
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let Raw::Text(text) = raw else { return Err("the number of a sprint is wanted here".to_owned()) };
        match text.trim().parse::<u64>() {
            Ok(id) => Ok(Value::Choice(id.to_string())),
            Err(_) => Err(format!("'{}' is not the number of a sprint, such as 37", text.trim())),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Choice(id)) => id.parse::<u64>().map_or(Json::Null, Json::from),
            _ => Json::Null,
        }
    }

    /// An issue keeps the sprints that it was in; the one that is not closed is where it is now.
    fn read(&self, json: &Json) -> Option<Value> {
        let is_now = |sprint: &&Json| sprint.get("state").and_then(Json::as_str) != Some("closed");
        json.as_array()?.iter().rfind(is_now).and_then(choice::id_of).map(Value::Choice)
    }
}
