//! The value map of a field, and Jira's list as what can be chosen.

use super::Item;
use crate::web::projects::choice::{Listed, listed, with_children};
use backline_core::jira::field::{Choice, FieldMeta};
use backline_core::jira::kind::Kind;
use backline_core::mapping::source::Source;

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

pub fn map(meta: &FieldMeta, kind: &dyn Kind, source: Option<&Source>) -> Option<ValueMap> {
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
pub fn offered(meta: &FieldMeta, chosen: &[Choice], nothing: Option<&str>) -> Vec<Item> {
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
