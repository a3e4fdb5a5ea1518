//! One line of text (`textfield`, Epic Name).

use super::{At, Kind, Reading, Wrong};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::Value;

const LENGTH_MAX: usize = 255;

pub struct Text;

impl Kind for Text {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("string", None)
    }

    fn parse(&self, _: &Look, field: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        let text = sent.as_str().ok_or_else(Wrong::not_a_string)?;
        if text.encode_utf16().count() > LENGTH_MAX {
            return Err(Wrong::field(format!("{} can't exceed {LENGTH_MAX} characters.", field.name)));
        }
        Ok(if text.is_empty() { Value::Null } else { text.into() })
    }

    fn reading(&self) -> Reading {
        Reading::AsStored
    }

    fn render(&self, _: &Look, _: &Field, stored: &Value) -> Value {
        stored.clone()
    }

    fn text(&self, _: &Look, _: &Field, stored: &Value) -> String {
        stored.as_str().unwrap_or_default().to_owned()
    }
}
