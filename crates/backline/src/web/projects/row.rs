//! One Jira field as a row of the editor: what a template prints, decided here.

use super::choice::{Listed, listed, with_children};
use super::form::{usual_field, usual_owner};
use super::search::Found;
use backline_core::ids::FieldId;
use backline_core::jira::field::{Choice, FieldMeta};
use backline_core::jira::kind::{self, Control, Kind, Lookup};
use backline_core::mapping::catalogue::BacklineField;
use backline_core::mapping::doctor::MappingProblem;
use backline_core::mapping::source::Source;
use backline_core::mapping::{FieldMapping, Owner};
use std::collections::BTreeMap;

/// Longer lists are searched.
const LISTED_MAX: usize = 200;

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
    /// What its folded part says in one line.
    pub folded: String,
    /// Whether that part is shown: there is something to mend, or it was just changed.
    pub is_open: bool,
    /// Where the row's form goes, for a refresh of this row alone.
    pub action: String,
}

/// A part of the page that htmx exchanges.
pub struct Part<'r> {
    pub word: &'static str,
    pub name: &'r str,
    pub dom: String,
}

pub struct Item {
    pub word: String,
    pub title: String,
    pub is_chosen: bool,
    pub is_offered: bool,
}

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

pub struct ValueMap {
    pub title: &'static str,
    pub rows: Vec<MapRow>,
    pub defaults: Vec<Item>,
}

pub struct MapRow {
    pub word: &'static str,
    pub choices: Vec<Item>,
}

impl ValueMap {
    fn in_one_line(&self) -> String {
        let chosen = |items: &[Item]| {
            items.iter().find(|item| item.is_chosen && !item.word.is_empty()).map(|item| item.title.clone())
        };
        let lines =
            self.rows.iter().filter_map(|row| Some(format!("{} → {}", row.word, chosen(&row.choices)?)));
        let rest = chosen(&self.defaults).map(|title| format!("anything else → {title}"));
        let all: Vec<String> = lines.chain(rest).collect();
        if all.is_empty() { "no value yet".to_owned() } else { all.join(", ") }
    }
}

/// What a row needs beside the field itself.
pub struct Surroundings<'s> {
    pub action: &'s str,
    pub problems: &'s [MappingProblem],
    /// What was looked for, by the prefix of the field.
    pub found: &'s BTreeMap<String, Found>,
    /// The row that was just changed, by its prefix.
    pub changed: &'s str,
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
        let value = value(meta, kind, source, is_locked, around.found.get(&prefix));
        let map = map(meta, kind, source);
        let problems: Vec<MappingProblem> = around.problems.iter().filter(is_mine).cloned().collect();
        Some(Self {
            dom: dom(&prefix),
            name: meta.name.clone(),
            kind: kind.title(),
            is_required: meta.is_mandatory(),
            has_default: meta.has_default,
            from,
            sources: sources(meta, kind, from, is_locked),
            is_locked,
            folded: folded(&value, map.as_ref()),
            is_open: !problems.is_empty() || around.changed == prefix,
            value,
            map,
            owners: owners(kind, owner),
            problems,
            action: around.action.to_owned(),
            prefix,
        })
    }

    pub fn is_missing(&self) -> bool {
        !self.problems.is_empty()
    }

    /// What is asked for anew when a choice in it was made: the row itself, or the stage that it belongs to.
    pub fn part(&self) -> Part<'_> {
        match self.prefix.strip_prefix("s.").and_then(|rest| rest.split_once('.')) {
            Some((stage, _)) => Part { word: "stage", name: stage, dom: format!("stage-{stage}") },
            None => Part { word: "row", name: &self.prefix, dom: self.dom.clone() },
        }
    }

    /// Whether its value is typed text, which gets the width of the table.
    pub fn is_text(&self) -> bool {
        matches!(self.value, Value::Line(_) | Value::Area(_))
    }
}

/// A mapped field in one line.
fn folded(value: &Value, map: Option<&ValueMap>) -> String {
    const CHARS_MAX: usize = 90;
    let text = match (value, map) {
        (Value::Line(text) | Value::Area(text), _) if text.is_empty() => "empty".to_owned(),
        (Value::Line(text) | Value::Area(text), _) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        (_, Some(map)) => map.in_one_line(),
        _ => String::new(),
    };
    match text.char_indices().nth(CHARS_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
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
    let has_list = kind.lookup(meta) != Lookup::Nowhere;
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
        item("manual", "A manually added value", kind.takes_manual() && !is_locked, "only its own list"),
    ];
    if is_locked {
        items.retain(|item| item.word == "backline");
    }
    items
}

fn owners(kind: &dyn Kind, chosen: Owner) -> Vec<Item> {
    Owner::ALL
        .into_iter()
        .filter(|owner| *owner != Owner::Add || kind.is_set())
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
            Value::Choices { items: offered(meta, choices, (!is_several).then_some("Choose…")), is_several }
        }
    }
}

fn typed(control: Control, text: String) -> Value {
    let (hint, mode) = match control {
        Control::Area => return Value::Area(text),
        Control::Line | Control::ChooseOne | Control::ChooseSeveral | Control::ChooseNested => {
            return Value::Line(text);
        }
        Control::Words => ("security backline", "text"),
        Control::Date => ("2026-10-15", "text"),
        Control::DateTime => ("2026-10-15T09:00+02:00", "text"),
        Control::Number => ("3", "decimal"),
        Control::Person
        | Control::People
        | Control::Group
        | Control::Groups
        | Control::Project
        | Control::Issue
        | Control::Links => ("id", "text"),
    };
    Value::Short { text, hint, mode }
}

/// Whether its values are looked for: Jira gives no list, or one that nobody would scroll through.
fn is_searched(meta: &FieldMeta, kind: &dyn Kind) -> bool {
    match kind.lookup(meta) {
        Lookup::Nowhere => false,
        Lookup::Listed => meta.allowed.as_ref().is_some_and(|all| all.len() > LISTED_MAX),
        _ => true,
    }
}

fn what(lookup: Lookup) -> &'static str {
    match lookup {
        Lookup::Nowhere | Lookup::Listed => "value",
        Lookup::Assignable | Lookup::People => "person",
        Lookup::Groups => "group",
        Lookup::Projects => "project",
        Lookup::Issues => "issue",
        Lookup::Links => "link",
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

fn map(meta: &FieldMeta, kind: &dyn Kind, source: Option<&Source>) -> Option<ValueMap> {
    let Some(Source::Backline { field, values, default }) = source else { return None };
    if !kind.is_choice() {
        return None;
    }
    let rows = field.words().into_iter().map(|word| {
        let chosen: Vec<Choice> = values.get(word).cloned().into_iter().collect();
        MapRow { word, choices: offered(meta, &chosen, Some("Use the default")) }
    });
    let chosen: Vec<Choice> = default.clone().into_iter().collect();
    Some(ValueMap {
        title: field.title(),
        rows: rows.collect(),
        defaults: offered(meta, &chosen, Some("No default")),
    })
}

/// Jira's list. A chosen value that Jira offers no longer stays in it, so that nothing is lost unseen.
fn offered(meta: &FieldMeta, chosen: &[Choice], nothing: Option<&str>) -> Vec<Item> {
    let chosen: Vec<Listed> = chosen.iter().map(listed).collect();
    let allowed: Vec<Listed> =
        meta.allowed.iter().flatten().flat_map(with_children).map(|choice| listed(&choice)).collect();
    let none = nothing.map(|title| Item {
        word: String::new(),
        title: title.to_owned(),
        is_chosen: chosen.is_empty(),
        is_offered: true,
    });
    let gone = chosen.iter().filter(|one| !allowed.iter().any(|known| known.id == one.id)).map(|one| Item {
        word: one.id.clone(),
        title: format!("{} (no longer in Jira)", one.label),
        is_chosen: true,
        is_offered: true,
    });
    let known = allowed.iter().map(|known| Item {
        word: known.id.clone(),
        title: known.label.clone(),
        is_chosen: chosen.iter().any(|one| one.id == known.id),
        is_offered: true,
    });
    none.into_iter().chain(known).chain(gone).collect()
}
