//! Paragraphs: the description, the environment, text areas. Jira holds them as documents.

use super::{Control, Kind, Raw, Shown};
use crate::jira::adf::{Doc, build::Builder, fit::surely_fits};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use crate::mapping::read::day;
use serde_json::Value as Json;

pub struct RichText;

impl Kind for RichText {
    fn title(&self) -> &'static str {
        "Rich text, up to 32,767"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        // The type of a text area is only "string": its maker tells.
        shown.kind == "string"
            && (shown.is_atlassian(&["textarea"])
                || shown.is_system("description")
                || shown.is_system("environment"))
    }

    fn control(&self) -> Control {
        Control::Area
    }

    fn fits(&self, _shape: Shape) -> bool {
        true
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let doc = match raw {
            Raw::Document(doc) => doc,
            Raw::Text(text) => Builder::new().prose(&text).doc(),
            Raw::List(list) => Builder::new().prose(&list.join(", ")).doc(),
            Raw::Moment(at) => Builder::new().prose(&day(at).to_string()).doc(),
            Raw::Number(number) => Builder::new().prose(&number.to_string()).doc(),
            Raw::Choices(_) => return Err("text is wanted here".to_owned()),
        };
        Ok(Value::Rich(doc))
    }

    fn cuts(&self, raw: &Raw) -> bool {
        match raw {
            Raw::Text(text) => !surely_fits(text) && Builder::new().prose(text).is_too_long(),
            Raw::List(list) => Builder::new().prose(&list.join(", ")).is_too_long(),
            Raw::Document(_) | Raw::Moment(_) | Raw::Number(_) | Raw::Choices(_) => false,
        }
    }

    fn keeps_documents(&self) -> bool {
        true
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Rich(doc)) if !doc.is_empty() => doc.to_json(),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        let doc = Doc::from_json(json);
        (!doc.is_empty()).then_some(Value::Rich(doc))
    }
}
