//! One option of a fixed list (`select`, `radiobuttons`), and an element of `multiselect` and `multicheckboxes`.

use super::{At, Kind, Reading, Wrong, id_in};
use crate::jira::config::{Field, OptionRow};
use crate::jira::look::Look;
use serde_json::{Value, json};

pub struct Choice;

/// The option among `rows` that `sent` names by id or value. A bare string is taken for an id.
pub(super) fn find<'a>(rows: &'a [OptionRow], sent: &Value) -> Result<&'a OptionRow, Wrong> {
    let id = sent.as_str().map(str::to_owned).or_else(|| id_in(sent, "id"));
    if let Some(id) = id {
        let row = rows.iter().find(|row| row.id.to_string() == id && !row.is_disabled);
        return row.ok_or_else(|| Wrong::field(format!("Option id '{id}' is not valid")));
    }
    if let Some(value) = sent.get("value").and_then(Value::as_str) {
        let row = rows.iter().find(|row| row.value == value && !row.is_disabled);
        return row.ok_or_else(|| Wrong::field(format!("Option value '{value}' is not valid")));
    }
    Err(Wrong::field("Option id 'null' is not valid"))
}

pub(super) fn show(look: &Look, row: &OptionRow) -> Value {
    json!({
        "self": look.rest(format_args!("customFieldOption/{}", row.id)),
        "value": row.value,
        "id": row.id.to_string(),
    })
}

impl Kind for Choice {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("option", None)
    }

    fn allowed(&self, look: &Look, field: &Field, _: At) -> Option<Vec<Value>> {
        Some(field.options.iter().filter(|row| !row.is_disabled).map(|row| show(look, row)).collect())
    }

    fn parse(&self, _: &Look, field: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        Ok(find(&field.options, sent)?.id.into())
    }

    fn reading(&self) -> Reading {
        Reading::Listed
    }

    fn render(&self, look: &Look, field: &Field, stored: &Value) -> Value {
        let row = field.options.iter().find(|row| Some(row.id) == stored.as_u64());
        row.map_or(Value::Null, |row| show(look, row))
    }

    fn text(&self, _: &Look, field: &Field, stored: &Value) -> String {
        let row = field.options.iter().find(|row| Some(row.id) == stored.as_u64());
        row.map(|row| row.value.to_owned()).unwrap_or_default()
    }
}
