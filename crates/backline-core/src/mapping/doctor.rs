//! Checks a mapping before it is saved: what Jira would refuse, with the reason and the way out.

use super::compose::compose;
use super::lifecycle::Lifecycle;
use super::read::View;
use super::source::Source;
use super::{FieldMapping, Mapping, template};
use crate::ids::FieldId;
use crate::jira::field::FieldMeta;
use crate::jira::kind;
use serde::Serialize;
use std::collections::BTreeMap;

/// One thing that keeps a mapping from being saved, or from working for some vulnerabilities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MappingProblem {
    /// The Jira field, or `None` for the mapping as a whole.
    pub field: Option<FieldId>,
    pub field_name: String,
    pub what: String,
    pub why: String,
    pub remedy: String,
}

/// Checks a mapping against the fields that the create screen has now. Empty means that it may be saved.
pub fn check(screen: &[FieldMeta], mapping: &Mapping) -> Vec<MappingProblem> {
    let mut problems = Vec::new();
    let mapped: BTreeMap<&FieldId, &FieldMapping> =
        mapping.fields.iter().map(|field| (&field.field.id, field)).collect();
    for field in screen.iter().filter(|field| !kind::is_sent_by_backline(field)) {
        let is_summary = field.id.as_str() == "summary";
        if (field.is_mandatory() || is_summary) && !mapped.contains_key(&field.id) {
            problems.push(unmapped(field));
        }
    }
    for mapping in &mapping.fields {
        match screen.iter().find(|field| field.id == mapping.field.id) {
            Some(field) => problems.extend(check_field(field, mapping)),
            None => problems.push(problem(
                &mapping.field,
                "is not on the create screen",
                "Jira refuses a field that its screen does not have",
                "Remove this mapping, or have the field put on the screen",
            )),
        }
    }
    problems.extend(check_lifecycle(&mapping.lifecycle));
    problems
}

/// A field of a lifecycle step that neither the create screen nor the workflow is known to have.
pub fn unknown_at_step(field: &FieldMeta) -> MappingProblem {
    problem(
        field,
        "is not known for a step of the lifecycle",
        "Neither the create screen has it, nor is it the resolution",
        "Choose a field that the page offers",
    )
}

/// Runs a mapping over real vulnerabilities: what it would give each, and what Jira would refuse.
pub fn examine<'v>(
    mapping: &Mapping,
    views: impl IntoIterator<Item = View<'v>>,
) -> Vec<(MappingProblem, usize)> {
    let mut found: BTreeMap<(FieldId, String), (MappingProblem, usize)> = BTreeMap::new();
    for view in views {
        for field in &mapping.fields {
            let why = match compose(field, view) {
                Ok(None) if field.field.is_mandatory() => "Backline has no value for it".to_owned(),
                Ok(_) => continue,
                Err(why) => why,
            };
            let key = (field.field.id.clone(), why.clone());
            let entry = found.entry(key).or_insert_with(|| {
                (
                    problem(
                        &field.field,
                        "would be refused",
                        &why,
                        "Choose another source, or add a default",
                    ),
                    0,
                )
            });
            entry.1 += 1;
        }
    }
    found.into_values().collect()
}

fn unmapped(field: &FieldMeta) -> MappingProblem {
    match kind::of(field) {
        Ok(_) => problem(
            field,
            "is mandatory and has no value",
            "Jira refuses a ticket without it",
            "Map it to a value from Jira, a field from Backline, or a manually added value",
        ),
        Err(reason) => problem(
            field,
            "is mandatory and cannot be set by Backline",
            &reason,
            "Give it a default in Jira, make it optional, or choose another issue type",
        ),
    }
}

fn check_field(screen: &FieldMeta, mapping: &FieldMapping) -> Vec<MappingProblem> {
    let kind = match kind::of(screen) {
        Ok(kind) => kind,
        Err(reason) => {
            return vec![problem(screen, "cannot be set by Backline", &reason, "Remove this mapping")];
        }
    };
    let mut problems = Vec::new();
    let mut refuse = |what: &str, why: &str, remedy: &str| problems.push(problem(screen, what, why, remedy));
    if kind::is_special(screen) && !matches!(mapping.source, Source::Backline { .. }) {
        refuse(
            "must be mapped to a field from Backline",
            "Severity and Priority always follow Backline, so that a ticket never says otherwise than the finding",
            "Choose 'A field from Backline'",
        );
        return problems;
    }
    match &mapping.source {
        Source::Jira { choices } => {
            if choices.is_empty() {
                refuse("has no value", "no value from Jira was chosen", "Choose a value");
            }
            for choice in choices {
                if let Err(why) = kind::choice::still_offered(screen, choice) {
                    refuse("has a value that Jira does not offer", &why, "Choose another value");
                }
            }
        }
        Source::Backline { field, values, default } => {
            if !kind.fits(field.shape()) {
                let why = format!("{} does not fit a field of the kind '{}'", field.title(), kind.title());
                refuse("cannot take this Backline field", &why, "Choose another Backline field");
            } else if kind.is_choice() {
                for choice in values.values().chain(default) {
                    if let Err(why) = kind::choice::still_offered(screen, choice) {
                        refuse("has a value that Jira does not offer", &why, "Choose another value");
                    }
                }
                let missing: Vec<&str> = field
                    .words()
                    .into_iter()
                    .filter(|word| default.is_none() && !values.contains_key(*word))
                    .collect();
                if !missing.is_empty() {
                    let why =
                        format!("{} may be {}, which has no value here", field.title(), missing.join(", "));
                    refuse("has an incomplete value map", &why, "Choose a value for each, or a default");
                } else if field.words().is_empty() && default.is_none() && screen.is_mandatory() {
                    let why = format!(
                        "{} may be anything, and only names that Jira's list has are found",
                        field.title()
                    );
                    refuse("has no default", &why, "Choose a default");
                }
            }
        }
        Source::Manual { text } => {
            if text.trim().is_empty() {
                refuse("has no value", "the manual value is empty", "Type a value");
            } else if !kind.takes_manual() {
                refuse(
                    "cannot take a manual value",
                    "Jira takes only values of its own list",
                    "Choose a value from Jira",
                );
            } else if template::is_template(text) {
                if let Err(error) = template::check(text) {
                    refuse("has a template that fails", &error.to_string(), "Mend the template");
                }
            } else if let Err(why) = kind.compose(screen, kind::Raw::Text(text.clone())) {
                refuse("has a value that Jira would refuse", &why, "Type another value");
            }
        }
    }
    problems
}

fn check_lifecycle(lifecycle: &Lifecycle) -> Vec<MappingProblem> {
    let mut problems = Vec::new();
    for (stage, step) in &lifecycle.0 {
        for field in &step.fields {
            for mut found in check_field(&field.field, field) {
                found.what = format!("{} (at '{}')", found.what, stage.title());
                problems.push(found);
            }
        }
    }
    problems
}

fn problem(field: &FieldMeta, what: &str, why: &str, remedy: &str) -> MappingProblem {
    MappingProblem {
        field: Some(field.id.clone()),
        field_name: field.name.clone(),
        what: format!("{} {what}", field.name),
        why: why.to_owned(),
        remedy: remedy.to_owned(),
    }
}
