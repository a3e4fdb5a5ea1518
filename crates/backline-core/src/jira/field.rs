//! What Jira says of a field on a create, edit or transition screen.
//!
//! Read leniently by the clients: a field that is odd is kept with what is known of it, never lost, so that a
//! page can name it and say why it cannot be mapped.

use crate::ids::FieldId;
use serde::{Deserialize, Serialize};

/// One field of a screen, as createmeta, editmeta and transitions describe it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldMeta {
    pub id: FieldId,
    /// Localised, not unique: for people only.
    pub name: String,
    pub is_required: bool,
    /// Jira fills it when the key is absent from the request.
    pub has_default: bool,
    pub schema: Option<Schema>,
    /// `set`, `add`, `remove`, …; empty means that the field is shown but cannot be set.
    pub operations: Vec<String>,
    /// The closed list to choose from; `None` where the field has none.
    pub allowed: Option<Vec<Choice>>,
}

impl FieldMeta {
    /// Whether a request without this field would be refused.
    pub fn is_mandatory(&self) -> bool {
        self.is_required && !self.has_default
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// `string`, `option`, `array`, `user`, …
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<String>,
}

/// Something that is chosen from Jira's own list: an option, priority, component, version, user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Choice {
    pub id: String,
    /// What people see. Never compared.
    pub label: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Choice>,
}

impl Choice {
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self { id: id.into(), label: label.into(), children: Vec::new() }
    }
}
