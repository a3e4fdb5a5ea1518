//! A stored value as the texts of a control, and the control with them.

use super::{Input, Sheet, Widget};
use crate::jira::adf::markup;
use crate::jira::config::{Field, ScreenField};
use crate::jira::field::ASSIGNEE;
use crate::jira::look::{Look, OFFSET_HOURS};
use crate::page::{Choice, time};
use crate::people;
use serde_json::Value;

/// One text per value that a control holds.
pub fn texts(look: &Look, field: &Field, widget: Widget, stored: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match (widget, stored) {
        (Widget::Rich, _) => vec![markup::of_document(stored.as_str().unwrap_or_default())],
        (Widget::Line("datetime-local"), _) => {
            stored.as_i64().map(|ms| time::local(ms, OFFSET_HOURS)).into_iter().collect()
        }
        (Widget::Line("number") | Widget::Words | Widget::Estimate, _) => {
            vec![field.kind.text(look, field, stored)]
        }
        (Widget::Json, _) => vec![serde_json::to_string_pretty(stored).unwrap_or_default()],
        (Widget::Lines | Widget::Assets, Value::Array(lines)) => {
            vec![lines.iter().map(text).collect::<Vec<_>>().join("\n")]
        }
        (Widget::Issue, _) => {
            let issue = stored.as_u64().and_then(|id| look.state.issue(id));
            issue.map(|issue| issue.key.clone()).into_iter().collect()
        }
        (Widget::Nested, Value::Array(ids)) => vec![ids.iter().map(text).collect::<Vec<_>>().join("/")],
        (_, Value::Array(elements)) => elements.iter().map(text).collect(),
        (_, value) => vec![text(value)],
    }
}

pub fn hint(widget: Widget) -> &'static str {
    match widget {
        Widget::Rich => "Markdown: **bold**, # heading, - list, `code`, [words](address)",
        Widget::Words => "Words with spaces between them",
        Widget::Lines => "One a line",
        Widget::Assets => "One object a line, such as workspace:88",
        Widget::Estimate => "Original estimate, such as 1w 2d 4h",
        Widget::Json => "JSON, or a text",
        Widget::Issue => "The key of an issue, such as SEC-1",
        Widget::Line("url") => "https://…",
        Widget::Line("datetime-local") => "In the site's time zone, UTC+2",
        _ => "",
    }
}

pub fn input(
    sheet: &Sheet,
    field: &Field,
    on_screen: &ScreenField,
    widget: Widget,
    texts: &[String],
) -> Input {
    let is_chosen = |value: &str| texts.iter().any(|text| text == value);
    let choice = |value: String, label: String| {
        let is_chosen = is_chosen(&value);
        Choice::new(value, label, is_chosen)
    };
    // A list without a value needs a way to have none; a required one that has a value does not.
    let none = |label: &str| {
        let is_empty = texts.iter().all(String::is_empty);
        (!on_screen.is_required || is_empty).then(|| Choice::new("", label, is_empty))
    };
    let choices = || {
        let rows = rows(sheet, field, widget);
        // What the field holds and nobody may choose any more stays as long as it is not changed.
        let is_row = |text: &str| rows.iter().any(|(value, _)| value == text);
        let kept: Vec<_> = texts.iter().filter(|text| !text.is_empty() && !is_row(text)).collect();
        let kept = kept.into_iter().map(|text| choice(text.clone(), former(sheet.look, field, widget, text)));
        let kept: Vec<Choice> = kept.collect();
        rows.into_iter().map(|(value, label)| choice(value, label)).chain(kept).collect::<Vec<_>>()
    };
    let first = || texts.first().cloned().unwrap_or_default();
    let select = |none: Option<Choice>| Input::Select {
        choices: none.into_iter().chain(choices()).collect(),
        groups: Vec::new(),
    };
    match widget {
        Widget::Line(kind) => Input::Line { kind, value: first() },
        Widget::Words | Widget::Issue | Widget::Estimate => Input::Line { kind: "text", value: first() },
        Widget::Rich | Widget::Lines | Widget::Assets | Widget::Json => Input::Area { value: first() },
        Widget::Select | Widget::Group | Widget::Sprint | Widget::Team => select(none("None")),
        Widget::Radios => Input::Radios { choices: none("None").into_iter().chain(choices()).collect() },
        Widget::Many | Widget::People | Widget::Groups | Widget::Organisations => {
            Input::Many { choices: choices() }
        }
        Widget::Person => select(none(if field.no == ASSIGNEE { "Unassigned" } else { "Nobody" })),
        Widget::Nested => {
            let rows = field.kind.allowed(sheet.look, field, sheet.at).unwrap_or_default();
            let groups = rows.iter().map(|row| {
                let (id, label) = (id_of(row), label_of(row));
                let children = row["children"].as_array().into_iter().flatten();
                let children = children.map(|child| {
                    choice(format!("{id}/{}", id_of(child)), format!("{label}, {}", label_of(child)))
                });
                let alone = choice(id.clone(), format!("{label} alone"));
                (label.clone(), std::iter::once(alone).chain(children).collect())
            });
            let groups: Vec<(String, Vec<Choice>)> = groups.collect();
            let is_offered =
                |text: &str| groups.iter().flat_map(|(_, rows)| rows).any(|row| row.value == text);
            let kept = texts.iter().filter(|text| !text.is_empty() && !is_offered(text));
            let kept = kept.map(|text| choice(text.clone(), former(sheet.look, field, widget, text)));
            Input::Select { choices: none("None").into_iter().chain(kept).collect(), groups }
        }
    }
}

/// Value and label of all that can be chosen.
fn rows(sheet: &Sheet, field: &Field, widget: Widget) -> Vec<(String, String)> {
    let config = &sheet.look.state.config;
    match widget {
        Widget::Person | Widget::People => {
            people::active().map(|person| (person.account_id.to_owned(), person.name.to_owned())).collect()
        }
        Widget::Group | Widget::Groups => {
            config.groups.iter().map(|group| (group.id.clone(), group.name.to_owned())).collect()
        }
        Widget::Team => config.teams.iter().map(|team| (team.id.clone(), team.name.to_owned())).collect(),
        Widget::Sprint => {
            let open = config.sprints.iter().filter(|sprint| sprint.state != "closed");
            open.map(|sprint| (sprint.id.to_string(), sprint.name.to_owned())).collect()
        }
        Widget::Organisations => {
            config.organisations.iter().map(|row| (row.id.to_string(), row.name.to_owned())).collect()
        }
        _ => {
            let rows = field.kind.allowed(sheet.look, field, sheet.at).unwrap_or_default();
            rows.iter().map(|row| (id_of(row), label_of(row))).collect()
        }
    }
}

/// The label of a value that is not offered any more.
fn former(look: &Look, field: &Field, widget: Widget, text: &str) -> String {
    let element = text.parse::<u64>().map_or_else(|_| Value::from(text), Value::from);
    let stored = match widget {
        Widget::Many | Widget::People | Widget::Groups | Widget::Organisations => Value::Array(vec![element]),
        Widget::Nested => text.split('/').filter_map(|id| id.parse::<u64>().ok()).map(Value::from).collect(),
        _ => element,
    };
    let label = field.kind.text(look, field, &stored);
    format!("{} (not offered any more)", if label.is_empty() { text } else { &label })
}

fn id_of(row: &Value) -> String {
    row["id"].as_str().unwrap_or_default().to_owned()
}

fn label_of(row: &Value) -> String {
    let label = row.get("value").or_else(|| row.get("name")).and_then(Value::as_str);
    label.unwrap_or_default().to_owned()
}
