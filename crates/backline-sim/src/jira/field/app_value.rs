//! What an app keeps in a field of its own kind: an object of any shape (Forge `object`), or anything (`any`).

use super::{At, Kind, Reading, Wrong};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::Value;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AppValue {
    Object,
    Any,
}

impl Kind for AppValue {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Object => ("object", None),
            Self::Any => ("any", None),
        }
    }

    fn parse(&self, _: &Look, _: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        let fits = *self == Self::Any || sent.is_object();
        if fits { Ok(sent.clone()) } else { Err(Wrong::not_an_object()) }
    }

    fn reading(&self) -> Reading {
        Reading::AsStored
    }

    fn render(&self, _: &Look, _: &Field, stored: &Value) -> Value {
        stored.clone()
    }

    fn text(&self, _: &Look, _: &Field, stored: &Value) -> String {
        stored.to_string()
    }

    fn change_id(&self, _: &Value) -> Option<String> {
        None
    }
}
