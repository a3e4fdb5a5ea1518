//! One Jira field as a row of the editor: what a template prints, decided here.

mod map;
mod value;

pub use map::ValueMap;
pub use value::Value;

use super::form::usual_owner;
use super::search::Found;
use backline_core::ids::FieldId;
use backline_core::jira::field::FieldMeta;
use backline_core::jira::kind::{self, Kind, Lookup};
use backline_core::mapping::catalogue::BacklineField;
use backline_core::mapping::doctor::MappingProblem;
use backline_core::mapping::lifecycle::Stage;
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
        let is_mine = |problem: &&MappingProblem| prefix_of(problem).is_some_and(|place| place == prefix);
        let value = value::value(meta, kind, source, is_locked, around.found.get(&prefix));
        let map = map::map(meta, kind, source, around.found.get(&prefix));
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
    match (value, map) {
        (Value::Line(text) | Value::Area(text), _) if text.is_empty() => "empty".to_owned(),
        (Value::Line(text) | Value::Area(text), _) => in_one_line(text),
        (_, Some(map)) => in_one_line(&map.in_one_line()),
        _ => String::new(),
    }
}

/// The beginning of a text, without its line breaks.
pub fn in_one_line(text: &str) -> String {
    const CHARS_MAX: usize = 90;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
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

/// What the names of a field's controls begin with, at a step or on the create screen.
pub fn prefix(stage: Option<Stage>, field: &FieldId) -> String {
    match stage {
        Some(stage) => format!("s.{}.f.{field}", stage.word()),
        None => format!("f.{field}"),
    }
}

/// As [`prefix`], of the field that a problem is about.
pub fn prefix_of(problem: &MappingProblem) -> Option<String> {
    problem.field.as_ref().map(|field| prefix(problem.stage, field))
}

/// Where on the page a problem is mended.
pub fn place_of(problem: &MappingProblem) -> Option<String> {
    let step = || problem.stage.map(|stage| format!("stage-{}", stage.word()));
    prefix_of(problem).map(|prefix| dom(&prefix)).or_else(step)
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
