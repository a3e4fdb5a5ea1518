//! A state as a glyph and a word in the colour of its meaning.
//!
//! Green is in step, amber waits by itself, red needs a person, blue is in progress, violet is merged.

use backline_core::pull_request::{PullRequest, State};
use backline_core::{remediation, vulnerability};
use backline_store::timeline::TimelineKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lozenge {
    /// `ok`, `wait`, `bad`, `info`, `done` or `mute`.
    pub tone: &'static str,
    pub icon: &'static str,
    pub text: &'static str,
}

/// How a ticket stands; the same words wherever it is told.
pub const IN_SYNC: Lozenge = Lozenge::new("ok", "check", "In sync");
pub const WAITING: Lozenge = Lozenge::new("wait", "clock", "Waiting");
pub const BLOCKED: Lozenge = Lozenge::new("bad", "alert", "Blocked");

impl Lozenge {
    pub const fn new(tone: &'static str, icon: &'static str, text: &'static str) -> Self {
        Self { tone, icon, text }
    }
}

impl From<vulnerability::Status> for Lozenge {
    fn from(status: vulnerability::Status) -> Self {
        let (tone, icon) = match status {
            vulnerability::Status::Open => ("mute", "shield"),
            vulnerability::Status::InProgress => ("info", "refresh"),
            vulnerability::Status::PendingAction => ("wait", "clock"),
            vulnerability::Status::Resolved => ("ok", "check"),
            vulnerability::Status::Dismissed => ("mute", "x"),
        };
        Self { tone, icon, text: status.title() }
    }
}

impl From<remediation::Status> for Lozenge {
    fn from(status: remediation::Status) -> Self {
        let (tone, icon) = match status {
            remediation::Status::InProgress => ("info", "refresh"),
            remediation::Status::PendingApproval => ("wait", "clock"),
            remediation::Status::Resolved => ("ok", "check"),
            remediation::Status::Cancelled => ("mute", "x"),
            remediation::Status::Failed => ("bad", "alert"),
        };
        Self { tone, icon, text: status.title() }
    }
}

impl From<&PullRequest> for Lozenge {
    fn from(pull_request: &PullRequest) -> Self {
        match pull_request.state {
            State::Open if pull_request.is_draft => Self::new("mute", "branch", "Draft"),
            State::Open => Self::new("info", "branch", "Open"),
            State::Closed => Self::new("mute", "x", "Closed"),
            State::Merged => Self::new("done", "merge", "Merged"),
        }
    }
}

impl From<TimelineKind> for Lozenge {
    fn from(kind: TimelineKind) -> Self {
        match kind {
            TimelineKind::Done => Self::new("ok", "check", "Done"),
            TimelineKind::Failed => Self::new("bad", "alert", "Failed"),
            TimelineKind::Noted => Self::new("mute", "info", "Noted"),
            TimelineKind::Received => Self::new("info", "arrow", "Received"),
        }
    }
}
