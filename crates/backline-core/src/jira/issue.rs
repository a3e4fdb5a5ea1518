//! What Jira holds of one issue now, and what names a project or a person there.

use crate::ids::{AccountId, CloudId, FieldId, IssueId, IssueKey, IssueTypeId, JiraProjectId};
use crate::jira::workflow::Status;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A site that a grant reaches, with the scopes it has there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    pub cloud_id: CloudId,
    pub name: String,
    /// For links that people follow: `https://acme.atlassian.net`.
    pub url: String,
    pub scopes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JiraProject {
    pub id: JiraProjectId,
    pub key: String,
    pub name: String,
    /// `software`, `business`, `service_desk`, `product_discovery`.
    pub type_key: String,
    pub is_team_managed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueType {
    pub id: IssueTypeId,
    pub name: String,
    pub is_subtask: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub account_id: AccountId,
    pub display_name: String,
}

/// Something of Jira's by its id, with what people call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// One issue as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    pub id: IssueId,
    pub key: IssueKey,
    pub project: JiraProjectId,
    pub status: Status,
    /// How it was closed; `None` while it is not, and where its workflow sets none.
    pub resolution: Option<Named>,
    /// When anything of it changed last, by Jira's clock.
    pub updated_at: Option<Timestamp>,
    /// Raw values of the fields that were asked for, by field id; null where empty.
    pub fields: BTreeMap<FieldId, Json>,
    /// Entity properties that were asked for, by key.
    pub properties: BTreeMap<String, Json>,
}
