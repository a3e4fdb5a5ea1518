//! The sprint (`gh-sprint`): sent as one number, read back as an array of sprints. Closed ones are not taken.

use super::{At, Kind, Wrong};
use crate::jira::config::{Field, Sprint as Row};
use crate::jira::look::Look;
use serde_json::{Value, json};

/// With the items that the schema names: `json`, or `string` in older captures.
pub struct Sprint(pub &'static str);

fn row<'a>(look: &Look<'a>, stored: &Value) -> Option<&'a Row> {
    look.state.config.sprints.iter().find(|sprint| Some(sprint.id) == stored.as_u64())
}

impl Kind for Sprint {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("array", Some(self.0))
    }

    fn parse(&self, look: &Look, _: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        // As an array by its schema, it is emptied as one.
        if sent.as_array().is_some_and(Vec::is_empty) {
            return Ok(Value::Null);
        }
        let sprint = sent.as_u64().ok_or_else(|| Wrong::field("Number value expected as the Sprint id."))?;
        // Both texts are assumed.
        match row(look, &sprint.into()) {
            None => Err(Wrong::field(format!("Sprint with id {sprint} does not exist."))),
            Some(row) if row.state == "closed" => {
                Err(Wrong::field("Issues can only be put into active or future sprints."))
            }
            Some(row) => Ok(row.id.into()),
        }
    }

    fn render(&self, look: &Look, _: &Field, stored: &Value) -> Value {
        let Some(row) = row(look, stored) else { return Value::Null };
        let mut shown = json!({
            "id": row.id, "name": row.name, "state": row.state, "boardId": row.board, "goal": row.goal,
        });
        // A sprint's times end in Z, whatever the site's time zone.
        if let Some((start, end)) = row.dates {
            (shown["startDate"], shown["endDate"]) = (start.into(), end.into());
        }
        json!([shown])
    }

    fn text(&self, look: &Look, _: &Field, stored: &Value) -> String {
        row(look, stored).map(|row| row.name.to_owned()).unwrap_or_default()
    }
}
