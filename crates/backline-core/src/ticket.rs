//! The heart: what a ticket should be, and the smallest list of operations that brings it there.

pub mod closed;
pub mod comment;
pub mod description;
pub mod desired;
pub mod foreseen;
pub mod link;
pub mod merge;
pub mod news;
pub mod plan;
pub mod stage;

use crate::ids::{CloudId, FieldId, IssueId, IssueKey, JiraProjectId, SubjectId};
use crate::jira::value::Value;
use crate::jira::workflow::{Status, Transition};
use crate::mapping::ConnectedProject;
use crate::mapping::lifecycle::Stage;
use crate::pull_request::Tracked;
use crate::vulnerability::Vulnerability;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What one ticket is about. Unique by `(cloud_id, project, group_key, generation)`, whatever becomes of the
/// configuration that led here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    pub id: SubjectId,
    pub cloud_id: CloudId,
    pub project: JiraProjectId,
    pub group_key: String,
    /// Counts re-creations that a person asked for; starts at 1.
    pub generation: u32,
}

/// Backline's record of one Jira issue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub issue: IssueId,
    pub key: IssueKey,
    /// As last observed.
    pub status: Option<Status>,
    pub applied: Applied,
    pub created_at: Timestamp,
    /// The issue is gone or hidden; a person decides what comes next.
    pub is_gone: bool,
}

/// What we last wrote, by meaning.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Applied {
    pub mapping_version: u32,
    pub fields: BTreeMap<FieldId, Value>,
    /// Fields that a person has taken over.
    #[serde(default)]
    pub yielded: BTreeSet<FieldId>,
    /// Elements of sets that people had put there before they were wanted: they stay when they are not any more.
    #[serde(default)]
    pub theirs: BTreeMap<FieldId, BTreeSet<String>>,
    /// The stage whose step was carried out last.
    pub stage: Option<Stage>,
    /// Remote links by global id, with a hash of what they say.
    #[serde(default)]
    pub links: BTreeMap<String, String>,
    /// Keys of the comments that were written, or that nobody wanted; each is written once.
    #[serde(default)]
    pub comments: BTreeSet<String>,
    /// What comments told last in place of a document's block that a person has.
    #[serde(default)]
    pub told: BTreeMap<FieldId, news::Told>,
    /// How a person closed it while what it is about is still there, until it is open again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<closed::Closed>,
    /// When we opened it again after a person had closed it, within the last day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reopenings: Vec<Timestamp>,
    /// When we wrote a field again that somebody had changed back, within the last day.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub overruled: BTreeMap<FieldId, Vec<Timestamp>>,
}

/// Everything that is known of a subject before Jira is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub subject: Subject,
    /// `None` while the connected project is deleted: the link is dormant and nothing is written.
    pub project: Option<ConnectedProject>,
    pub vulnerabilities: Vec<Vulnerability>,
    /// The pull requests of its remediations, oldest first.
    pub pull_requests: Vec<Tracked>,
    pub ticket: Option<Ticket>,
    /// What has been learned of this project's workflow: transitions seen from a status.
    pub learned: Vec<Learned>,
    /// Counts what is known to have happened to the issue in Jira since it was looked at last: 0 where nothing is.
    pub stale: u64,
}

/// Transitions that were offered from a status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learned {
    pub from: crate::ids::StatusId,
    pub transitions: Vec<Transition>,
}
