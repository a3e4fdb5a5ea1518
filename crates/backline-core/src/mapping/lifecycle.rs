//! Where the ticket goes as the fix moves: a status per stage, with what its transition's screen demands.

use super::FieldMapping;
use crate::jira::workflow::Status;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far the fix of a subject has come. Ordered by progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing is under way, or what was came to nothing, or it was found again.
    Open,
    /// A pull request is open.
    InReview,
    /// Merged, awaiting verification by a scan.
    Verifying,
    /// A complete scan no longer shows it.
    Done,
    /// A person said in Backline that it will not be fixed.
    Dismissed,
}

impl Stage {
    pub const ALL: [Self; 5] = [Self::Open, Self::InReview, Self::Verifying, Self::Done, Self::Dismissed];

    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InReview => "in_review",
            Self::Verifying => "verifying",
            Self::Done => "done",
            Self::Dismissed => "dismissed",
        }
    }

    /// The event that leads here, for pages.
    pub fn title(self) -> &'static str {
        match self {
            Self::Open => "Found again, or the pull request was closed",
            Self::InReview => "Pull request opened",
            Self::Verifying => "Pull request merged, awaiting verification",
            Self::Done => "Remediation resolved",
            Self::Dismissed => "Dismissed in Backline",
        }
    }
}

impl std::str::FromStr for Stage {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|stage| stage.word() == text).ok_or(())
    }
}

/// What happens in Jira when a subject reaches a stage. A stage without an entry moves nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lifecycle(pub BTreeMap<Stage, Step>);

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Where the ticket shall be. A status, not a transition: the way there is found from where it is.
    /// `None` leaves the status alone.
    pub status: Option<Status>,
    /// Values for the fields that the transition's screen demands (resolution and the like).
    #[serde(default)]
    pub fields: Vec<FieldMapping>,
    /// Whether a comment tells people.
    pub comments: bool,
    /// What it says: a template, see [`super::telling`]. Empty for Backline's own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment_text: String,
}
