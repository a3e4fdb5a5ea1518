//! Reads a mapping out of the editor's form: pure, so that what was typed is shown again in whatever state.
//!
//! Names: `f.<field>.from|was|value|backline|map.<word>|default|owner|label.<id>` for fields, `s.<stage>.status|
//! comments|says|add` and `s.<stage>.f.<field>.…` for the lifecycle, and those of [`closing`]. A field that the form did not show yet (after
//! another issue type was chosen) gets what Backline proposes.

use super::screen::Screen;
use super::{choice, closing};
use crate::web::form::Fields;
use backline_core::jira::field::{Choice, FieldMeta};
use backline_core::jira::kind::{self, Kind};
use backline_core::jira::workflow::{Category, Status};
use backline_core::mapping::catalogue::BacklineField;
use backline_core::mapping::lifecycle::{Lifecycle, Stage, Step};
use backline_core::mapping::propose;
use backline_core::mapping::source::Source;
use backline_core::mapping::{FieldMapping, Mapping, Owner};
use std::collections::BTreeMap;

/// The mapping as the form has it; incomplete where the form is.
pub fn mapping(form: &Fields, screen: &Screen) -> Mapping {
    let proposed = propose::propose(&screen.fields);
    let fields = screen
        .fields
        .iter()
        .filter_map(|meta| {
            let prefix = format!("f.{}", meta.id);
            if form.has(&format!("{prefix}.from")) {
                return field(form, &prefix, meta);
            }
            proposed.iter().find(|mapping| mapping.field.id == meta.id).cloned()
        })
        .collect();
    Mapping {
        version: form.text("version").parse().unwrap_or(0),
        fields,
        lifecycle: lifecycle(form, screen),
        closing: closing::read(form, screen),
        ..Mapping::default()
    }
}

/// One field, from the names that begin with `prefix`; `None` where it is left out.
pub fn field(form: &Fields, prefix: &str, meta: &FieldMeta) -> Option<FieldMapping> {
    let kind = kind::of(meta).ok()?;
    let name = |part: &str| format!("{prefix}.{part}");
    let from = form.text(&name("from"));
    // What was typed for another source means nothing for this one.
    let is_same = form.text(&name("was")) == from;
    let source = match from {
        "jira" => Source::Jira { choices: if is_same { choices(form, prefix, meta) } else { Vec::new() } },
        "backline" => backline(form, prefix, meta, kind),
        "manual" => Source::Manual {
            text: if is_same { form.text(&name("value")).to_owned() } else { String::new() },
        },
        _ => return None,
    };
    let owner = form.text(&name("owner")).parse().unwrap_or_else(|()| usual_owner(kind));
    Some(FieldMapping { field: meta.clone(), source, owner })
}

/// Who decides a field after creation, unless somebody says otherwise.
pub fn usual_owner(kind: &dyn Kind) -> Owner {
    if kind.is_set() { Owner::Add } else { Owner::Shared }
}

/// The Backline field that is meant before anybody chooses: one of the same name, else the first that fits.
pub fn usual_field(meta: &FieldMeta, kind: &dyn Kind) -> Option<BacklineField> {
    let fitting = || BacklineField::ALL.iter().copied().filter(|field| kind.fits(field.shape()));
    let name = meta.name.trim();
    fitting()
        .find(|field| field.title().eq_ignore_ascii_case(name) || field.word().eq_ignore_ascii_case(name))
        .or_else(|| fitting().find(|field| kind.is_choice() && *field == BacklineField::Severity))
        .or_else(|| fitting().next())
}

fn choices(form: &Fields, prefix: &str, meta: &FieldMeta) -> Vec<Choice> {
    let ids = form.all(&format!("{prefix}.value")).into_iter().filter(|id| !id.is_empty());
    ids.map(|id| choice(form, prefix, meta, id)).collect()
}

/// A choice with the label that Jira gives it, else the one that the form carried along.
fn choice(form: &Fields, prefix: &str, meta: &FieldMeta, id: &str) -> Choice {
    choice::chosen(meta, id, form.text(&format!("{prefix}.label.{id}")))
}

fn backline(form: &Fields, prefix: &str, meta: &FieldMeta, kind: &dyn Kind) -> Source {
    let named = BacklineField::from_word(form.text(&format!("{prefix}.backline")));
    let field = named.or_else(|| usual_field(meta, kind)).unwrap_or(BacklineField::Title);
    let mut values = BTreeMap::new();
    if !kind.is_choice() {
        return Source::Backline { field, values, default: None };
    }
    let words = field.words();
    let is_shown = words.iter().any(|word| form.has(&format!("{prefix}.map.{word}")));
    if !words.is_empty() && !is_shown {
        return propose::ranked(meta, field);
    }
    for word in words {
        let id = form.text(&format!("{prefix}.map.{word}"));
        if !id.is_empty() {
            values.insert(word.to_owned(), choice(form, prefix, meta, id));
        }
    }
    let id = form.text(&format!("{prefix}.default"));
    let default = (!id.is_empty()).then(|| choice(form, prefix, meta, id));
    Source::Backline { field, values, default }
}

fn lifecycle(form: &Fields, screen: &Screen) -> Lifecycle {
    let proposed = propose::lifecycle::propose(&screen.statuses, screen.resolution.as_ref());
    let steps = Stage::ALL.into_iter().filter_map(|stage| {
        if !form.has(&format!("s.{}.status", stage.word())) {
            return proposed.0.get(&stage).map(|step| (stage, step.clone()));
        }
        Some((stage, step(form, stage, screen, proposed.0.get(&stage))))
    });
    Lifecycle(steps.collect())
}

fn step(form: &Fields, stage: Stage, screen: &Screen, proposed: Option<&Step>) -> Step {
    let prefix = format!("s.{}", stage.word());
    let wanted = form.text(&format!("{prefix}.status"));
    let known = screen.statuses.iter().find(|status| status.id.as_str() == wanted).cloned();
    // One that the workflow lost is kept, for the doctor to name, instead of turning into "do not move".
    let lost = || Status { id: wanted.into(), name: wanted.to_owned(), category: Category::Undefined };
    let status = known.or_else(|| (!wanted.is_empty()).then(lost));
    let added = form.text(&format!("{prefix}.add"));
    let mut fields = Vec::new();
    for meta in screen.at_steps() {
        let place = format!("{prefix}.f.{}", meta.id);
        if form.has(&format!("{place}.from")) {
            fields.extend(field(form, &place, meta));
        } else if meta.id.as_str() == added {
            fields.extend(first(meta));
        }
    }
    // A closing transition usually demands a resolution: it is offered as soon as such a status is chosen.
    let is_closing = status.as_ref().is_some_and(|status| status.category == Category::Done);
    if is_closing && !form.has(&format!("{prefix}.f.resolution.from")) {
        let usual = proposed
            .and_then(|step| step.fields.iter().find(|field| field.field.id.as_str() == "resolution"));
        let fallback = || screen.resolution.as_ref().and_then(first);
        fields.extend(usual.cloned().or_else(fallback));
    }
    Step {
        status,
        fields,
        comments: form.has(&format!("{prefix}.comments")),
        comment_text: form.text(&format!("{prefix}.says")).trim().replace("\r\n", "\n"),
    }
}

/// What a field starts with that was just added to a stage.
fn first(meta: &FieldMeta) -> Option<FieldMapping> {
    kind::of(meta).ok()?;
    let source = match meta.allowed.as_deref() {
        Some([first, ..]) => {
            Source::Jira { choices: vec![Choice::new(first.id.clone(), first.label.clone())] }
        }
        _ => Source::Manual { text: String::new() },
    };
    Some(FieldMapping { field: meta.clone(), source, owner: Owner::Once })
}

#[cfg(test)]
mod tests;
