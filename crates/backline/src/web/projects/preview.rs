//! A ticket as a mapping would make it of one vulnerability.

use super::row;
use super::screen::Screen;
use crate::web::part::document::{self, Block};
use backline_core::jira::adf::Doc;
use backline_core::jira::field::{Choice, FieldMeta};
use backline_core::jira::kind;
use backline_core::jira::value::Value;
use backline_core::mapping::compose::{Filled, Filler};
use backline_core::mapping::read::{View, identifier};
use backline_core::mapping::{FieldMapping, Mapping};

pub struct Preview {
    /// What the vulnerability is called by.
    pub name: String,
    pub summary: String,
    /// `None` where the mapping writes none.
    pub description: Option<Doc>,
    pub fields: Vec<Line>,
}

/// One field of the ticket.
pub struct Line {
    pub name: String,
    /// Of the field's row in the editor.
    pub dom: String,
    pub shown: Shown,
}

pub enum Shown {
    Words(String),
    /// Several, each by itself.
    Tags(Vec<String>),
    /// Why there is no value.
    Missing(String),
}

impl Preview {
    pub fn of(screen: &Screen, mapping: &Mapping, view: View<'_>) -> Self {
        let of = |id: &str| mapping.fields.iter().find(|field| field.field.id.as_str() == id);
        let value =
            |id: &str| of(id).and_then(|field| fill(field, view).ok().flatten()).map(|filled| filled.value);
        let v = view.vulnerability;
        let name = Some(identifier(v)).filter(|name| !name.is_empty()).unwrap_or(&v.title);
        Self {
            name: name.to_owned(),
            summary: value("summary").map_or_else(String::new, |value| words(None, &value)),
            description: value("description").map(|value| match value {
                Value::Rich(doc) => doc,
                other => Doc::from_json(&words(None, &other).into()),
            }),
            fields: screen
                .fields
                .iter()
                .filter(|meta| !matches!(meta.id.as_str(), "summary" | "description"))
                .filter_map(|meta| Line::of(meta, of(meta.id.as_str()), view))
                .collect(),
        }
    }

    pub fn blocks(&self) -> Vec<Block> {
        self.description.as_ref().map(document::blocks).unwrap_or_default()
    }
}

impl Line {
    fn of(meta: &FieldMeta, mapping: Option<&FieldMapping>, view: View<'_>) -> Option<Self> {
        if kind::is_sent_by_backline(meta) {
            return None;
        }
        let missing = || meta.is_mandatory().then(|| Shown::Missing("required, empty".to_owned()));
        let shown = match mapping {
            Some(mapping) => match fill(mapping, view) {
                Ok(Some(filled)) => shown(mapping, &filled.value),
                Ok(None) => missing()?,
                Err(why) => Shown::Missing(why),
            },
            None => missing()?,
        };
        Some(Self { name: meta.name.clone(), dom: row::dom_of(&meta.id), shown })
    }

    /// As one text, for the API.
    pub fn text(&self) -> Result<String, String> {
        match &self.shown {
            Shown::Words(words) => Ok(words.clone()),
            Shown::Tags(tags) => Ok(tags.join(", ")),
            Shown::Missing(why) => Err(why.clone()),
        }
    }
}

fn fill(mapping: &FieldMapping, view: View<'_>) -> Result<Option<Filled>, String> {
    Filler::of(mapping)?.fill(view)
}

fn shown(mapping: &FieldMapping, value: &Value) -> Shown {
    match value {
        Value::Choices(ids) => Shown::Tags(ids.iter().map(|id| label(mapping, id)).collect()),
        Value::Words(words) => Shown::Tags(words.iter().cloned().collect()),
        other => Shown::Words(words(Some(mapping), other)),
    }
}

fn words(mapping: Option<&FieldMapping>, value: &Value) -> String {
    let named = |id: &str| mapping.map_or_else(|| id.to_owned(), |mapping| label(mapping, id));
    match value {
        Value::Text(text) => text.clone(),
        Value::Rich(doc) => doc.plain_text(),
        Value::Choice(id) | Value::User(id) => named(id),
        Value::Nested { parent, child } => {
            let below = |child: &String| format!("{parent}>{child}");
            child.as_ref().map_or_else(|| named(parent), |child| named(&below(child)))
        }
        Value::Choices(ids) => ids.iter().map(|id| named(id)).collect::<Vec<_>>().join(", "),
        Value::Words(words) => words.iter().cloned().collect::<Vec<_>>().join(", "),
        Value::Date(date) => date.to_string(),
        Value::Moment(at) => at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Value::Number(number) => number.to_string(),
        Value::Object(object) => object.to_string(),
    }
}

/// The name of a choice: Jira's list first, else the one that it was chosen by.
fn label(mapping: &FieldMapping, id: &str) -> String {
    use super::choice::{find, listed};
    use backline_core::mapping::source::Source;
    let chosen: Vec<&Choice> = match &mapping.source {
        Source::Jira { choices } => choices.iter().collect(),
        Source::Backline { values, default, .. } => values.values().chain(default).collect(),
        Source::Manual { .. } => Vec::new(),
    };
    let known = chosen.into_iter().map(listed).find(|known| known.id == id);
    let offered = || find(&mapping.field, id).map(|choice| listed(&choice));
    offered().or(known).map_or_else(|| id.to_owned(), |known| known.label)
}
