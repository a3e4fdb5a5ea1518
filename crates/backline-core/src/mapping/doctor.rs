//! The mapping doctor: what Jira would refuse or cut, with the reason and the way out.
//!
//! [`check`] holds a mapping against the screen as Jira describes it now: what it finds keeps a mapping from being
//! saved. [`examine`] runs it over real vulnerabilities. Both only read.

mod check;
mod chosen;
mod examine;
mod repair;
mod workflow;

pub use check::{check, closing, lost_statuses, unknown_at_step};
pub use chosen::{Chosen, chosen};
pub use examine::{Effect, Example, Verdict, examine};
pub use repair::{Repair, nearest};
pub use workflow::workflow;

use crate::ids::FieldId;
use crate::jira::field::FieldMeta;
use crate::mapping::lifecycle::Stage;
use serde::Serialize;

/// One thing that keeps a mapping from being saved, or from working for some vulnerabilities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MappingProblem {
    /// The Jira field, or `None` for the mapping or the step as a whole.
    pub field: Option<FieldId>,
    /// The step of the lifecycle at which it is; `None` for the create screen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    pub field_name: String,
    pub what: String,
    pub why: String,
    pub remedy: String,
    /// What mends it without typing, where something does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repair: Option<Repair>,
}

impl MappingProblem {
    /// `what` follows the field's name: "is mandatory and has no value".
    pub fn of(field: &FieldMeta, what: &str, why: &str, remedy: &str) -> Self {
        Self {
            field: Some(field.id.clone()),
            stage: None,
            field_name: field.name.clone(),
            what: format!("{} {what}", field.name),
            why: why.to_owned(),
            remedy: remedy.to_owned(),
            repair: None,
        }
    }

    /// Of a step of the lifecycle as a whole.
    fn of_step(stage: Stage, what: String, why: &str, remedy: &str) -> Self {
        Self {
            field: None,
            stage: Some(stage),
            field_name: stage.title().to_owned(),
            what,
            why: why.to_owned(),
            remedy: remedy.to_owned(),
            repair: None,
        }
    }

    fn at(mut self, stage: Option<Stage>) -> Self {
        if let Some(stage) = stage {
            self.what = format!("{} (at '{}')", self.what, stage.title());
        }
        Self { stage, ..self }
    }

    fn with(mut self, repair: Option<Repair>) -> Self {
        self.repair = repair;
        self
    }
}

#[cfg(test)]
mod tests;
