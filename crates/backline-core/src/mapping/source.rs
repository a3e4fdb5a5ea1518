//! Where a field's value comes from: exactly three places.

use super::catalogue::BacklineField;
use crate::jira::field::Choice;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Source {
    /// A value from Jira, chosen from its own list and kept by id. One element for a single-valued field.
    Jira { choices: Vec<Choice> },
    /// A field from Backline. Into a choice field it goes through the value map: from a value of the Backline
    /// field (its word) to a choice; `default` takes the values that the map leaves out.
    Backline {
        field: BacklineField,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        values: BTreeMap<String, Choice>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        default: Option<Choice>,
    },
    /// A manually added value; for text fields a template over the catalogue. Labels are separated by spaces
    /// or commas, dates are `2026-10-15`.
    Manual { text: String },
}

impl Source {
    /// The word used in forms and in the API.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Jira { .. } => "jira",
            Self::Backline { .. } => "backline",
            Self::Manual { .. } => "manual",
        }
    }
}
