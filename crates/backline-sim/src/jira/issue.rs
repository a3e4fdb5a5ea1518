//! One issue as it is stored, with everything that hangs on it.
//!
//! Field values hold ids, never names, so a rename shows everywhere; rich text is kept as serialized ADF.

mod values;

pub use values::Values;

use super::config::Id;
use super::field::FieldNo;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Issue {
    pub id: Id,
    pub key: String,
    pub project: Id,
    pub issue_type: Id,
    pub status: Id,
    pub creator: String,
    pub created_ms: i64,
    pub updated_ms: i64,
    pub resolved_ms: Option<i64>,
    pub status_changed_ms: i64,
    /// Stored values by field; a field without a value is absent.
    pub fields: Values,
    /// Keys that the issue had before it was moved.
    #[serde(default)]
    pub old_keys: Vec<String>,
    #[serde(default)]
    pub worklogs: Vec<Worklog>,
    #[serde(skip)]
    pub comments: Vec<Comment>,
    #[serde(skip)]
    pub changes: Vec<Change>,
    #[serde(skip)]
    pub properties: BTreeMap<String, Value>,
    #[serde(skip)]
    pub remote_links: Vec<RemoteLink>,
    /// Ids of issue links, kept by the site.
    #[serde(skip)]
    pub links: Vec<Id>,
    /// Ids of files, kept by the site.
    #[serde(skip)]
    pub attachments: Vec<Id>,
}

impl Issue {
    pub fn text(&self, field: FieldNo) -> &str {
        self.fields.get(&field).and_then(Value::as_str).unwrap_or_default()
    }

    /// The id that a single-choice field holds.
    pub fn chosen(&self, field: FieldNo) -> Option<Id> {
        self.fields.get(&field).and_then(Value::as_u64)
    }

    /// The number in the key.
    pub fn number(&self) -> u64 {
        self.key.rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Comment {
    pub id: Id,
    pub author: String,
    pub update_author: String,
    /// Serialized ADF.
    pub body: String,
    pub created_ms: i64,
    pub updated_ms: i64,
    #[serde(default)]
    pub visibility: Option<Value>,
    #[serde(default)]
    pub properties: Vec<Value>,
}

/// Work that somebody logged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Worklog {
    pub id: Id,
    pub author: String,
    pub created_ms: i64,
    pub started_ms: i64,
    pub seconds: u64,
    /// Serialized ADF.
    #[serde(default)]
    pub comment: Option<String>,
}

/// One entry of the changelog.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Change {
    pub id: Id,
    pub author: String,
    pub at_ms: i64,
    pub items: Vec<ChangeItem>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeItem {
    pub field: String,
    pub field_id: String,
    pub is_custom: bool,
    pub from: Option<String>,
    pub from_text: Option<String>,
    pub to: Option<String>,
    pub to_text: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoteLink {
    pub id: Id,
    pub global_id: Option<String>,
    pub application: Value,
    pub relationship: Option<String>,
    pub object: Value,
}

/// A file at an issue.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attachment {
    pub id: Id,
    pub issue: Id,
    pub filename: String,
    pub mime: String,
    pub size: usize,
    pub author: String,
    pub created_ms: i64,
    /// In base64.
    pub content: String,
}

/// A link between two issues. The issue at `inward` shows the type's outward text and the issue at `outward`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IssueLink {
    pub id: Id,
    pub link_type: Id,
    pub inward: Id,
    pub outward: Id,
}
