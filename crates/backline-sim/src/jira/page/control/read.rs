//! What was typed as the value that the API takes.

use super::{Typed, Widget, mark_name, mark_of, widget_of};
use crate::jira::adf::markup;
use crate::jira::config::Field;
use crate::jira::look::OFFSET_HOURS;
use serde_json::{Map, Value, json};

/// The fields of a form that were changed, as `fields` of a request takes them. `stored` is what a field holds now.
///
/// A form without marks changes every field that it names.
pub fn changes<'a>(
    fields: impl Iterator<Item = (&'a Field, Option<&'a Value>)>,
    typed: &Typed,
) -> Map<String, Value> {
    let mut changes = Map::new();
    for (field, stored) in fields {
        let Some(widget) = widget_of(field) else { continue };
        let id = field.id();
        let texts = typed.all(&id);
        let is_changed = match typed.find(&mark_name(&id)) {
            Some(mark) => mark != mark_of(&texts),
            None => !texts.is_empty(),
        };
        if is_changed {
            changes.insert(id, value(widget, stored, &texts));
        }
    }
    changes
}

/// `Null` when nothing was typed.
fn value(widget: Widget, stored: Option<&Value>, texts: &[String]) -> Value {
    let filled: Vec<&str> = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
    let Some(first) = filled.first().copied() else { return Value::Null };
    match widget {
        Widget::Line("number") => first.parse::<f64>().map_or_else(|_| json!(first), |number| json!(number)),
        Widget::Line("datetime-local") => json!(moment(first)),
        Widget::Line(_) => json!(first),
        Widget::Words => json!(first.split_whitespace().collect::<Vec<_>>()),
        Widget::Lines => lines(first).into(),
        Widget::Assets => lines(first).into_iter().map(|id| json!({"id": id})).collect(),
        Widget::Estimate => json!({"originalEstimate": first}),
        // What is no JSON is a text.
        Widget::Json => serde_json::from_str(first).unwrap_or_else(|_| json!(first)),
        Widget::Rich => markup::read::onto(stored.and_then(Value::as_str).unwrap_or_default(), first),
        Widget::Issue => json!({"key": first}),
        Widget::Select | Widget::Radios => json!({"id": first}),
        Widget::Many => filled.iter().map(|id| json!({"id": id})).collect(),
        Widget::Nested => match first.split_once('/') {
            Some((parent, child)) => json!({"id": parent, "child": {"id": child}}),
            None => json!({"id": first}),
        },
        Widget::Person => json!({"accountId": first}),
        Widget::People => filled.iter().map(|id| json!({"accountId": id})).collect(),
        Widget::Group => json!({"groupId": first}),
        Widget::Groups => filled.iter().map(|id| json!({"groupId": id})).collect(),
        Widget::Team => json!(first),
        Widget::Sprint => number(first),
        Widget::Organisations => filled.iter().map(|id| number(id)).collect(),
    }
}

fn lines(typed: &str) -> Vec<&str> {
    typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// What is no number is left for Jira to refuse.
fn number(typed: &str) -> Value {
    typed.parse::<u64>().map_or_else(|_| json!(typed), Value::from)
}

/// Browsers leave out seconds that are zero, and know no offset.
fn moment(typed: &str) -> String {
    let seconds = if typed.len() == "2026-09-01T14:30".len() { ":00" } else { "" };
    format!("{typed}{seconds}.000+{OFFSET_HOURS:02}00")
}
