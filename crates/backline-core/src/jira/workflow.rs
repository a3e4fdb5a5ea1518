//! Statuses, the transitions between them, and a path from one to another.

use crate::ids::{StatusId, TransitionId};
use crate::jira::field::FieldMeta;
use serde::{Deserialize, Serialize};

/// Jira's own four categories; a status's name is localised, its category is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    Undefined,
    New,
    Indeterminate,
    Done,
}

impl Category {
    /// From `statusCategory.key`; an unknown key counts as undefined.
    pub fn from_key(key: &str) -> Self {
        match key {
            "new" => Self::New,
            "indeterminate" => Self::Indeterminate,
            "done" => Self::Done,
            _ => Self::Undefined,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    pub id: StatusId,
    pub name: String,
    pub category: Category,
}

/// A transition that is open to us from an issue's present status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    pub id: TransitionId,
    pub name: String,
    pub to: Status,
    pub has_screen: bool,
    /// The fields of its screen; empty without one.
    pub fields: Vec<FieldMeta>,
}
