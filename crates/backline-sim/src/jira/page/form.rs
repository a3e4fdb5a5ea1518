//! A field as an input of a form, and what was typed as the value that the API takes.

use crate::jira::config::{Field, ScreenField};
use crate::jira::field::{ASSIGNEE, At, PROJECT};
use crate::jira::look::Look;
use crate::page::{self, escape};
use crate::people;
use serde_json::{Value, json};

/// How a kind is typed.
enum Input {
    Text(&'static str),
    Select { is_multiple: bool },
    Words,
    Person,
}

fn input_of(field: &Field) -> Option<Input> {
    Some(match field.kind.schema() {
        ("array", Some("string")) => Input::Words,
        ("array", Some("option" | "component" | "version")) => Input::Select { is_multiple: true },
        ("option" | "priority" | "resolution" | "securitylevel" | "version", None) => {
            Input::Select { is_multiple: false }
        }
        ("user", None) => Input::Person,
        ("date", None) => Input::Text("date"),
        ("number", None) => Input::Text("number\" step=\"any"),
        ("string", None) if !is_rich(field) => Input::Text("text"),
        _ => return None,
    })
}

fn is_rich(field: &Field) -> bool {
    use crate::jira::field::{DESCRIPTION, ENVIRONMENT};
    matches!(field.no, DESCRIPTION | ENVIRONMENT)
        || field.custom.is_some_and(|kind| kind.ends_with(":textarea"))
}

/// The label and input of a field; nothing for kinds that the page does not offer.
pub fn input(look: &Look, field: &Field, on_screen: &ScreenField, at: At, stored: Option<&Value>) -> String {
    if field.no == PROJECT {
        return String::new();
    }
    let Some(input) = input_of(field) else { return String::new() };
    let id = field.id();
    let text = stored.map(|stored| field.kind.text(look, field, stored)).unwrap_or_default();
    let star = if on_screen.is_required { " *" } else { "" };
    let control = match input {
        Input::Text(kind) => {
            let value = match field.kind.schema().0 {
                "date" => stored.and_then(Value::as_str).unwrap_or_default().to_owned(),
                _ => text,
            };
            format!("<input type=\"{kind}\" name=\"{id}\" id=\"{id}\" value=\"{}\">", escape(&value))
        }
        Input::Words => {
            format!("<input type=\"text\" name=\"{id}\" id=\"{id}\" value=\"{}\">", escape(&text))
        }
        Input::Person => {
            let chosen = stored.and_then(Value::as_str).unwrap_or_default();
            let none = if field.no == ASSIGNEE { "Unassigned" } else { "None" };
            let people = people::active().map(|person| (person.account_id, person.name));
            let options = page::options([("", none)].into_iter().chain(people), chosen);
            format!("<select name=\"{id}\" id=\"{id}\">{options}</select>")
        }
        Input::Select { is_multiple } => select(look, field, at, stored, is_multiple),
    };
    format!("<label for=\"{id}\">{}{star}</label>{control}", escape(field.name))
}

fn select(look: &Look, field: &Field, at: At, stored: Option<&Value>, is_multiple: bool) -> String {
    let id = field.id();
    let chosen: Vec<u64> = match stored {
        Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_u64).collect(),
        Some(id) => id.as_u64().into_iter().collect(),
        None => Vec::new(),
    };
    let mut options = String::new();
    if !is_multiple {
        options.push_str("<option value=\"\">None</option>");
    }
    for row in field.kind.allowed(look, field, at).unwrap_or_default() {
        let value = row["id"].as_str().unwrap_or_default();
        let label = row.get("value").or(row.get("name")).and_then(Value::as_str).unwrap_or_default();
        let is_chosen = value.parse().is_ok_and(|id| chosen.contains(&id));
        let selected = if is_chosen { " selected" } else { "" };
        options.push_str(&format!(
            "<option value=\"{}\"{selected}>{}</option>",
            escape(value),
            escape(label)
        ));
    }
    let multiple = if is_multiple { " multiple" } else { "" };
    format!("<select name=\"{id}\" id=\"{id}\"{multiple}>{options}</select>")
}

/// What was typed for a field, in the form that the API takes; `Null` when it was left empty.
pub fn value(field: &Field, typed: &[&str]) -> Value {
    let first = typed.first().copied().unwrap_or_default().trim();
    let filled: Vec<&str> = typed.iter().copied().filter(|text| !text.is_empty()).collect();
    match input_of(field) {
        Some(Input::Words) => json!(first.split_whitespace().collect::<Vec<_>>()),
        Some(Input::Select { is_multiple: true }) => filled.iter().map(|id| json!({"id": id})).collect(),
        _ if first.is_empty() => Value::Null,
        Some(Input::Select { .. }) => json!({"id": first}),
        Some(Input::Person) => json!({"accountId": first}),
        Some(Input::Text(kind)) if kind.starts_with("number") => {
            first.parse::<f64>().map_or_else(|_| json!(first), |number| json!(number))
        }
        _ => json!(first),
    }
}

/// Whether the page offers an input for a field.
pub fn is_offered(field: &Field) -> bool {
    field.no != PROJECT && input_of(field).is_some()
}
