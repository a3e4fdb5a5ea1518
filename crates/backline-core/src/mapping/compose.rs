//! Fills one Jira field from its source.

use super::FieldMapping;
use super::catalogue::{BacklineField, Shape};
use super::read::{View, read};
use super::source::Source;
use super::template::{self, Template};
use crate::jira::field::{Choice, FieldMeta};
use crate::jira::kind::{self, Kind, Raw};
use crate::jira::value::Value;
use std::collections::BTreeMap;

/// A mapping of one field, ready to be filled for many subjects.
pub struct Filler<'m> {
    mapping: &'m FieldMapping,
    kind: &'static dyn Kind,
    template: Option<Template>,
}

/// What a source gave a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Filled {
    pub value: Value,
    /// More than Jira takes: the end was cut.
    pub is_cut: bool,
}

/// The value that a mapping gives for a subject; `None` where the source has none, which leaves the field alone.
///
/// # Errors
/// In words, why Jira would refuse what the source gives.
pub fn compose(mapping: &FieldMapping, view: View<'_>) -> Result<Option<Value>, String> {
    Ok(Filler::of(mapping)?.fill(view)?.map(|filled| filled.value))
}

impl<'m> Filler<'m> {
    /// # Errors
    /// In words, why nothing of this mapping can be written.
    pub fn of(mapping: &'m FieldMapping) -> Result<Self, String> {
        let kind = kind::of(&mapping.field)?;
        let template = match &mapping.source {
            Source::Manual { text } if template::is_template(text) => {
                Some(Template::read(text).map_err(|error| failing(&error))?)
            }
            _ => None,
        };
        Ok(Self { mapping, kind, template })
    }

    /// `None` where the source has nothing for the subject.
    ///
    /// # Errors
    /// In words, why Jira would refuse what the source gives.
    pub fn fill(&self, view: View<'_>) -> Result<Option<Filled>, String> {
        let Some(raw) = self.raw(view)? else { return Ok(None) };
        let is_cut = self.kind.cuts(&raw);
        Ok(Some(Filled { value: self.kind.compose(&self.mapping.field, raw)?, is_cut }))
    }

    /// Whether the value would be cut; `None` where there is none. As [`Filler::fill`], for those who do not need it.
    ///
    /// # Errors
    /// In words, why Jira would refuse what the source gives.
    pub fn would_cut(&self, view: View<'_>) -> Result<Option<bool>, String> {
        // Our own document is there for each subject and made to fit: nobody has to write it to know that.
        if self.is_whole_document() {
            return Ok(Some(false));
        }
        Ok(self.fill(view)?.map(|filled| filled.is_cut))
    }

    fn is_whole_document(&self) -> bool {
        let Source::Backline { field, .. } = &self.mapping.source else { return false };
        field.shape() == Shape::Document && self.kind.keeps_documents()
    }

    fn raw(&self, view: View<'_>) -> Result<Option<Raw>, String> {
        match &self.mapping.source {
            Source::Jira { choices } if choices.is_empty() => Ok(None),
            Source::Jira { choices } => Ok(Some(Raw::Choices(choices.clone()))),
            Source::Backline { field, values, default } => {
                let raw = read(*field, view);
                if self.kind.is_choice() {
                    map_choices(&self.mapping.field, *field, raw, values, default.as_ref())
                } else {
                    Ok(raw)
                }
            }
            Source::Manual { text } => {
                let text = match &self.template {
                    Some(template) => template.render(view).map_err(|error| failing(&error))?,
                    None => text.clone(),
                };
                Ok((!text.trim().is_empty()).then_some(Raw::Text(text)))
            }
        }
    }
}

fn failing(error: &template::TemplateError) -> String {
    format!("the template fails at {error}")
}

/// The value map first, then a choice of the same name, then the default.
fn map_choices(
    meta: &FieldMeta,
    field: BacklineField,
    raw: Option<Raw>,
    values: &BTreeMap<String, Choice>,
    default: Option<&Choice>,
) -> Result<Option<Raw>, String> {
    let words = match raw {
        Some(Raw::Text(word)) => vec![word],
        Some(Raw::List(words)) => words,
        Some(other) => return Ok(Some(other)),
        None => return Ok(default.map(|choice| Raw::Choices(vec![choice.clone()]))),
    };
    let named = |word: &str| {
        let allowed = meta.allowed.as_deref().unwrap_or_default();
        allowed
            .iter()
            .find(|choice| choice.label.eq_ignore_ascii_case(word))
            .map(|choice| Choice::new(choice.id.clone(), choice.label.clone()))
    };
    let mut choices = Vec::new();
    for word in &words {
        match values.get(word).cloned().or_else(|| named(word)).or_else(|| default.cloned()) {
            Some(choice) => choices.push(choice),
            None => {
                return Err(format!(
                    "{} '{word}' has no value in {}, and there is no default",
                    field.title(),
                    meta.name
                ));
            }
        }
    }
    Ok((!choices.is_empty()).then_some(Raw::Choices(choices)))
}
