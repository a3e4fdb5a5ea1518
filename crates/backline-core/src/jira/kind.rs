//! What kind of field a Jira field is: how a value is composed for it, written, read back and compared.
//!
//! One kind is one small file. A field that no kind recognises is never hidden: [`of`] says why it cannot be
//! mapped, and a page names it with that reason.

pub mod choice;
pub mod date;
pub mod multi_choice;
pub mod number;
pub mod rich_text;
pub mod text;
pub mod user;
pub mod words;

use crate::jira::adf::Doc;
use crate::jira::field::{Choice, FieldMeta};
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use jiff::civil::Date;
use serde_json::Value as Json;

/// What a source gave, before it is fitted to a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Raw {
    Text(String),
    List(Vec<String>),
    Choices(Vec<Choice>),
    Date(Date),
    Number(f64),
    Document(Doc),
}

/// The control that a form shows for a manually added value or a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    Line,
    Area,
    ChooseOne,
    ChooseSeveral,
    Words,
    Date,
    Number,
    Person,
}

/// One kind of Jira field.
pub trait Kind: Sync {
    /// For people, with the limit where there is one: "Text, up to 255".
    fn title(&self) -> &'static str;

    fn recognises(&self, field: &FieldMeta) -> bool;

    fn control(&self) -> Control;

    /// Whether a Backline field of this shape may fill it (a choice field through its value map).
    fn fits(&self, shape: Shape) -> bool;

    /// Fits what a source gave to the field, cutting text that is too long at a character border.
    ///
    /// # Errors
    /// In words, what Jira would refuse and why.
    fn compose(&self, field: &FieldMeta, raw: Raw) -> Result<Value, String>;

    /// As Jira takes it in `fields`. `None` clears the field.
    fn write(&self, value: Option<&Value>) -> Json;

    /// As Jira gives it back; `None` where the field is empty.
    fn read(&self, json: &Json) -> Option<Value>;

    /// One element of a set, for the `add` and `remove` verbs; `None` where the field is no set.
    fn write_element(&self, _element: &str) -> Option<Json> {
        None
    }

    /// Whether a value is one of a closed list, so that a Backline field needs a value map.
    fn is_choice(&self) -> bool {
        matches!(self.control(), Control::ChooseOne | Control::ChooseSeveral)
    }
}

/// The kinds in the order in which they are asked.
static KINDS: [&dyn Kind; 8] = [
    &rich_text::RichText,
    &words::Words,
    &multi_choice::MultiChoice,
    &choice::SingleChoice,
    &date::DateOnly,
    &number::Number,
    &user::User,
    &text::Text,
];

/// The kind of a field.
///
/// # Errors
/// The reason why it cannot be mapped, as a sentence part: "Jira manages it".
pub fn of(field: &FieldMeta) -> Result<&'static dyn Kind, String> {
    if field.id.as_str().is_empty() {
        return Err("Jira does not say what it is called".to_owned());
    }
    if let Some(reason) = never_set(field) {
        return Err(reason.to_owned());
    }
    if field.operations.is_empty() {
        return Err("Jira shows it but does not let it be set in a request".to_owned());
    }
    KINDS.iter().copied().find(|kind| kind.recognises(field)).ok_or_else(|| match &field.schema {
        None => "Jira does not say what type it has".to_owned(),
        Some(schema) => {
            let kind = schema.custom.as_deref().and_then(|custom| custom.rsplit([':', '/']).next());
            format!("fields of type {} are not supported in this version", kind.unwrap_or(&schema.kind))
        }
    })
}

/// Fields that Backline sends by itself, so that no mapping is wanted.
pub fn is_sent_by_backline(field: &FieldMeta) -> bool {
    matches!(field.id.as_str(), "project" | "issuetype")
}

fn never_set(field: &FieldMeta) -> Option<&'static str> {
    if is_sent_by_backline(field) {
        return Some("Backline sends it by itself");
    }
    match field.id.as_str() {
        "attachment" => return Some("files can only be attached after the ticket exists"),
        "issuelinks" => return Some("links to other tickets cannot be set while a ticket is created"),
        "status" | "created" | "updated" | "creator" | "votes" | "watches" => return Some("Jira manages it"),
        _ => {}
    }
    let custom = field.schema.as_ref()?.custom.as_deref()?;
    let managed = ["gh-lexo-rank", "devsummary", "vulnerabilitycf", "designcf", "importid", "sd-sla-field"];
    managed.iter().any(|kind| custom.contains(kind)).then_some("Jira manages it")
}

/// Whether the field is a severity or a priority, which follow Backline and nothing else (M6).
pub fn is_special(field: &FieldMeta) -> bool {
    let system = field.schema.as_ref().and_then(|schema| schema.system.as_deref());
    let name = field.name.trim().to_lowercase();
    system == Some("priority")
        || field.id.as_str() == "priority"
        || matches!(name.as_str(), "severity" | "priority")
}

/// What follows the last colon of `schema.custom`, for kinds to recognise custom fields by.
fn custom_kind(field: &FieldMeta) -> Option<&str> {
    field.schema.as_ref()?.custom.as_deref()?.rsplit(':').next()
}

fn schema_type(field: &FieldMeta) -> Option<&str> {
    field.schema.as_ref().map(|schema| schema.kind.as_str())
}

fn schema_items(field: &FieldMeta) -> Option<&str> {
    field.schema.as_ref()?.items.as_deref()
}
