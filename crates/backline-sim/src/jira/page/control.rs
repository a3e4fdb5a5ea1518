//! A field as a control of a form.
//!
//! A control carries a mark of what it showed. What comes back as it was shown is not sent, so that saving a page
//! that was opened a while ago takes back nothing that others changed meanwhile.

mod read;
mod show;

pub use read::changes;

use super::form::{Typed, Wrongs};
use crate::ids;
use crate::jira::config::{Field, ScreenField};
use crate::jira::field::{At, DESCRIPTION, ENVIRONMENT, LABELS, PARENT, PROJECT};
use crate::jira::look::Look;
use crate::page::Choice;
use serde_json::Value;

/// How a kind of field is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Widget {
    /// One line; the type of the input.
    Line(&'static str),
    /// Rich text, as Markdown.
    Rich,
    /// Words with spaces between.
    Words,
    /// A text a line.
    Lines,
    /// Objects of Assets, one a line.
    Assets,
    /// An original estimate, such as `1w 2d`.
    Estimate,
    /// What an app keeps, as JSON.
    Json,
    /// The key of an issue.
    Issue,
    Select,
    Radios,
    Many,
    /// An option and one below it.
    Nested,
    Person,
    People,
    Group,
    Groups,
    Sprint,
    Team,
    Organisations,
}

/// `None` for what nobody types: what hangs on an issue, what belongs to its place, what others keep, and a second
/// name of another field.
fn widget_of(field: &Field) -> Option<Widget> {
    let is_custom = |kind: &str| field.custom.is_some_and(|custom| custom.ends_with(kind));
    if field.no == PROJECT || field.kind.is_managed() || field.kind.stands_for().is_some() {
        return None;
    }
    Some(match field.kind.schema() {
        ("array", Some(items)) => list_widget_of(field, items)?,
        ("option", None) if is_custom(":radiobuttons") => Widget::Radios,
        ("option" | "priority" | "resolution" | "securitylevel" | "version" | "project", None) => {
            Widget::Select
        }
        ("option-with-child", None) => Widget::Nested,
        ("user", None) => Widget::Person,
        ("group", None) => Widget::Group,
        ("date", None) => Widget::Line("date"),
        ("datetime", None) => Widget::Line("datetime-local"),
        ("number", None) => Widget::Line("number"),
        ("issuelink", None) if field.no == PARENT => Widget::Issue,
        ("string", None) if is_rich(field) => Widget::Rich,
        ("string", None) if is_custom(":url") => Widget::Line("url"),
        ("string", None) => Widget::Line("text"),
        ("timetracking", None) => Widget::Estimate,
        ("team" | "any", None) if is_custom("team") => Widget::Team,
        ("object" | "any", None) => Widget::Json,
        _ => return None,
    })
}

fn list_widget_of(field: &Field, items: &str) -> Option<Widget> {
    let is_custom = |kind: &str| field.custom.is_some_and(|custom| custom.ends_with(kind));
    Some(match items {
        _ if is_custom(":gh-sprint") => Widget::Sprint,
        "string" if field.no == LABELS || is_custom(":labels") || is_custom(":goals") => Widget::Words,
        "string" => Widget::Lines,
        "user" => Widget::People,
        "group" => Widget::Groups,
        "option" | "component" | "version" => Widget::Many,
        "sd-customerorganization" => Widget::Organisations,
        "cmdb-object-field" => Widget::Assets,
        _ => return None,
    })
}

/// Whether a field holds a document.
pub fn is_rich(field: &Field) -> bool {
    matches!(field.no, DESCRIPTION | ENVIRONMENT)
        || field.custom.is_some_and(|custom| custom.ends_with(":textarea"))
}

/// A control as a template prints it.
#[derive(Debug)]
pub struct Control {
    pub id: String,
    pub label: String,
    pub is_required: bool,
    pub hint: &'static str,
    pub wrong: Option<String>,
    /// The mark of what was shown, absent where nothing is there yet.
    pub mark: Option<String>,
    pub input: Input,
}

#[derive(Debug)]
pub enum Input {
    Line { kind: &'static str, value: String },
    Area { value: String },
    Select { choices: Vec<Choice>, groups: Vec<(String, Vec<Choice>)> },
    Radios { choices: Vec<Choice> },
    Many { choices: Vec<Choice> },
}

/// What a form of fields is about: for whom, where, and what was typed and refused before.
pub struct Sheet<'a> {
    pub look: &'a Look<'a>,
    pub at: At,
    pub typed: Option<&'a Typed>,
    pub wrongs: &'a Wrongs,
}

impl Sheet<'_> {
    /// The control of a field that holds `stored`; `None` for kinds that nobody types.
    pub fn control(&self, field: &Field, on_screen: &ScreenField, stored: Option<&Value>) -> Option<Control> {
        let widget = widget_of(field)?;
        let id = field.id();
        let shown = stored.map(|stored| show::texts(self.look, field, widget, stored)).unwrap_or_default();
        let texts = self.typed.map_or_else(|| shown.clone(), |typed| typed.all(&id));
        // What was typed is measured by what the first page showed, also when a refusal shows it again.
        let mark = match self.typed {
            Some(typed) => typed.find(&mark_name(&id)).map(str::to_owned),
            None => Some(mark_of(&shown)),
        };
        Some(Control {
            label: field.name.to_owned(),
            is_required: on_screen.is_required,
            hint: show::hint(widget),
            wrong: self.wrongs.fields.get(&id).cloned(),
            mark,
            input: show::input(self, field, on_screen, widget, &texts),
            id,
        })
    }
}

fn mark_name(id: &str) -> String {
    format!("shown.{id}")
}

/// In whatever order: a browser sends what is ticked in the order of the page.
fn mark_of(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| text.replace("\r\n", "\n").trim().to_owned()).collect();
    let mut filled: Vec<&str> = texts.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    filled.sort_unstable();
    ids::hash(0, &filled)[..16].to_owned()
}
