//! Rich text: a document in version 3 of the API, a string in version 2 (description, environment, `textarea`).

use super::{At, Kind, Reading, Wrong};
use crate::jira::adf::{self, Unfit};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::Value;

pub struct Rich;

const TOO_LONG: &str = "The entered text is too long. It exceeds the allowed limit of 32,767 characters.";

/// The stored form of rich text that was sent to this version of the API.
pub fn accept(version: u8, sent: &Value) -> Result<String, Wrong> {
    if version == 2 {
        let text = sent.as_str().ok_or_else(Wrong::not_a_string)?;
        if text.chars().count() > adf::LENGTH_MAX {
            return Err(Wrong::field(TOO_LONG));
        }
        return Ok(adf::text::to_document(text));
    }
    adf::accept(sent).map_err(|unfit| match unfit {
        Unfit::NotADocument => {
            Wrong::field("Operation value must be an Atlassian Document (see the Atlassian Document Format)")
        }
        Unfit::Invalid => Wrong::Message("INVALID_INPUT"),
        Unfit::Media => Wrong::Message("ATTACHMENT_VALIDATION_ERROR"),
        Unfit::TooLong => Wrong::field(TOO_LONG),
    })
}

/// What this version of the API shows of stored rich text.
pub fn show(version: u8, stored: &str) -> Value {
    if version == 2 {
        return adf::text::of_document(stored).into();
    }
    serde_json::from_str(stored).unwrap_or_default()
}

impl Kind for Rich {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("string", None)
    }

    fn parse(&self, look: &Look, _: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        accept(look.version, sent).map(Value::String)
    }

    fn reading(&self) -> Reading {
        Reading::Document
    }

    fn render(&self, look: &Look, _: &Field, stored: &Value) -> Value {
        show(look.version, stored.as_str().unwrap_or_default())
    }

    /// A document without content, which is not the null of a text that was never written.
    fn cleared(&self) -> Value {
        adf::text::to_document("").into()
    }

    fn text(&self, _: &Look, _: &Field, stored: &Value) -> String {
        adf::text::of_document(stored.as_str().unwrap_or_default())
    }
}
