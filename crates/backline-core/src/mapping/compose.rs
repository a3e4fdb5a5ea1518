//! Fills one Jira field from its source.

use super::FieldMapping;
use super::catalogue::BacklineField;
use super::read::{View, read};
use super::source::Source;
use super::template;
use crate::jira::field::{Choice, FieldMeta};
use crate::jira::kind::{self, Raw};
use crate::jira::value::Value;
use std::collections::BTreeMap;

/// The value that a mapping gives for a subject; `None` where the source has none, which leaves the field alone.
///
/// # Errors
/// In words, why Jira would refuse what the source gives.
pub fn compose(mapping: &FieldMapping, view: View<'_>) -> Result<Option<Value>, String> {
    let kind = kind::of(&mapping.field)?;
    let raw = match &mapping.source {
        Source::Jira { choices } if choices.is_empty() => None,
        Source::Jira { choices } => Some(Raw::Choices(choices.clone())),
        Source::Backline { field, values, default } => {
            let raw = read(*field, view);
            if kind.is_choice() {
                map_choices(&mapping.field, *field, raw, values, default.as_ref())?
            } else {
                raw
            }
        }
        Source::Manual { text } => manual(text, view)?.map(Raw::Text),
    };
    raw.map(|raw| kind.compose(&mapping.field, raw)).transpose()
}

fn manual(text: &str, view: View<'_>) -> Result<Option<String>, String> {
    let text = match template::is_template(text) {
        true => template::render(text, view).map_err(|error| format!("the template fails at {error}"))?,
        false => text.to_owned(),
    };
    Ok((!text.trim().is_empty()).then_some(text))
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
        allowed.iter().find(|choice| choice.label.eq_ignore_ascii_case(word))
    };
    let mut choices = Vec::new();
    for word in &words {
        match values.get(word).or_else(|| named(word)).or(default) {
            Some(choice) => choices.push(choice.clone()),
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
