//! Which vulnerabilities become tickets of a Jira project, and how each of its fields is filled.

pub mod catalogue;
pub mod changes;
pub mod closing;
pub mod compose;
pub mod doctor;
pub mod drift;
pub mod file;
pub mod headline;
pub mod lifecycle;
pub mod portable;
pub mod propose;
pub mod read;
pub mod rule;
pub mod source;
pub mod telling;
pub mod template;

use crate::ids::{CloudId, ConnectedProjectId, ConnectionId};
use crate::jira::field::FieldMeta;
use crate::jira::issue::{IssueType, JiraProject};
use closing::Closing;
use lifecycle::Lifecycle;
use rule::Rule;
use serde::{Deserialize, Serialize};
use source::Source;

/// A Jira project that Backline writes to, with everything needed to decide what to write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectedProject {
    pub id: ConnectedProjectId,
    pub connection: ConnectionId,
    pub cloud_id: CloudId,
    /// `https://acme.atlassian.net`, for links that people follow.
    pub site_url: String,
    pub project: JiraProject,
    pub issue_type: IssueType,
    /// Projects are asked in this order; the first whose rule matches takes the vulnerability.
    pub position: u32,
    pub rule: Rule,
    pub mapping: Mapping,
}

impl ConnectedProject {
    /// "SEC / Bug": what names it to people.
    pub fn place(&self) -> String {
        place(&self.project, &self.issue_type)
    }
}

/// The same of a project that is not connected yet.
pub fn place(project: &JiraProject, issue_type: &IssueType) -> String {
    format!("{} / {}", project.key, issue_type.name)
}

/// How the fields are filled. Each save makes a new version; tickets name the version that wrote them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Mapping {
    pub version: u32,
    pub fields: Vec<FieldMapping>,
    pub lifecycle: Lifecycle,
    /// Whether the create screen has labels, mapped or not: the sign that a ticket is ours goes there too.
    #[serde(default)]
    pub takes_labels: bool,
    /// What it means when a person closes a ticket whose vulnerabilities are still there.
    #[serde(default, skip_serializing_if = "Closing::is_default")]
    pub closing: Closing,
}

/// One Jira field and where its value comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldMapping {
    /// The field as Jira described it when the mapping was saved: what drift is measured against.
    pub field: FieldMeta,
    pub source: Source,
    pub owner: Owner,
}

/// Who decides a field after creation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    /// We keep it so.
    Backline,
    /// Set at creation, then theirs.
    Once,
    /// Ours until a person changes it, then theirs.
    #[default]
    Shared,
    /// For sets: we add and remove only elements that we added.
    Add,
}

impl Owner {
    pub const ALL: [Self; 4] = [Self::Backline, Self::Once, Self::Shared, Self::Add];

    pub fn word(self) -> &'static str {
        match self {
            Self::Backline => "backline",
            Self::Once => "once",
            Self::Shared => "shared",
            Self::Add => "add",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Backline => "Backline keeps it",
            Self::Once => "Set once",
            Self::Shared => "Ours until a person changes it",
            Self::Add => "Only adds to it",
        }
    }
}

impl std::str::FromStr for Owner {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|owner| owner.word() == text).ok_or(())
    }
}
