//! The work that removes one or more vulnerabilities; usually one pull request.

pub mod matching;
pub mod reference;
pub mod status;

use crate::ids::{PullRequestId, RemediationId, VulnerabilityId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    InProgress,
    /// Merged; waiting for a complete scan that no longer shows it.
    PendingApproval,
    Resolved,
    /// Closed without having been merged.
    Cancelled,
    /// Merged, and still there in a later complete scan.
    Failed,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::PendingApproval => "pending_approval",
            Self::Resolved => "resolved",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::InProgress => "In progress",
            Self::PendingApproval => "Awaiting verification",
            Self::Resolved => "Resolved",
            Self::Cancelled => "Cancelled",
            Self::Failed => "Failed",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A bot made the change.
    Automated,
    /// A person made or reviewed it.
    Hybrid,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remediation {
    pub id: RemediationId,
    pub pull_request: PullRequestId,
    pub status: Status,
    pub mode: Mode,
    pub started_at: Timestamp,
    pub resolved_at: Option<Timestamp>,
    pub fixes: Vec<Fix>,
}

/// Why this remediation is believed to remove that vulnerability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    pub vulnerability: VulnerabilityId,
    /// In words, for people: "the title names SEC-142".
    pub reason: String,
}
