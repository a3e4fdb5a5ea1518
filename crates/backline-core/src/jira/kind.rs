//! What kind of field a Jira field is: how a value is composed for it, written, read back and compared.
//!
//! One kind is one small file. A field that no kind recognises is never hidden: [`of`] says why it cannot be
//! mapped, and a page names it with that reason.

pub mod assets;
pub mod cascade;
pub mod choice;
pub mod date;
pub mod date_time;
pub mod epic_link;
pub mod estimate;
pub mod group;
pub mod groups;
pub mod issue_links;
pub mod link;
pub mod multi_choice;
pub mod number;
pub mod object;
pub mod organizations;
pub mod parent;
pub mod project;
pub mod rich_text;
mod schema;
pub mod sprint;
pub mod team;
pub mod text;
pub mod texts;
mod unset;
pub mod user;
pub mod users;
pub mod words;

use crate::jira::adf::Doc;
use crate::jira::field::{Choice, FieldMeta};
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use jiff::Timestamp;
use schema::Shown;
use serde_json::Value as Json;

/// What a source gave, before it is fitted to a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Raw {
    Text(String),
    List(Vec<String>),
    /// A nested choice holds the one below it as its only child.
    Choices(Vec<Choice>),
    Moment(Timestamp),
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
    ChooseNested,
    Words,
    Date,
    DateTime,
    Number,
    Person,
    People,
    Group,
    Groups,
    Project,
    Issue,
    /// Links of some type to issues.
    Links,
}

/// Where the values that a field can take are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// Nowhere: there is no call for it.
    Nowhere,
    /// In the field's own list, which the create screen carries.
    Listed,
    /// Among those who may be assigned in the project.
    Assignable,
    People,
    Groups,
    Projects,
    Issues,
    /// Issues, each with every type of link.
    Links,
    /// Labels that are in use; any other may be typed.
    Labels,
}

/// One kind of Jira field.
pub trait Kind: Sync {
    /// For people, with the limit where there is one: "Text, up to 255".
    fn title(&self) -> &'static str;

    fn recognises(&self, shown: &Shown<'_>) -> bool;

    fn control(&self) -> Control;

    fn lookup(&self, field: &FieldMeta) -> Lookup {
        if field.allowed.is_some() { Lookup::Listed } else { Lookup::Nowhere }
    }

    /// Whether its value may be typed. What is chosen from a closed list is not.
    fn takes_manual(&self) -> bool {
        !self.is_choice()
    }

    /// Whether a Backline field of this shape may fill it (a choice field through its value map).
    fn fits(&self, shape: Shape) -> bool;

    /// Fits what a source gave to the field, cutting text that is too long at a character border.
    ///
    /// # Errors
    /// In words, what Jira would refuse and why.
    fn compose(&self, field: &FieldMeta, raw: Raw) -> Result<Value, String>;

    /// Whether [`Kind::compose`] would leave out a part of it, because Jira takes less.
    fn cuts(&self, _raw: &Raw) -> bool {
        false
    }

    /// Whether it takes a document as it is.
    fn keeps_documents(&self) -> bool {
        false
    }

    /// As Jira takes it in `fields`. `None` clears the field.
    fn write(&self, value: Option<&Value>) -> Json;

    /// As Jira gives it back; `None` where the field is empty.
    fn read(&self, json: &Json) -> Option<Value>;

    /// One element of a set, for the `add` and `remove` verbs; `None` where the field is no set.
    fn write_element(&self, _element: &str) -> Option<Json> {
        None
    }

    /// Whether elements can only be added to it, by the `add` verb, also while an issue is made. What is there stays
    /// until a person takes it away.
    fn only_adds(&self) -> bool {
        false
    }

    /// Whether a value is one of a closed list, so that a Backline field needs a value map.
    fn is_choice(&self) -> bool {
        matches!(self.control(), Control::ChooseOne | Control::ChooseSeveral | Control::ChooseNested)
    }

    /// Whether a field holds several values, so that elements can be added to it.
    fn is_set(&self) -> bool {
        matches!(
            self.control(),
            Control::Words | Control::ChooseSeveral | Control::People | Control::Groups | Control::Links
        )
    }
}

/// The kinds in the order in which they are asked: those that know one type of field before those that take
/// whatever has a base type.
static KINDS: [&dyn Kind; 23] = [
    &rich_text::RichText,
    &link::Link,
    &cascade::Cascade,
    &sprint::Sprint,
    &epic_link::EpicLink,
    &team::Team,
    &organizations::Organizations,
    &assets::Assets,
    &parent::Parent,
    &issue_links::IssueLinks,
    &estimate::Estimate,
    &words::Words,
    &multi_choice::MultiChoice,
    &choice::SingleChoice,
    &date::DateOnly,
    &date_time::DateTime,
    &number::Number,
    &user::User,
    &users::Users,
    &group::Group,
    &groups::Groups,
    &project::Project,
    &text::Text,
];

/// Kinds of an app's fields, by base type alone.
static APP_KINDS: [&dyn Kind; 2] = [&texts::Texts, &object::Object];

/// The kind of a field.
///
/// # Errors
/// The reason why it cannot be mapped, as a sentence part: "Jira manages it".
pub fn of(field: &FieldMeta) -> Result<&'static dyn Kind, String> {
    if field.id.as_str().is_empty() {
        return Err("Jira does not say what it is called".to_owned());
    }
    if let Some(reason) = unset::reason(field) {
        return Err(reason.to_owned());
    }
    if field.operations.is_empty() {
        return Err("Jira shows it but does not let it be set in a request".to_owned());
    }
    let Some(shown) = schema::shown(field) else {
        return Err("Jira does not say what type it has".to_owned());
    };
    let mut kinds = KINDS.iter().chain(&APP_KINDS).copied();
    kinds.find(|kind| kind.recognises(&shown)).ok_or_else(|| {
        let of = shown.items.map(|items| format!(" of {items}")).unwrap_or_default();
        format!("no values are known for fields of type {}{of}", shown.kind)
    })
}

/// Fields that Backline sends by itself, so that no mapping is wanted.
pub fn is_sent_by_backline(field: &FieldMeta) -> bool {
    matches!(field.id.as_str(), "project" | "issuetype")
}

/// Whether the field is a severity or a priority, which follow Backline and nothing else (M6).
pub fn is_special(field: &FieldMeta) -> bool {
    let system = field.schema.as_ref().and_then(|schema| schema.system.as_deref());
    let name = field.name.trim().to_lowercase();
    system == Some("priority")
        || field.id.as_str() == "priority"
        || matches!(name.as_str(), "severity" | "priority")
}

#[cfg(test)]
mod tests;
