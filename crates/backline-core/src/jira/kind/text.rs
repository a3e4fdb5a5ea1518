//! One line of text: the summary, text fields, an epic's name, a text that an app holds.

use super::{Control, Kind, Raw, Shown};
use crate::jira::adf::build::clean_line;
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use crate::mapping::read::day;
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// Jira takes 255; whether it counts UTF-16 units or characters is not documented, so we stay below both.
const LINE_CHARS_MAX: usize = 250;

pub struct Text;

impl Kind for Text {
    fn title(&self) -> &'static str {
        "Text, up to 255"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.kind == "string" && shown.is_plain_or(&["textfield", "readonlyfield", "gh-epic-label"])
    }

    fn control(&self) -> Control {
        Control::Line
    }

    fn fits(&self, shape: Shape) -> bool {
        shape != Shape::Document
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let text = written(&raw).ok_or("a line of text is wanted here")?;
        Ok(Value::Text(one_line(&text)))
    }

    fn cuts(&self, raw: &Raw) -> bool {
        written(raw).is_some_and(|text| is_cut(&text))
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Text(text)) if !text.is_empty() => json!(text),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        json.as_str().filter(|text| !text.is_empty()).map(|text| Value::Text(text.to_owned()))
    }
}

fn written(raw: &Raw) -> Option<Cow<'_, str>> {
    match raw {
        Raw::Text(text) => Some(Cow::Borrowed(text)),
        Raw::List(list) => Some(list.join(", ").into()),
        Raw::Moment(at) => Some(day(*at).to_string().into()),
        Raw::Number(number) => Some(number.to_string().into()),
        Raw::Choices(_) | Raw::Document(_) => None,
    }
}

fn in_one_line(text: &str) -> String {
    clean_line(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_too_long(line: &str) -> bool {
    line.len() > LINE_CHARS_MAX && line.encode_utf16().count() > LINE_CHARS_MAX
}

/// Whether [`one_line`] leaves out the end of a text.
pub fn is_cut(text: &str) -> bool {
    is_too_long(&in_one_line(text))
}

/// White space collapsed and the end cut, with an ellipsis where something was cut.
pub fn one_line(text: &str) -> String {
    let text = in_one_line(text);
    if !is_too_long(&text) {
        return text;
    }
    let mut kept = String::new();
    let mut units = 1;
    for c in text.chars() {
        units += c.len_utf16();
        if units > LINE_CHARS_MAX {
            break;
        }
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_long_line_is_cut_at_a_character_border() {
        let line = one_line(&"🙂".repeat(300));
        assert!(line.ends_with('…'));
        assert!(line.encode_utf16().count() <= 250);
    }

    #[test]
    fn line_breaks_become_spaces() {
        assert_eq!(one_line(" a\r\n b\t c "), "a b c");
    }
}
