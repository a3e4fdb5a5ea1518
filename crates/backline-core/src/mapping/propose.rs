//! A sensible first mapping, so that a plain project can be saved at once.

pub mod closing;
pub mod lifecycle;

use super::catalogue::{BacklineField, PRIORITIES};
use super::source::Source;
use super::{FieldMapping, Owner};
use crate::jira::field::{Choice, FieldMeta};
use crate::jira::kind;
use crate::severity::Severity;
use std::collections::BTreeMap;

/// The summary that is proposed.
pub const SUMMARY_TEMPLATE: &str = "[{{ severity | upper }}] {{ headline }} ({{ repository_short }})";

/// Proposes a source for the fields whose meaning is known; the others are left to the person.
pub fn propose(fields: &[FieldMeta]) -> Vec<FieldMapping> {
    fields.iter().filter(|field| kind::of(field).is_ok()).filter_map(propose_one).collect()
}

fn propose_one(field: &FieldMeta) -> Option<FieldMapping> {
    let backline = |field: BacklineField| Source::Backline { field, values: BTreeMap::new(), default: None };
    let (source, owner) = match field.id.as_str() {
        "summary" => (Source::Manual { text: SUMMARY_TEMPLATE.to_owned() }, Owner::Shared),
        "description" => (backline(BacklineField::Finding), Owner::Shared),
        "priority" => (ranked(field, BacklineField::Priority), Owner::Shared),
        "labels" => (backline(BacklineField::Labels), Owner::Add),
        "duedate" => (backline(BacklineField::DueAt), Owner::Shared),
        _ if kind::is_special(field) => (ranked(field, BacklineField::Severity), Owner::Shared),
        _ => return None,
    };
    Some(FieldMapping { field: field.clone(), source, owner })
}

/// A value map by name where names agree, else by order from the most to the least urgent.
pub fn ranked(field: &FieldMeta, from: BacklineField) -> Source {
    let allowed = field.allowed.as_deref().unwrap_or_default();
    let values: BTreeMap<String, Choice> = from
        .words()
        .into_iter()
        .filter_map(|word| Some((word.to_owned(), nearest(allowed, word, rank(word)?)?.clone())))
        .collect();
    // What nobody rated is not called mild: it gets the middle of the list, to be looked at.
    let default = allowed.get(allowed.len() / 2).cloned();
    Source::Backline { field: from, values, default }
}

fn nearest<'c>(allowed: &'c [Choice], word: &str, rank: usize) -> Option<&'c Choice> {
    let by_name = allowed.iter().find(|choice| {
        let label = choice.label.to_lowercase();
        label == word
            || Severity::from_word(&label) == Severity::from_word(word)
                && Severity::from_word(word) != Severity::Unknown
    });
    by_name.or_else(|| allowed.get(rank.min(allowed.len().checked_sub(1)?)))
}

/// Place from the top; `None` for words that say nothing of urgency.
fn rank(word: &str) -> Option<usize> {
    match Severity::from_word(word) {
        Severity::Unknown => {
            PRIORITIES.iter().position(|priority| *priority == word).filter(|_| word != "unset")
        }
        severity => Severity::ALL.iter().position(|other| *other == severity),
    }
}
