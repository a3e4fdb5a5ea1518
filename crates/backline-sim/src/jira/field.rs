//! Kinds of fields: what create metadata shows of one, what it takes and how it comes back.
//!
//! One kind is one file below this one. A kind turns what a client sends into a *stored* value, made of ids, and
//! a stored value into what a client reads. Whether a field is on a screen or required is the writer's business.

mod app_value;
mod asset;
mod cascading;
mod choice;
mod component;
mod date;
mod datetime;
mod epic_link;
mod group;
mod issue_type;
mod label;
mod link;
mod list;
mod managed;
mod number;
mod organisation;
mod parent;
mod pick;
mod project;
mod reading;
mod rich;
mod satellite;
mod sprint;
mod summary;
mod system;
mod team;
mod text;
mod time_tracking;
mod user;
mod version;

pub use app_value::AppValue;
pub use asset::Asset;
pub use cascading::Cascading;
pub use choice::Choice;
pub use component::InComponent;
pub use date::Date;
pub use datetime::{DateTime, moment};
pub use epic_link::EpicLink;
pub use group::InGroup;
pub use issue_type::OfType;
pub use label::Label;
pub use link::Link;
pub use list::List;
pub use managed::*;
pub use number::Number;
pub use organisation::Organisation;
pub use parent::Parent;
pub use pick::Pick;
pub use project::InProject;
pub use reading::{Reading, Shown, read};
pub use rich::{Rich, accept as accept_rich, show as show_rich};
pub use satellite::Satellite;
pub use sprint::Sprint;
pub use summary::Summary;
pub use system::*;
pub use team::Team;
pub use text::Text;
pub use time_tracking::{TimeTracking, after_work, seconds, words};
pub use user::User;
pub use version::InVersion;

use super::config::{Field, Id};
use super::issue::Issue;
use super::look::Look;
use serde_json::{Value, json};

/// A field's number: below 10000 a system field, else the number of `customfield_N`.
pub type FieldNo = u32;

/// Where a value is meant for.
#[derive(Debug, Clone, Copy)]
pub struct At {
    pub project: Id,
    pub issue_type: Id,
}

/// Why a value is refused.
#[derive(Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Jira's text at this field.
    Field(String),
    /// A message that names no field, such as `INVALID_INPUT`.
    Message(&'static str),
}

impl Wrong {
    pub fn field(text: impl Into<String>) -> Self {
        Self::Field(text.into())
    }

    pub fn not_a_string() -> Self {
        Self::field("Operation value must be a string")
    }

    pub fn not_an_object() -> Self {
        Self::field("data was not an object")
    }

    /// Also what Jira says of a field that exists and that the caller may not set.
    pub fn cannot_be_set(id: &str) -> Self {
        Self::field(format!("Field '{id}' cannot be set. It is not on the appropriate screen, or unknown."))
    }
}

/// What a field of one kind takes and shows.
pub trait Kind: Sync {
    /// `schema.type` and, for arrays, `schema.items`.
    fn schema(&self) -> (&'static str, Option<&'static str>);

    fn operations(&self) -> &'static [&'static str] {
        &["set"]
    }

    /// The closed set that the field chooses from, as create metadata lists it.
    fn allowed(&self, _look: &Look, _field: &Field, _at: At) -> Option<Vec<Value>> {
        None
    }

    /// Where an open set can be searched.
    fn complete_url(&self, _look: &Look, _field: &Field, _at: At) -> Option<String> {
        None
    }

    /// The stored form of what was sent; `sent` is not null.
    fn parse(&self, look: &Look, field: &Field, at: At, sent: &Value) -> Result<Value, Wrong>;

    /// The stored form of one element, for the verbs add and remove.
    fn parse_element(&self, look: &Look, field: &Field, at: At, sent: &Value) -> Result<Value, Wrong> {
        self.parse(look, field, at, sent)
    }

    /// The stored form after the verb edit, which leaves alone what it does not name.
    fn edit(
        &self,
        _look: &Look,
        field: &Field,
        _before: Option<&Value>,
        _sent: &Value,
    ) -> Result<Value, Wrong> {
        Err(Wrong::field(format!("Field '{}' does not support operation 'edit'", field.id())))
    }

    /// What a client reads.
    fn render(&self, look: &Look, field: &Field, stored: &Value) -> Value;

    /// How the same is read faster.
    fn reading(&self) -> Reading {
        Reading::Made
    }

    /// The kind of the elements of a list.
    fn element(&self) -> Option<&'static dyn Kind> {
        None
    }

    /// In words, for the changelog and pages.
    fn text(&self, look: &Look, field: &Field, stored: &Value) -> String;

    /// The `from` and `to` of the changelog, where they differ from the text.
    fn change_id(&self, stored: &Value) -> Option<String> {
        match stored {
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        }
    }

    /// What a field without a value shows.
    fn empty(&self) -> Value {
        Value::Null
    }

    /// What is stored of a value that was there and was cleared.
    fn cleared(&self) -> Value {
        Value::Null
    }

    /// What is stored when `value` takes the place of `before`; null clears the field.
    fn replaced(&self, _before: &Value, value: Value) -> Value {
        if value.is_null() { self.cleared() } else { value }
    }

    /// What is read of an issue for which nothing is stored, where Jira keeps something by itself.
    fn kept(&self, _issue: &Issue) -> Option<Value> {
        None
    }

    /// Whether Jira or another product keeps the value, so that nobody may write one.
    fn is_managed(&self) -> bool {
        false
    }

    /// The field that holds the value of this one, where it is another name for that.
    fn stands_for(&self) -> Option<FieldNo> {
        None
    }

    /// Whether a sub-task shows its parent's value.
    fn is_inherited(&self) -> bool {
        false
    }

    /// Orders the elements of a list of this kind.
    fn is_sorted(&self) -> bool {
        false
    }
}

impl Field {
    pub fn is_custom(&self) -> bool {
        self.custom.is_some()
    }

    pub fn id(&self) -> String {
        id_of(self.no)
    }

    /// Whether issues of a project have the field.
    pub fn is_in(&self, project: Id) -> bool {
        self.context.is_none_or(|context| context == project)
    }

    pub fn schema(&self) -> Value {
        let (kind, items) = self.kind.schema();
        let mut schema = json!({"type": kind});
        if let Some(items) = items {
            schema["items"] = items.into();
        }
        match self.custom {
            Some(custom) => {
                schema["custom"] = custom.into();
                schema["customId"] = self.no.into();
                if let Some(configuration) = configuration(custom) {
                    schema["configuration"] = configuration;
                }
            }
            None => schema["system"] = self.id().into(),
        }
        schema
    }
}

/// `schema.configuration` of the kinds that have one.
fn configuration(custom: &'static str) -> Option<Value> {
    match custom.rsplit(':').next() {
        Some("people") => Some(json!({"isMulti": true})),
        Some("atlassian-team") => Some(json!({custom: true})),
        _ => None,
    }
}

/// The id inside `{"id": …}`, as a string or a number.
pub fn id_in(sent: &Value, name: &str) -> Option<String> {
    match sent.get(name)? {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}
