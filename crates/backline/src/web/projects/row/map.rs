//! The value map of a field, and Jira's list as what can be chosen.

use super::Item;
use super::value::{is_searched, what};
use crate::web::projects::choice::{Listed, find, listed, with_children};
use crate::web::projects::search::Found;
use backline_core::jira::field::{Choice, FieldMeta};
use backline_core::jira::kind::Kind;
use backline_core::mapping::source::Source;

pub struct ValueMap {
    pub title: &'static str,
    pub rows: Vec<MapRow>,
    pub defaults: Vec<Item>,
    /// Where the choices are looked for, since there is no list of them that could be shown.
    pub looked: Option<Looked>,
}

pub struct Looked {
    pub query: String,
    pub what: &'static str,
    /// Id and name of all that can be chosen, for the form to carry along.
    pub labels: Vec<(String, String)>,
}

pub struct MapRow {
    pub word: &'static str,
    pub choices: Vec<Item>,
}

impl ValueMap {
    pub fn in_one_line(&self) -> String {
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

pub fn map(
    meta: &FieldMeta,
    kind: &dyn Kind,
    source: Option<&Source>,
    found: Option<&Found>,
) -> Option<ValueMap> {
    let Some(Source::Backline { field, values, default }) = source else { return None };
    if !kind.is_choice() {
        return None;
    }
    let is_looked = is_searched(meta, kind);
    let list = match is_looked {
        true => shortlist(values.values().chain(default), found),
        false => whole(meta),
    };
    let item = |chosen: Option<&Choice>, nothing| offered(meta, &list, chosen.into_iter(), Some(nothing));
    let rows = field.words().into_iter();
    let rows = rows.map(|word| MapRow { word, choices: item(values.get(word), "Use the default") }).collect();
    let looked = is_looked.then(|| Looked {
        query: found.map_or_else(String::new, |found| found.query.clone()),
        what: what(kind.lookup(meta)),
        labels: list.iter().map(|known| (known.id.clone(), known.label.clone())).collect(),
    });
    Some(ValueMap { title: field.title(), rows, defaults: item(default.as_ref(), "No default"), looked })
}

/// Jira's list.
pub fn whole(meta: &FieldMeta) -> Vec<Listed> {
    meta.allowed.iter().flatten().flat_map(with_children).map(|choice| listed(&choice)).collect()
}

/// What was chosen, and what was found.
fn shortlist<'c>(chosen: impl Iterator<Item = &'c Choice>, found: Option<&'c Found>) -> Vec<Listed> {
    let mut list: Vec<Listed> = Vec::new();
    let found = found.iter().flat_map(|found| &found.choices).flat_map(with_children);
    for one in chosen.map(listed).chain(found.map(|choice| listed(&choice))) {
        if !list.iter().any(|known| known.id == one.id) {
            list.push(one);
        }
    }
    list
}

/// A list as what can be chosen. A chosen value that Jira offers no longer stays in it, so that nothing is lost unseen.
pub fn offered<'c>(
    meta: &FieldMeta,
    list: &[Listed],
    chosen: impl Iterator<Item = &'c Choice>,
    nothing: Option<&str>,
) -> Vec<Item> {
    let chosen: Vec<Listed> = chosen.map(listed).collect();
    let is_gone = |one: &Listed| meta.allowed.is_some() && find(meta, &one.id).is_none();
    let none = nothing.map(|title| Item {
        word: String::new(),
        title: title.to_owned(),
        is_chosen: chosen.is_empty(),
        is_offered: true,
    });
    let gone: Vec<&Listed> = chosen.iter().filter(|one| is_gone(one)).collect();
    let is_there = |known: &&Listed| !gone.iter().any(|one| one.id == known.id);
    let known = list.iter().filter(is_there).map(|known| Item {
        word: known.id.clone(),
        title: known.label.clone(),
        is_chosen: chosen.iter().any(|one| one.id == known.id),
        is_offered: true,
    });
    let lost = gone.iter().map(|one| Item {
        word: one.id.clone(),
        title: format!("{} (no longer in Jira)", one.label),
        is_chosen: true,
        is_offered: true,
    });
    none.into_iter().chain(known).chain(lost).collect()
}
