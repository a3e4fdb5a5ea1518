//! The control for a field's value, with all that can be chosen in it.

use super::Item;
use super::map::{offered, whole};
use crate::web::projects::choice::{Listed, listed, with_children};
use crate::web::projects::form::usual_field;
use crate::web::projects::search::Found;
use backline_core::jira::field::{Choice, FieldMeta};
use backline_core::jira::kind::{Control, Kind, Lookup};
use backline_core::mapping::catalogue::BacklineField;
use backline_core::mapping::source::Source;

/// Longer lists are searched.
const LISTED_MAX: usize = 200;

pub enum Value {
    Nothing,
    Choices {
        items: Vec<Item>,
        is_several: bool,
    },
    Backline(Vec<Item>),
    Line(String),
    Area(String),
    /// Typed into one line, without templates.
    Short {
        text: String,
        hint: &'static str,
        mode: &'static str,
    },
    /// Looked for by name in Jira, or in a list that is too long to show.
    Search {
        items: Vec<Item>,
        query: String,
        is_several: bool,
        what: &'static str,
    },
}

pub fn value(
    meta: &FieldMeta,
    kind: &dyn Kind,
    source: Option<&Source>,
    is_locked: bool,
    found: Option<&Found>,
) -> Value {
    match source {
        None if is_locked => backline(kind, usual_field(meta, kind)),
        None => Value::Nothing,
        Some(Source::Backline { field, .. }) => backline(kind, Some(*field)),
        Some(Source::Manual { text }) => typed(kind.control(), text.clone()),
        Some(Source::Jira { choices }) if is_searched(meta, kind) => {
            searched(choices, found, kind.is_set(), what(kind.lookup(meta)))
        }
        Some(Source::Jira { choices }) => {
            let is_several = kind.is_set();
            Value::Choices {
                items: offered(meta, &whole(meta), choices.iter(), (!is_several).then_some("Choose…")),
                is_several,
            }
        }
    }
}

fn typed(control: Control, text: String) -> Value {
    let (hint, mode) = match control {
        Control::Area => return Value::Area(text),
        Control::Words => ("security backline", "text"),
        Control::Date => ("2026-10-15", "text"),
        Control::DateTime => ("2026-10-15T09:00+02:00", "text"),
        Control::Number => ("3", "decimal"),
        // One line, and whatever is only chosen and yet came with a text: the doctor refuses that.
        _ => return Value::Line(text),
    };
    Value::Short { text, hint, mode }
}

/// Whether its values are looked for: Jira gives no list, or one that nobody would scroll through.
pub fn is_searched(meta: &FieldMeta, kind: &dyn Kind) -> bool {
    match kind.lookup(meta) {
        Lookup::Nowhere => false,
        Lookup::Listed => meta.allowed.as_ref().is_some_and(|all| all.len() > LISTED_MAX),
        _ => true,
    }
}

pub fn what(lookup: Lookup) -> &'static str {
    match lookup {
        Lookup::Nowhere | Lookup::Listed => "value",
        Lookup::Assignable | Lookup::People => "person",
        Lookup::Groups => "group",
        Lookup::Projects => "project",
        Lookup::Issues => "issue",
        Lookup::Labels => "label",
    }
}

fn backline(kind: &dyn Kind, chosen: Option<BacklineField>) -> Value {
    let fitting =
        BacklineField::ALL.iter().filter(|field| kind.fits(field.shape()) || Some(**field) == chosen);
    Value::Backline(
        fitting
            .map(|field| Item {
                word: field.word().to_owned(),
                title: field.title().to_owned(),
                is_chosen: Some(*field) == chosen,
                is_offered: true,
            })
            .collect(),
    )
}

fn searched(choices: &[Choice], found: Option<&Found>, is_several: bool, what: &'static str) -> Value {
    let item = |choice: &Choice, is_chosen| {
        let Listed { id, label } = listed(choice);
        Item { word: id, title: label, is_chosen, is_offered: true }
    };
    let mut items: Vec<Item> = choices.iter().map(|choice| item(choice, true)).collect();
    for choice in found.iter().flat_map(|found| &found.choices).flat_map(with_children) {
        if !items.iter().any(|item| item.word == listed(&choice).id) {
            items.push(item(&choice, false));
        }
    }
    Value::Search {
        items,
        query: found.map_or_else(String::new, |found| found.query.clone()),
        is_several,
        what,
    }
}
