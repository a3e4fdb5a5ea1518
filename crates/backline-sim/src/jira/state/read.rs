//! Finding issues as they are now.

use super::State;
use crate::jira::config::Id;
use crate::jira::field::FIX_VERSIONS;
use crate::jira::issue::Issue;
use serde_json::Value;

impl State {
    pub fn issue(&self, id: Id) -> Option<&Issue> {
        self.issues.issue(id)
    }

    pub fn issue_count(&self) -> usize {
        self.issues.len()
    }

    /// An issue by id, key or a key that it had before.
    pub fn find_issue(&self, id_or_key: &str) -> Option<&Issue> {
        self.issues.find(&self.config, id_or_key)
    }

    /// How many issues a project has, in one status or in all.
    pub fn count(&self, project: Id, status: Option<Id>) -> usize {
        self.issues.count(project, status)
    }

    /// Issues of a project, in one status or in all, with an id below `before`, the newest first.
    pub fn newest_of(&self, project: Id, status: Option<Id>, before: Id) -> impl Iterator<Item = &Issue> {
        self.issues.newest_of(project, status, before)
    }

    /// Issues that a version is to fix.
    pub fn issues_in_version(&self, version: Id) -> impl Iterator<Item = &Issue> {
        let has_it = move |issue: &&Issue| {
            let versions = issue.fields.get(&FIX_VERSIONS).and_then(Value::as_array);
            versions.is_some_and(|versions| versions.iter().any(|id| id.as_u64() == Some(version)))
        };
        let project = self.config.versions.get(&version).map(|version| version.project);
        project.into_iter().flat_map(|project| self.issues_of(project)).filter(has_it)
    }

    /// Issues of a project, by the number in their key.
    pub fn issues_of(&self, project: Id) -> impl Iterator<Item = &Issue> {
        self.issues.of_project(project)
    }

    pub fn children_of(&self, parent: Id) -> impl Iterator<Item = &Issue> {
        self.issues.children_of(parent)
    }
}
