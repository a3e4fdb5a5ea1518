//! A team of the organisation (`atlassian-team`): sent as its id alone, read back as an object.
//!
//! There is no closed list: the id is the last part of the address of the team's page.
//!
//! Source: <https://developer.atlassian.com/platform/teams/components/team-field-in-jira-rest-api>

use super::{At, Kind, Wrong};
use crate::jira::config::{Field, Team as Row};
use crate::jira::look::Look;
use serde_json::{Value, json};

/// With the type that the field has: `team`, or `any` on older sites.
pub struct Team(pub &'static str);

fn row<'a>(look: &Look<'a>, stored: &Value) -> Option<&'a Row> {
    look.state.config.teams.iter().find(|team| Some(team.id.as_str()) == stored.as_str())
}

impl Kind for Team {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        (self.0, None)
    }

    fn complete_url(&self, look: &Look, _: &Field, _: At) -> Option<String> {
        Some(format!("{}/gateway/api/v1/recommendations", look.base))
    }

    fn parse(&self, look: &Look, _: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        let id = sent.as_str().ok_or_else(Wrong::not_a_string)?;
        match row(look, &id.into()) {
            Some(team) => Ok(team.id.clone().into()),
            // The text is assumed.
            None => Err(Wrong::field(format!("Team id '{id}' is not valid."))),
        }
    }

    fn render(&self, look: &Look, _: &Field, stored: &Value) -> Value {
        row(look, stored).map_or(Value::Null, |team| json!({"id": team.id, "name": team.name}))
    }

    fn text(&self, look: &Look, _: &Field, stored: &Value) -> String {
        row(look, stored).map(|team| team.name.to_owned()).unwrap_or_default()
    }

    fn change_id(&self, stored: &Value) -> Option<String> {
        stored.as_str().map(str::to_owned)
    }

    fn is_inherited(&self) -> bool {
        true
    }
}
