//! Changing issues: create, edit, transition.
//!
//! This file reads `fields` and `update` of a request into stored values and gathers everything that is wrong;
//! the files below it apply them. REST and people's pages both go through here.
//!
//! Invariant: a request with any problem changes nothing, and its refusal names every field that has one.

pub mod archive;
pub mod attachment;
pub mod clone;
pub mod comment;
pub mod create;
pub mod delete;
pub mod diff;
pub mod edit;
pub mod link;
pub mod moving;
pub mod properties;
pub mod replace;
pub mod transition;
pub mod worklog;

use super::call::Call;
use super::config::{Field, ScreenField};
use super::field::{
    ATTACHMENT, At, COMMENT, FieldNo, ISSUE_LINKS, ISSUE_TYPE, PROJECT, SUMMARY, WORKLOG, Wrong, no_of,
};
use super::issue::Issue;
use super::look::Look;
use super::refusal::Problems;
use super::state::State;
use super::view::metadata::permission_for;
use super::webhook::Event;
use crate::journal::Batch;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Which fields may be set.
#[derive(Clone, Copy)]
pub enum Fence<'a> {
    Screen(&'a [ScreenField]),
    /// Any field of the site: an edit checks no screen.
    Open,
}

/// What a request asks for, in stored form. `Null` clears a field.
#[derive(Debug, Default)]
pub struct Draft {
    pub values: BTreeMap<FieldNo, Value>,
    pub comments: Vec<comment::NewComment>,
    pub comment_changes: Vec<comment::Change>,
    pub work: Vec<worklog::NewWorklog>,
    pub links: Vec<link::NewLink>,
    pub properties: Vec<(String, Value)>,
}

impl Draft {
    /// Puts all that is asked for into the issue; what is kept apart from it goes into the batch. Gives what is
    /// to be told beside the change of the fields, once the issue is stored.
    pub fn apply(
        self,
        call: &Call,
        state: &mut State,
        issue: &mut Issue,
        now_ms: i64,
        batch: &mut Batch,
    ) -> Vec<Event> {
        let mut events = Vec::new();
        for (field, value) in self.values {
            let kind = state.config.fields.get(&field).map(|field| field.kind);
            let value = match (kind, issue.fields.get(&field)) {
                (Some(kind), Some(before)) => kind.replaced(before, value),
                _ => value,
            };
            set(issue, field, value);
        }
        for (key, value) in self.properties {
            events.push(Event::PropertySet(key.clone()));
            properties::set(issue, key, value, batch);
        }
        for new in self.comments {
            let comment = comment::add(state, issue, new, call.person.account_id, now_ms, batch);
            events.push(Event::CommentCreated(comment));
        }
        for change in self.comment_changes {
            events.extend(change.apply(issue, call.person.account_id, now_ms, batch));
        }
        for new in self.work {
            worklog::add(state, issue, new, call.person.account_id, now_ms);
        }
        for new in self.links {
            link::add(state, issue, new, now_ms, batch);
        }
        events
    }
}

/// Reads `fields`, `update` and `properties` of `body`. `current` is the issue that the verbs add and remove start from.
pub fn read(
    look: &Look,
    at: At,
    fence: Fence,
    current: Option<&Issue>,
    body: &Value,
    problems: &mut Problems,
) -> Draft {
    let mut draft = Draft { properties: properties::read(body, problems), ..Draft::default() };
    let none = Map::new();
    let fields = body.get("fields").and_then(Value::as_object).unwrap_or(&none);
    let update = body.get("update").and_then(Value::as_object).unwrap_or(&none);
    for (id, sent) in fields {
        let Some(field) = settable(look, at, fence, current, id, problems) else { continue };
        if update.contains_key(id) {
            problems.field(id, format!("The field '{id}' is in both 'fields' and 'update'."));
        } else if sent.is_null() {
            draft.values.insert(place(field), Value::Null);
        } else {
            match field.kind.parse(look, field, at, sent) {
                Ok(value) => drop(draft.values.insert(place(field), value)),
                Err(wrong) => note(problems, id, wrong),
            }
        }
    }
    for (id, verbs) in update {
        let Some(field) = settable(look, at, fence, current, id, problems) else { continue };
        let Some(verbs) = verbs.as_array() else {
            problems.field(id, "data was not an array");
            continue;
        };
        for verb in verbs.iter().filter_map(Value::as_object).flatten() {
            if let Err(wrong) = apply_verb(look, at, field, current, verb, &mut draft) {
                note(problems, id, wrong);
            }
        }
    }
    draft
}

/// Says of each required field that it is missing, given what the request sets and what fills in by itself.
pub fn check_required(
    look: &Look,
    screen: &[ScreenField],
    current: Option<&Issue>,
    draft: &Draft,
    problems: &mut Problems,
) {
    for on_screen in screen.iter().filter(|on_screen| on_screen.is_required) {
        if matches!(on_screen.field, PROJECT | ISSUE_TYPE) {
            continue;
        }
        let is_missing = match draft.values.get(&on_screen.field) {
            Some(value) => value.is_null(),
            None => {
                let has_value = current.is_some_and(|issue| issue.fields.contains_key(&on_screen.field));
                !has_value && on_screen.default.is_none()
            }
        };
        let Some(field) = look.state.config.fields.get(&on_screen.field) else { continue };
        if is_missing && !problems.has_field(&field.id()) {
            problems.field(&field.id(), missing(field));
        }
    }
}

fn missing(field: &Field) -> String {
    match field.no {
        SUMMARY => "You must specify a summary of the issue.".into(),
        _ => format!("{} is required.", field.name),
    }
}

/// Where a field's value is stored.
fn place(field: &Field) -> FieldNo {
    field.kind.stands_for().unwrap_or(field.no)
}

fn settable<'a>(
    look: &Look<'a>,
    at: At,
    fence: Fence,
    current: Option<&Issue>,
    id: &str,
    problems: &mut Problems,
) -> Option<&'a Field> {
    let no = no_of(id);
    let is_creating = current.is_none();
    if is_creating && matches!(no, Some(PROJECT | ISSUE_TYPE)) {
        return None;
    }
    let field = no.and_then(|no| look.state.config.fields.get(&no));
    let is_open = |field: &Field| match fence {
        Fence::Screen(screen) => {
            screen.iter().any(|on_screen| on_screen.field == field.no) || field.no == COMMENT && !is_creating
        }
        Fence::Open => true,
    };
    let is_allowed = |field: &Field| match field.no {
        PROJECT | ISSUE_TYPE | ATTACHMENT => false,
        no => {
            let may = permission_for(no).is_none_or(|key| look.may(key, Some(at.project)));
            field.is_in(at.project) && may
        }
    };
    let field = field.filter(|field| is_open(field) && is_allowed(field));
    if field.is_none() {
        note(problems, id, Wrong::cannot_be_set(id));
    }
    field
}

fn apply_verb(
    look: &Look,
    at: At,
    field: &Field,
    current: Option<&Issue>,
    (verb, sent): (&String, &Value),
    draft: &mut Draft,
) -> Result<(), Wrong> {
    let unsupported = || Wrong::field(format!("Field '{}' does not support operation '{verb}'", field.id()));
    if !field.kind.operations().contains(&verb.as_str()) {
        return Err(unsupported());
    }
    let place = place(field);
    let before = draft.values.get(&place);
    let before = before.or_else(|| current.and_then(|issue| issue.fields.get(&place)));
    match (field.no, verb.as_str()) {
        (COMMENT, "add") => draft.comments.push(comment::read(look, sent)?),
        (COMMENT, "edit" | "remove") => {
            draft.comment_changes.push(comment::read_change(look, current, verb, sent)?);
        }
        (WORKLOG, "add") => draft.work.push(worklog::read(look, sent)?),
        (ISSUE_LINKS, "add") => draft.links.push(link::read_end(look, sent)?),
        (COMMENT | ISSUE_LINKS | WORKLOG, _) => return Err(unsupported()),
        (_, "set") if sent.is_null() || sent.get("none") == Some(&Value::Bool(true)) => {
            draft.values.insert(place, Value::Null);
        }
        (_, "set") => drop(draft.values.insert(place, field.kind.parse(look, field, at, sent)?)),
        (_, "edit") => drop(draft.values.insert(place, field.kind.edit(look, field, before, sent)?)),
        (_, "add" | "remove") => {
            let element = field.kind.parse_element(look, field, at, sent)?;
            let mut elements = before.and_then(Value::as_array).cloned().unwrap_or_default();
            elements.retain(|other| *other != element);
            if verb == "add" {
                elements.push(element);
            }
            if field.kind.is_sorted() {
                elements.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            }
            let value = if elements.is_empty() { Value::Null } else { Value::Array(elements) };
            draft.values.insert(place, value);
        }
        _ => return Err(unsupported()),
    }
    Ok(())
}

fn note(problems: &mut Problems, id: &str, wrong: Wrong) {
    match wrong {
        Wrong::Field(text) => problems.field(id, text),
        Wrong::Message(text) => problems.message(text),
    }
}

/// Sets or clears one field.
pub fn set(issue: &mut Issue, field: FieldNo, value: Value) {
    if value.is_null() {
        issue.fields.remove(&field);
    } else {
        issue.fields.insert(field, value);
    }
}
