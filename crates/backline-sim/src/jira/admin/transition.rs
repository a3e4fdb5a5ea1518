//! What becomes of a transition of a workflow, for every issue type that uses the workflow.

use super::{Validator, kept};
use crate::jira::config::{Config, Id, ScreenField};
use crate::jira::field::FieldNo;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToTransition {
    /// No longer offered, and refused.
    Gone,
    /// Offered again after it was gone.
    Offered,
    Renamed(String),
    /// A field stands on its screen, which it gets if it had none.
    Requires(FieldNo),
    NoLongerRequires(FieldNo),
    Validated(Validator),
    NotValidated,
}

pub fn apply(config: &mut Config, workflow_id: Id, id: Id, to: &ToTransition) {
    let key = (workflow_id, id);
    let Some(workflow) = config.workflows.get_mut(&workflow_id) else { return };
    let at = workflow.transitions.iter().position(|transition| transition.id == id);
    match (to, at) {
        (ToTransition::Gone, Some(at)) => {
            config.admin.gone.insert(key, workflow.transitions.remove(at));
        }
        (ToTransition::Offered, None) => {
            if let Some(transition) = config.admin.gone.remove(&key) {
                workflow.transitions.push(transition);
                workflow.transitions.sort_by_key(|transition| transition.id);
            }
        }
        (ToTransition::Renamed(name), Some(at)) => workflow.transitions[at].name = kept(name),
        (ToTransition::Requires(field), Some(at)) => {
            let screen = workflow.transitions[at].screen.get_or_insert_default();
            screen.retain(|on_screen| on_screen.field != *field);
            screen.push(ScreenField { field: *field, is_required: true, default: None });
        }
        (ToTransition::NoLongerRequires(field), Some(at)) => {
            let screen = workflow.transitions[at].screen.iter_mut().flatten();
            screen
                .filter(|on_screen| on_screen.field == *field)
                .for_each(|on_screen| on_screen.is_required = false);
        }
        (ToTransition::Validated(validator), Some(_)) => {
            config.admin.validators.insert(key, validator.clone());
        }
        (ToTransition::NotValidated, _) => drop(config.admin.validators.remove(&key)),
        _ => {}
    }
}
