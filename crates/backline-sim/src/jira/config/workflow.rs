//! Workflows: their statuses, and the transitions between them.

use super::{Id, ScreenField};
use crate::jira::field::FieldNo;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostFunction {
    None,
    ClearResolution,
    SetResolution(Id),
}

/// Who may take a transition, beside those who may take any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    OnlyAssignee,
    OnlyAdministrators,
}

/// What must hold for a transition to be carried out. No metadata shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validator {
    /// The field has a value when the transition is over.
    HasValue(FieldNo),
    /// The request brings a comment.
    HasComment,
}

#[derive(Debug, Clone)]
pub struct Transition {
    pub id: Id,
    pub name: &'static str,
    /// Empty: from every status.
    pub from: Vec<Id>,
    pub to: Id,
    pub screen: Option<Vec<ScreenField>>,
    pub condition: Option<Condition>,
    /// With what the workflow's administrator wrote for those who fail it.
    pub validator: Option<(Validator, &'static str)>,
    pub post: PostFunction,
}

impl Transition {
    pub fn is_offered_from(&self, status: Id) -> bool {
        self.from.is_empty() || self.from.contains(&status)
    }
}

#[derive(Debug, Clone)]
pub struct Workflow {
    pub initial: Id,
    /// In the order of the board's columns.
    pub statuses: Vec<Id>,
    pub transitions: Vec<Transition>,
}
