//! A web address (`url`).

use super::{At, Kind, Reading, Wrong};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::Value;

pub struct Link;

impl Kind for Link {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("string", None)
    }

    fn parse(&self, _: &Look, _: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        let text = sent.as_str().ok_or_else(Wrong::not_a_string)?;
        let is_absolute = text.parse::<axum::http::Uri>().is_ok_and(|uri| {
            uri.host().is_some() && matches!(uri.scheme_str(), Some("http" | "https" | "ftp"))
        });
        if is_absolute { Ok(text.into()) } else { Err(Wrong::field("The URL specified is not valid.")) }
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
