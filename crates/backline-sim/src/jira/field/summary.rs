//! The summary.

use super::{At, Kind, Reading, Wrong};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::Value;

/// 255 characters are accepted, 256 are not. Which characters are counted is not known; assumed: UTF-16 units.
const LENGTH_MAX: usize = 255;

pub struct Summary;

impl Kind for Summary {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("string", None)
    }

    fn parse(&self, _: &Look, _: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        let text = sent.as_str().ok_or_else(Wrong::not_a_string)?;
        if text.trim().is_empty() {
            return Err(Wrong::field("You must specify a summary of the issue."));
        }
        if text.contains(['\n', '\r']) {
            return Err(Wrong::field("The summary is invalid because it contains newline characters."));
        }
        if text.encode_utf16().count() > LENGTH_MAX {
            return Err(Wrong::field("Summary must be less than 255 characters."));
        }
        Ok(text.trim().into())
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
