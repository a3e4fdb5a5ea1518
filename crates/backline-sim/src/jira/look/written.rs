//! What many answers share, written once for as long as the configuration stays as it is.

use super::Look;
use crate::jira::config::{IssueType, Project, Status};
use crate::jira::field::Shown;
use crate::jira::written::{Part, Piece};
use crate::people;
use serde_json::Value;

impl Look<'_> {
    /// What `make` gives, which may depend on nothing but this look's addresses and version, the configuration, and
    /// what `part` says.
    pub fn written(&self, part: Part, make: impl FnOnce() -> Value) -> Piece {
        self.state.config.written().piece(self, part, make)
    }

    pub fn written_status(&self, status: &Status) -> Piece {
        self.written(Part::Status(status.id), || self.status(status))
    }

    pub fn written_type(&self, issue_type: &IssueType) -> Piece {
        self.written(Part::IssueType(issue_type.id), || self.issue_type(issue_type))
    }

    pub fn written_project(&self, project: &Project) -> Piece {
        self.written(Part::Project(project.id), || self.project_ref(project))
    }

    pub fn written_user(&self, account_id: &str) -> Shown<'static> {
        match people::find(account_id) {
            Some(person) => {
                Shown::Piece(self.written(Part::Person(person.account_id), || self.user(account_id)))
            }
            None => Shown::Made(self.user(account_id)),
        }
    }
}
