//! Finds a mapping's fields, values and statuses again in another project, issue type or site.
//!
//! On the same site by id, then by name and kind; on another by name alone, but for the fields that Jira itself
//! has, whose ids are the same everywhere. Invariant: nothing is guessed; what is left out is named with its place.

use super::{Entry, Field, Named, Part, Place, Source, Step};
use crate::ids::FieldId;
use crate::jira::field::{Choice, FieldMeta};
use crate::jira::kind::{self, Lookup};
use crate::jira::workflow::Status;
use crate::mapping::closing::{ClosedBy, Closing, ClosingRule};
use crate::mapping::lifecycle;
use crate::mapping::source::Source as Kept;
use crate::mapping::{FieldMapping, Mapping};
use serde::Serialize;
use std::collections::BTreeMap;

/// What Jira has where a mapping goes to.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'s> {
    /// Of the create screen.
    pub fields: &'s [FieldMeta],
    pub statuses: &'s [Status],
    pub resolution: Option<&'s FieldMeta>,
    /// Whether ids mean the same there.
    pub is_same_site: bool,
}

/// Something that was not found again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    #[serde(skip)]
    pub place: Place,
    /// "Priority", "Remediation resolved: Resolution".
    pub about: String,
    /// As a sentence part: "Jira does not offer “Blocker” there".
    pub why: String,
}

/// What was found again.
#[derive(Debug, Clone, Default)]
pub struct Fitted {
    pub mapping: Mapping,
    pub left: Vec<Left>,
    /// Where each field of the mapping stands in the entry.
    pub places: Vec<(FieldId, Place)>,
}

pub fn fit(entry: &Entry, around: Surroundings<'_>) -> Fitted {
    let mut fitting = Fitting { around, fitted: Fitted::default() };
    fitting.fitted.mapping.fields = fitting.fields(None, &entry.fields);
    for (stage, step) in &entry.steps {
        let step = fitting.step(*stage, step);
        fitting.fitted.mapping.lifecycle.0.insert(*stage, step);
    }
    fitting.fitted.mapping.closing = fitting.closing(entry);
    fitting.fitted
}

struct Fitting<'s> {
    around: Surroundings<'s>,
    fitted: Fitted,
}

impl<'s> Fitting<'s> {
    fn leave(&mut self, place: &Place, about: &str, why: String) {
        let about = match place.stage {
            Some(stage) => format!("{}: {about}", stage.title()),
            None => about.to_owned(),
        };
        self.fitted.left.push(Left { place: place.clone(), about, why });
    }

    fn closing(&mut self, entry: &Entry) -> Closing {
        let mut rules = Vec::new();
        for (at, closed) in entry.closed.iter().enumerate() {
            let Surroundings { statuses, resolution, is_same_site, .. } = self.around;
            let choices = resolution.and_then(|meta| meta.allowed.as_deref()).unwrap_or_default();
            let found = match closed.by {
                ClosedBy::Resolution => {
                    let key = |choice: &Choice| (choice.id.clone(), choice.label.clone());
                    find(&closed.choice, choices, is_same_site, key).map(key)
                }
                ClosedBy::Status => {
                    let key = |status: &Status| (status.id.to_string(), status.name.clone());
                    find(&closed.choice, statuses, is_same_site, key).map(key)
                }
            };
            match found {
                Ok((id, name)) => {
                    let (by, means, expires_days) = (closed.by, closed.means, closed.expires_days);
                    rules.push(ClosingRule { by, id, name, means, expires_days });
                }
                Err(why) => {
                    let place = Place::whole().part(Part::Closed(at));
                    self.leave(&place, &format!("Closed as {}", closed.choice.shown()), why);
                }
            }
        }
        Closing { rules, otherwise: entry.otherwise }
    }

    fn step(&mut self, stage: lifecycle::Stage, step: &Step) -> lifecycle::Step {
        let place = Place { stage: Some(stage), field: None, part: Part::Status };
        let statuses: &'s [Status] = self.around.statuses;
        let status = step.status.as_ref().and_then(|wanted| {
            let key = |status: &Status| (status.id.to_string(), status.name.clone());
            let found = find(wanted, statuses, self.around.is_same_site, key);
            found.map_err(|why| self.leave(&place, "Status", format!("{why} in this workflow"))).ok().cloned()
        });
        let fields = self.fields(Some(stage), &step.fields);
        lifecycle::Step { status, fields, comments: step.comments, comment_text: step.comment_text.clone() }
    }

    fn fields(&mut self, stage: Option<lifecycle::Stage>, fields: &[Field]) -> Vec<FieldMapping> {
        let mut found: Vec<FieldMapping> = Vec::new();
        for (at, field) in fields.iter().enumerate() {
            let place = Place::field(stage, at);
            let meta = match self.field(field, stage) {
                Ok(meta) => meta,
                Err(why) => {
                    self.leave(&place, &field.field.shown(), why);
                    continue;
                }
            };
            if found.iter().any(|known| known.field.id == meta.id) {
                self.leave(&place, &meta.name, "it is mapped twice".to_owned());
                continue;
            }
            if let Some(source) = self.source(&place, meta, &field.source) {
                self.fitted.places.push((meta.id.clone(), place));
                found.push(FieldMapping { field: meta.clone(), source, owner: field.owner });
            }
        }
        found
    }

    fn field(&self, wanted: &Field, stage: Option<lifecycle::Stage>) -> Result<&'s FieldMeta, String> {
        let Surroundings { fields, resolution, is_same_site, .. } = self.around;
        let offered: Vec<&'s FieldMeta> =
            fields.iter().chain(resolution.filter(|_| stage.is_some())).collect();
        let is_system = wanted.field.id.as_deref().is_some_and(|id| !id.starts_with("customfield_"));
        let by_name = |meta: &&&FieldMeta| wanted.field.name.as_deref().is_some_and(|n| same(n, &meta.name));
        let alike: Vec<&&FieldMeta> = offered.iter().filter(by_name).collect();
        // Of one name, those of the same kind are meant.
        let kin: Vec<&&FieldMeta> = alike
            .iter()
            .copied()
            .filter(|meta| wanted.schema.is_some() && meta.schema == wanted.schema)
            .collect();
        let is_differing = !alike.is_empty() && kin.is_empty() && wanted.schema.is_some();
        if is_same_site || is_system {
            let own = offered.iter().find(|meta| Some(meta.id.as_str()) == wanted.field.id.as_deref());
            if let Some(own) = own {
                return check_name(&wanted.field, &own.name, alike.first().map(|meta| meta.id.as_str()))
                    .map(|()| *own);
            }
        }
        let place = if stage.is_some() { "known for a step" } else { "on the create screen" };
        match (kin.as_slice(), alike.as_slice()) {
            ([one], _) => Ok(one),
            (_, []) => Err(format!("no field of this name is {place}")),
            ([], [_]) if is_differing => Err("the field of this name is of another kind there".to_owned()),
            ([], [one]) => Ok(one),
            _ => Err(format!("{} fields have this name there; the id tells which is meant", alike.len())),
        }
    }

    fn source(&mut self, place: &Place, meta: &FieldMeta, source: &Source) -> Option<Kept> {
        match source {
            Source::Manual(text) => Some(Kept::Manual { text: text.clone() }),
            Source::Jira(wanted) => {
                let choices: Vec<Choice> = wanted
                    .iter()
                    .enumerate()
                    .filter_map(|(at, named)| {
                        self.choice(&place.part(Part::Choice(at)), &meta.name, meta, named)
                    })
                    .collect();
                // Without any of its values there is nothing to write; which ones were lost is said already.
                (!choices.is_empty() || wanted.is_empty()).then_some(Kept::Jira { choices })
            }
            Source::Backline { field, values, default } => {
                let mut found = BTreeMap::new();
                for (word, named) in values {
                    let about = format!("{}: {word}", meta.name);
                    let choice = self.choice(&place.part(Part::Value(word.clone())), &about, meta, named);
                    found.extend(choice.map(|choice| (word.clone(), choice)));
                }
                let about = format!("{}: everything else", meta.name);
                let default = default
                    .as_ref()
                    .and_then(|named| self.choice(&place.part(Part::Default), &about, meta, named));
                Some(Kept::Backline { field: *field, values: found, default })
            }
        }
    }

    fn choice(&mut self, place: &Place, about: &str, meta: &FieldMeta, wanted: &Named) -> Option<Choice> {
        let found = match &meta.allowed {
            Some(allowed) => listed(wanted, allowed, self.around.is_same_site),
            None => unlisted(wanted, meta, self.around.is_same_site),
        };
        found.map_err(|why| self.leave(place, about, why)).ok()
    }
}

/// One of the choices that Jira's own list has.
fn listed(wanted: &Named, allowed: &[Choice], is_same_site: bool) -> Result<Choice, String> {
    let key = |choice: &Choice| (choice.id.clone(), choice.label.clone());
    let found = find(wanted, allowed, is_same_site, key)?;
    let mut choice = Choice::new(&found.id, &found.label);
    if let Some(below) = &wanted.below {
        let child = find(below, &found.children, is_same_site, key)
            .map_err(|why| format!("{why} below “{}”", found.label))?;
        choice.children.push(Choice::new(&child.id, &child.label));
    }
    Ok(choice)
}

/// A choice of a field without a list, which only Jira's searches find.
fn unlisted(wanted: &Named, meta: &FieldMeta, is_same_site: bool) -> Result<Choice, String> {
    let lookup = kind::of(meta).map_or(Lookup::Nowhere, |kind| kind.lookup(meta));
    // An account is the same person on every site of Atlassian's cloud; a label is its own id.
    let is_everywhere = matches!(lookup, Lookup::Assignable | Lookup::People | Lookup::Labels);
    let id = match (&wanted.id, &wanted.name) {
        (Some(id), _) if is_same_site || is_everywhere => id,
        (None, Some(name)) if lookup == Lookup::Labels => name,
        (None, _) => return Err(format!("“{}” needs its id: Jira gives no list to look in", wanted.shown())),
        _ => {
            return Err(format!(
                "“{}” is looked for by name in the editor: its id is another site’s",
                wanted.shown()
            ));
        }
    };
    let name = wanted.name.as_ref().unwrap_or(id);
    let below = wanted.below.as_ref().and_then(|below| {
        let id = below.id.as_ref()?;
        Some(Choice::new(id, below.name.as_ref().unwrap_or(id)))
    });
    Ok(Choice { children: below.into_iter().collect(), ..Choice::new(id, name) })
}

/// The one that is meant of several, by id on the same site, else by name. `key` gives id and name.
///
/// # Errors
/// As a sentence part, why none is.
pub fn find<'o, T>(
    wanted: &Named,
    offered: &'o [T],
    is_same_site: bool,
    key: impl Fn(&T) -> (String, String),
) -> Result<&'o T, String> {
    let name = wanted.name.as_deref();
    let is_alike = |one: &&T| name.is_some_and(|name| same(name, &key(one).1));
    let alike: Vec<&T> = offered.iter().filter(is_alike).collect();
    if is_same_site && let Some(own) = offered.iter().find(|one| Some(&key(one).0) == wanted.id.as_ref()) {
        check_name(wanted, &key(own).1, alike.first().map(|other| key(other).0).as_deref())?;
        return Ok(own);
    }
    match alike.as_slice() {
        [one] => Ok(one),
        [] if name.is_none() && !is_same_site => {
            Err(format!("the id {} means nothing on this site, and no name is given", wanted.shown()))
        }
        [] => Err(format!("Jira does not offer “{}”", wanted.shown())),
        several => {
            Err(format!("{} have the name “{}”; the id tells which is meant", several.len(), wanted.shown()))
        }
    }
}

/// Refuses an id and a name that are each another's: one of the two was changed and the other forgotten.
fn check_name(wanted: &Named, own: &str, named: Option<&str>) -> Result<(), String> {
    let (Some(name), Some(id)) = (wanted.name.as_deref(), wanted.id.as_deref()) else { return Ok(()) };
    match named {
        Some(other) if !same(name, own) && other != id => Err(format!(
            "“{name}” has the id {other}, and {id} is “{own}”: mend one of the two, or leave the id out"
        )),
        _ => Ok(()),
    }
}

/// Jira's own names differ in case and outer space at most by mistake.
fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
