//! A customer organisation of Jira Service Management, an element of `sd-customer-organizations`; sent as a number.

use super::{At, Kind, Wrong};
use crate::jira::config::{Field, Named};
use crate::jira::look::Look;
use serde_json::{Value, json};

pub struct Organisation;

fn row<'a>(look: &Look<'a>, stored: &Value) -> Option<&'a Named> {
    look.state.config.organisations.iter().find(|row| Some(row.id) == stored.as_u64())
}

impl Kind for Organisation {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("sd-customerorganization", None)
    }

    fn parse(&self, look: &Look, _: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        // Both texts are assumed.
        let id = sent.as_u64().ok_or_else(|| Wrong::field("Organization ids must be numbers."))?;
        let row = row(look, &id.into());
        row.map(|row| row.id.into()).ok_or_else(|| Wrong::field(format!("Organization {id} does not exist.")))
    }

    fn render(&self, look: &Look, _: &Field, stored: &Value) -> Value {
        row(look, stored).map_or(Value::Null, |row| {
            let address = format!("{}/rest/servicedeskapi/organization/{}", look.base, row.id);
            json!({"id": row.id.to_string(), "name": row.name, "_links": {"self": address}})
        })
    }

    fn text(&self, look: &Look, _: &Field, stored: &Value) -> String {
        row(look, stored).map(|row| row.name.to_owned()).unwrap_or_default()
    }
}
