//! What goes along with a transition: values for the fields of its screen.
//!
//! Invariant: a move writes over nothing that a person put into a field, and leaves out what the issue holds already.

use super::{Fields, fields};
use crate::ids::FieldId;
use crate::jira::field::FieldMeta;
use crate::jira::issue::Issue;
use crate::jira::kind::{self, Kind};
use crate::jira::value::Value;
use crate::jira::workflow::Transition;
use crate::mapping::Owner;
use crate::ticket::Ticket;
use crate::ticket::desired::{Desired, Wanted};
use crate::ticket::merge::{self, Decision, Field};
use std::collections::{BTreeMap, BTreeSet};

/// The values that a transition's screen takes, or the names of the mandatory fields that nobody mapped.
pub fn fill(
    transition: &Transition,
    desired: &Desired,
    ticket: &Ticket,
    issue: &Issue,
    theirs: &mut BTreeMap<FieldId, BTreeSet<String>>,
) -> Result<Fields, Vec<String>> {
    let mut filled = Fields::default();
    let mut missing = Vec::new();
    for meta in &transition.fields {
        let kind = kind::of(meta).ok();
        let observed = kind.and_then(|kind| kind.read(issue.fields.get(&meta.id)?));
        match (find(&desired.step_fields, meta), kind) {
            (Some(wanted), Some(kind)) => {
                let field = fields::field(ticket, wanted, observed.as_ref());
                fields::note_theirs(&meta.id, field, theirs);
                at_step(meta, kind, field, &mut filled);
            }
            // Assumed: for a field that the request leaves out Jira goes by what the issue has.
            _ if !meta.is_mandatory() || observed.is_some() => {}
            (None, Some(kind)) => match find(&desired.fields, meta) {
                Some(wanted) => set(meta, kind, &wanted.value, &wanted.value, &mut filled),
                None => missing.push(meta.name.clone()),
            },
            (_, None) => missing.push(meta.name.clone()),
        }
    }
    if missing.is_empty() { Ok(filled) } else { Err(missing) }
}

/// The fields that are mandatory on a screen, or mapped for the step, and that have to be known before it is filled.
pub fn asks_for<'t>(transition: &'t Transition, desired: &'t Desired) -> impl Iterator<Item = &'t FieldMeta> {
    let is_asked = |meta: &&FieldMeta| meta.is_mandatory() || find(&desired.step_fields, meta).is_some();
    transition.fields.iter().filter(is_asked).filter(|meta| kind::of(meta).is_ok())
}

fn find<'w>(wanted: &'w [Wanted], meta: &FieldMeta) -> Option<&'w Wanted> {
    wanted.iter().find(|wanted| wanted.field.id == meta.id)
}

/// A field that is mapped for the step. "Set once" means once a step here, and what is empty is filled whoever
/// emptied it: a workflow clears the resolution on the way back.
fn at_step(meta: &FieldMeta, kind: &dyn Kind, field: Field<'_>, filled: &mut Fields) {
    let owner = if field.owner == Owner::Once { Owner::Shared } else { field.owner };
    if field.observed.is_none() {
        return set(meta, kind, field.desired, field.desired, filled);
    }
    match merge::merge(Field { owner, ..field }) {
        Decision::Set { value, .. } => set(meta, kind, &value, field.desired, filled),
        Decision::Change { add, remove, .. } => {
            filled.update.insert(meta.id.clone(), fields::verbs(kind, &add, &remove));
            filled.applied.insert(meta.id.clone(), field.desired.clone());
        }
        Decision::Keep { .. } | Decision::Yield { .. } => {}
    }
}

fn set(meta: &FieldMeta, kind: &dyn Kind, value: &Value, applied: &Value, filled: &mut Fields) {
    filled.write(kind, &meta.id, value, applied);
}
