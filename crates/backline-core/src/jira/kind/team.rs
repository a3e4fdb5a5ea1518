//! A team of Atlassian's, by id. No call of the platform lists teams: the id stands at the end of the address of
//! the team's page, and the whole address is taken too.
//!
//! Source: <https://developer.atlassian.com/platform/teams/components/team-field-in-jira-rest-api>

use super::{Control, Kind, Raw, Shown};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};

pub struct Team;

impl Kind for Team {
    fn title(&self) -> &'static str {
        "Team, by id"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        // Older sites give it the type "any".
        shown.kind == "team" || shown.is_atlassian(&["atlassian-team", "rm-teams-custom-field-team"])
    }

    fn control(&self) -> Control {
        Control::Line
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let text = match raw {
            Raw::Choices(choices) if choices.len() == 1 => choices[0].id.clone(),
            Raw::Text(text) => text,
            _ => return Err("the id of a team is wanted here".to_owned()),
        };
        let address = text.trim().split(['?', '#']).next().unwrap_or_default();
        let id = address.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        match id.is_empty() || id.contains(char::is_whitespace) {
            true => Err(format!("'{}' is not the id of a team, nor the address of its page", text.trim())),
            false => Ok(Value::Choice(id.to_owned())),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Choice(id)) => json!(id),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        json.get("id").unwrap_or(json).as_str().map(|id| Value::Choice(id.to_owned()))
    }
}
