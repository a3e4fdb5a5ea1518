//! One Jira field as a row of the editor: what a template prints, decided here.

use super::form::{is_set, usual_field, usual_owner};
use backline_core::ids::FieldId;
use backline_core::jira::field::{Choice, FieldMeta};
use backline_core::jira::issue::Person;
use backline_core::jira::kind::{self, Control, Kind};
use backline_core::mapping::catalogue::BacklineField;
use backline_core::mapping::doctor::MappingProblem;
use backline_core::mapping::source::Source;
use backline_core::mapping::{FieldMapping, Owner};
use std::collections::BTreeMap;

/// A row. Every list holds all that can be chosen, with what is chosen marked.
pub struct Row {
    /// What the names of its controls begin with.
    pub prefix: String,
    /// Safe as an element's id.
    pub dom: String,
    pub name: String,
    pub kind: &'static str,
    pub is_required: bool,
    pub has_default: bool,
    /// `jira`, `backline`, `manual`, or empty where it is left out.
    pub from: &'static str,
    pub sources: Vec<Item>,
    /// Severity and Priority follow Backline and nothing else.
    pub is_locked: bool,
    pub value: Value,
    pub map: Option<ValueMap>,
    pub owners: Vec<Item>,
    pub problems: Vec<MappingProblem>,
    /// Where the row's form goes, for a refresh of this row alone.
    pub action: String,
}

pub struct Item {
    pub word: String,
    pub title: String,
    pub is_chosen: bool,
    pub is_offered: bool,
}

pub enum Value {
    Nothing,
    Choices { items: Vec<Item>, is_several: bool },
    Backline(Vec<Item>),
    Line(String),
    Area(String),
    Words(String),
    Date(String),
    Number(String),
    Person { items: Vec<Item>, query: String },
}

pub struct ValueMap {
    pub title: &'static str,
    pub rows: Vec<MapRow>,
    pub defaults: Vec<Item>,
}

pub struct MapRow {
    pub word: &'static str,
    pub choices: Vec<Item>,
}

/// What a row needs beside the field itself.
pub struct Surroundings<'s> {
    pub action: &'s str,
    pub problems: &'s [MappingProblem],
    /// People who were looked for, by the prefix of the field.
    pub people: &'s BTreeMap<String, (String, Vec<Person>)>,
}

impl Row {
    /// `None` for a field that cannot be set: the page names those apart, with the reason.
    pub fn of(
        prefix: String,
        meta: &FieldMeta,
        mapping: Option<&FieldMapping>,
        around: &Surroundings<'_>,
    ) -> Option<Self> {
        let kind = kind::of(meta).ok()?;
        let is_locked = kind::is_special(meta);
        let source = mapping.map(|mapping| &mapping.source);
        let from = match source {
            Some(source) => source.word(),
            None if is_locked => "backline",
            None => "",
        };
        let owner = mapping.map_or_else(|| usual_owner(kind), |mapping| mapping.owner);
        let is_mine = |problem: &&MappingProblem| problem.field.as_ref() == Some(&meta.id);
        Some(Self {
            dom: dom(&prefix),
            name: meta.name.clone(),
            kind: kind.title(),
            is_required: meta.is_mandatory(),
            has_default: meta.has_default,
            from,
            sources: sources(meta, kind, from, is_locked),
            is_locked,
            value: value(meta, kind, source, is_locked, around.people.get(&prefix)),
            map: map(meta, kind, source),
            owners: owners(kind, owner),
            problems: around.problems.iter().filter(is_mine).cloned().collect(),
            action: around.action.to_owned(),
            prefix,
        })
    }

    pub fn is_missing(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Whether its value is typed text, which gets the width of the table.
    pub fn is_text(&self) -> bool {
        matches!(self.value, Value::Line(_) | Value::Area(_))
    }
}

/// Dots and colons would have to be escaped in selectors.
pub fn dom(prefix: &str) -> String {
    prefix.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}

/// The row of a field of the create screen.
pub fn dom_of(field: &FieldId) -> String {
    dom(&format!("f.{field}"))
}

fn sources(meta: &FieldMeta, kind: &dyn Kind, from: &str, is_locked: bool) -> Vec<Item> {
    let has_list = meta.allowed.is_some() || kind.control() == Control::Person;
    let fits_any = BacklineField::ALL.iter().any(|field| kind.fits(field.shape()));
    let item = |word: &str, title: &str, is_offered: bool, why: &str| Item {
        word: word.to_owned(),
        title: if is_offered { title.to_owned() } else { format!("{title} ({why})") },
        is_chosen: from == word,
        is_offered,
    };
    let leave = if meta.is_mandatory() { "Choose…" } else { "Leave out" };
    let mut items = vec![
        item("", leave, true, ""),
        item("jira", "A value from Jira", has_list && !is_locked, "it has no list"),
        item("backline", "A field from Backline", fits_any, "none fits"),
        item("manual", "A manually added value", !kind.is_choice() && !is_locked, "only its own list"),
    ];
    if is_locked {
        items.retain(|item| item.word == "backline");
    }
    items
}

fn owners(kind: &dyn Kind, chosen: Owner) -> Vec<Item> {
    Owner::ALL
        .into_iter()
        .filter(|owner| *owner != Owner::Add || is_set(kind))
        .map(|owner| Item {
            word: owner.word().to_owned(),
            title: owner.title().to_owned(),
            is_chosen: owner == chosen,
            is_offered: true,
        })
        .collect()
}

fn value(
    meta: &FieldMeta,
    kind: &dyn Kind,
    source: Option<&Source>,
    is_locked: bool,
    found: Option<&(String, Vec<Person>)>,
) -> Value {
    match source {
        None if is_locked => backline(kind, usual_field(meta, kind)),
        None => Value::Nothing,
        Some(Source::Backline { field, .. }) => backline(kind, Some(*field)),
        Some(Source::Manual { text }) => match kind.control() {
            Control::Area => Value::Area(text.clone()),
            Control::Words => Value::Words(text.clone()),
            Control::Date => Value::Date(text.clone()),
            Control::Number => Value::Number(text.clone()),
            Control::Line | Control::ChooseOne | Control::ChooseSeveral | Control::Person => {
                Value::Line(text.clone())
            }
        },
        Some(Source::Jira { choices }) if kind.control() == Control::Person => person(choices, found),
        Some(Source::Jira { choices }) => {
            let chosen: Vec<&str> = choices.iter().map(|choice| choice.id.as_str()).collect();
            let is_several = kind.control() != Control::ChooseOne;
            Value::Choices { items: offered(meta, &chosen, (!is_several).then_some("Choose…")), is_several }
        }
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

fn person(choices: &[Choice], found: Option<&(String, Vec<Person>)>) -> Value {
    let mut items: Vec<Item> = choices
        .iter()
        .map(|choice| Item {
            word: choice.id.clone(),
            title: choice.label.clone(),
            is_chosen: true,
            is_offered: true,
        })
        .collect();
    for person in found.iter().flat_map(|(_, people)| people) {
        if !items.iter().any(|item| item.word == person.account_id.as_str()) {
            let (word, title) = (person.account_id.to_string(), person.display_name.clone());
            items.push(Item { word, title, is_chosen: false, is_offered: true });
        }
    }
    Value::Person { items, query: found.map_or_else(String::new, |(query, _)| query.clone()) }
}

fn map(meta: &FieldMeta, kind: &dyn Kind, source: Option<&Source>) -> Option<ValueMap> {
    let Some(Source::Backline { field, values, default }) = source else { return None };
    if !kind.is_choice() {
        return None;
    }
    let rows = field.words().into_iter().map(|word| {
        let chosen: Vec<&str> = values.get(word).map(|choice| choice.id.as_str()).into_iter().collect();
        MapRow { word, choices: offered(meta, &chosen, Some("Use the default")) }
    });
    let chosen: Vec<&str> = default.as_ref().map(|choice| choice.id.as_str()).into_iter().collect();
    Some(ValueMap {
        title: field.title(),
        rows: rows.collect(),
        defaults: offered(meta, &chosen, Some("No default")),
    })
}

/// Jira's list. A chosen value that Jira offers no longer stays in it, so that nothing is lost unseen.
fn offered(meta: &FieldMeta, chosen: &[&str], nothing: Option<&str>) -> Vec<Item> {
    let allowed = meta.allowed.as_deref().unwrap_or_default();
    let none = nothing.map(|title| Item {
        word: String::new(),
        title: title.to_owned(),
        is_chosen: chosen.is_empty(),
        is_offered: true,
    });
    let known = allowed.iter().map(|choice| Item {
        word: choice.id.clone(),
        title: choice.label.clone(),
        is_chosen: chosen.contains(&choice.id.as_str()),
        is_offered: true,
    });
    let gone = chosen.iter().filter(|id| !allowed.iter().any(|choice| choice.id == **id)).map(|id| Item {
        word: (*id).to_owned(),
        title: format!("{id} (no longer in Jira)"),
        is_chosen: true,
        is_offered: true,
    });
    none.into_iter().chain(known).chain(gone).collect()
}
