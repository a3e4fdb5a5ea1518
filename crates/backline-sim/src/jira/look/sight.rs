//! What a viewer may see and change: security levels, restricted comments, archives and the recycle bin.

use super::Look;
use crate::jira::field::SECURITY;
use crate::jira::issue::{Comment, Issue};
use crate::jira::refusal::Refusal;
use crate::people::Role;
use axum::http::StatusCode;
use serde_json::Value;

impl<'a> Look<'a> {
    /// Whether the viewer may read an issue by its id or key.
    ///
    /// Archived issues and those of archived projects can be read and not written, which is assumed: nothing is
    /// published of it. `POST /_sim/jira/archived` makes them unreadable, so that a client can be shown both.
    pub fn sees(&self, issue: &Issue) -> bool {
        self.is_in_reach(issue) && !(self.state.hides_archived && self.is_archived(issue))
    }

    /// Whether the viewer may know of an issue: a security level hides it from guests, and a project in the trash
    /// from everybody.
    pub fn is_in_reach(&self, issue: &Issue) -> bool {
        let is_hidden = self.viewer.role == Role::Guest && issue.chosen(SECURITY).is_some();
        !is_hidden
            && self.state.config.projects.contains_key(&issue.project)
            && self.may("BROWSE_PROJECTS", Some(issue.project))
    }

    pub fn is_archived(&self, issue: &Issue) -> bool {
        self.state.config.admin.is_archived(issue.id, issue.project)
    }

    /// Whether lists and searches show an issue.
    pub fn lists(&self, issue: &Issue) -> bool {
        self.is_in_reach(issue) && !self.is_archived(issue)
    }

    /// An issue to be changed. Assumed: one that is archived is refused with these words.
    pub fn issue_to_change(&self, id_or_key: &str) -> Result<&'a Issue, Refusal> {
        let issue = self.find_issue(id_or_key).ok_or_else(Refusal::no_issue)?;
        if self.is_archived(issue) {
            let text = "The issue is archived. Restore it before you change it.";
            return Err(Refusal::message(StatusCode::FORBIDDEN, text));
        }
        Ok(issue)
    }

    /// Whether the viewer is among those to whom a comment is restricted. Assumed: the administrators' role and
    /// group hold administrators, every other one everybody but guests.
    pub fn sees_comment(&self, comment: &Comment) -> bool {
        let Some(visibility) = &comment.visibility else { return true };
        let named = visibility.get("value").or_else(|| visibility.get("identifier")).and_then(Value::as_str);
        let of_admins = ["Administrators", "jira-administrators"];
        let admins = self.state.config.groups.iter().find(|group| group.name == of_admins[1]);
        let is_for_admins = named
            .is_some_and(|name| of_admins.contains(&name) || admins.is_some_and(|group| group.id == name));
        match self.viewer.role {
            Role::Admin => true,
            Role::Member => !is_for_admins,
            Role::Guest => false,
        }
    }

    pub fn find_issue(&self, id_or_key: &str) -> Option<&'a Issue> {
        self.state.find_issue(id_or_key).filter(|issue| self.sees(issue))
    }
}
