//! How one caller sees a site: under which address and version of the API, and as whom.
//!
//! Turns the site's lists into the JSON that many answers share.
//!
//! Every time of the site is shown at +02:00, the offset of its time zone: Jira does not answer in UTC.

mod sight;
mod written;

use super::config::{Category, Component, Group, Id, IssueType, LinkType, Named, Project, Status, Version};
use super::field::{PRIORITY, SUMMARY};
use super::issue::Issue;
use super::permission;
use super::state::State;
use crate::ids;
use crate::people::{self, Account, Address, Person};
use serde_json::{Value, json};
use std::fmt::Display;

pub const TIME_ZONE: &str = "Africa/Johannesburg";
/// The offset of [`TIME_ZONE`], which knows no summer time.
pub const OFFSET_HOURS: i8 = 2;

/// `2026-09-01T14:30:00.000+0200`.
pub fn timestamp(ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    let at = jiff::tz::offset(OFFSET_HOURS).to_datetime(at);
    let (date, time) = (at.date(), at.time());
    // Written by hand: an issue has four of these, and a pattern is read anew each time.
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}+{OFFSET_HOURS:02}00",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.millisecond(),
    )
}

#[derive(Clone, Copy)]
pub struct Look<'a> {
    pub state: &'a State,
    /// What `self` addresses begin with: the gateway's or the site's address.
    pub base: &'a str,
    pub site_url: &'a str,
    pub version: u8,
    pub viewer: &'static Person,
}

impl<'a> Look<'a> {
    pub fn rest(&self, path: impl Display) -> String {
        format!("{}/rest/api/{}/{path}", self.base, self.version)
    }

    fn icon(&self, path: &str) -> String {
        format!("{}/images/icons/{path}.svg", self.site_url)
    }

    fn avatars(&self, kind: &str) -> Value {
        let url = |size: &str| {
            self.rest(format_args!("universal_avatar/view/type/{kind}/avatar/10400?size={size}"))
        };
        json!({"48x48": url("large"), "24x24": url("small"), "16x16": url("xsmall"), "32x32": url("medium")})
    }

    pub fn user(&self, account_id: &str) -> Value {
        let mut user = json!({
            "self": self.rest(format_args!("user?accountId={account_id}")),
            "accountId": account_id,
            "avatarUrls": self.avatars("user"),
            "displayName": "Former user",
            "active": false,
            "timeZone": TIME_ZONE,
            "accountType": "atlassian",
        });
        if let Some(person) = people::find(account_id) {
            user["displayName"] = person.name.into();
            user["active"] = (person.is_active() && self.state.config.admin.is_active(account_id)).into();
            if person.account == Account::App {
                user["accountType"] = "app".into();
            }
            match person.address {
                Address::Shown => user["emailAddress"] = person.email.into(),
                Address::Empty => user["emailAddress"] = "".into(),
                Address::Null => user["emailAddress"] = Value::Null,
                Address::Absent => {}
            }
        }
        user
    }

    pub fn category(&self, category: Category) -> Value {
        let (id, key, color, name) = match category {
            Category::New => (2, "new", "blue-gray", "To Do"),
            Category::Indeterminate => (4, "indeterminate", "yellow", "In Progress"),
            Category::Done => (3, "done", "green", "Done"),
        };
        json!({
            "self": self.rest(format_args!("statuscategory/{id}")),
            "id": id, "key": key, "colorName": color, "name": name,
        })
    }

    pub fn status(&self, status: &Status) -> Value {
        let mut shown = json!({
            "self": self.rest(format_args!("status/{}", status.id)),
            "description": "",
            "iconUrl": self.icon("statuses/generic"),
            "name": status.name,
            "id": status.id.to_string(),
            "statusCategory": self.category(status.category),
        });
        if let Some(project) = status.scope {
            shown["scope"] = scope(project);
        }
        shown
    }

    pub fn issue_type(&self, issue_type: &IssueType) -> Value {
        let mut shown = json!({
            "self": self.rest(format_args!("issuetype/{}", issue_type.id)),
            "id": issue_type.id.to_string(),
            "description": issue_type.description,
            "iconUrl": self.icon(&format!("issuetypes/{}", issue_type.id)),
            "name": issue_type.name,
            "subtask": issue_type.is_subtask(),
            "avatarId": 10_300,
            "hierarchyLevel": issue_type.level,
        });
        if let Some(project) = issue_type.scope {
            shown["entityId"] = ids::uuid(0, &["issue type", &issue_type.id.to_string()]).into();
            shown["scope"] = scope(project);
        }
        shown
    }

    pub fn priority_ref(&self, priority: &Named) -> Value {
        json!({
            "self": self.rest(format_args!("priority/{}", priority.id)),
            "iconUrl": self.icon(&format!("priorities/{}", priority.name.to_lowercase())),
            "name": priority.name,
            "id": priority.id.to_string(),
        })
    }

    pub fn resolution(&self, resolution: &Named) -> Value {
        json!({
            "self": self.rest(format_args!("resolution/{}", resolution.id)),
            "id": resolution.id.to_string(),
            "description": resolution.description,
            "name": resolution.name,
        })
    }

    pub fn security_level(&self, level: &Named) -> Value {
        json!({
            "self": self.rest(format_args!("securitylevel/{}", level.id)),
            "id": level.id.to_string(),
            "description": level.description,
            "name": level.name,
        })
    }

    /// A version as lists and metadata show it.
    pub fn version_row(&self, version: &Version) -> Value {
        let mut shown = self.version_ref(version);
        shown["projectId"] = version.project.into();
        let for_people = |date: &str| {
            let date = jiff::civil::Date::strptime("%Y-%m-%d", date).ok()?;
            Some(date.strftime("%d/%b/%y").to_string())
        };
        if let Some(date) = &version.start_date {
            shown["startDate"] = date.clone().into();
            shown["userStartDate"] = for_people(date).into();
        }
        if let Some(date) = version.release_date.as_deref().and_then(for_people) {
            shown["userReleaseDate"] = date.into();
        }
        shown
    }

    /// A version as issues show it.
    pub fn version_ref(&self, version: &Version) -> Value {
        let mut shown = json!({
            "self": self.rest(format_args!("version/{}", version.id)),
            "id": version.id.to_string(),
            "name": version.name,
            "archived": version.is_archived,
            "released": version.is_released,
        });
        if let Some(description) = &version.description {
            shown["description"] = description.clone().into();
        }
        if let Some(date) = &version.start_date {
            shown["startDate"] = date.clone().into();
        }
        if let Some(date) = &version.release_date {
            shown["releaseDate"] = date.clone().into();
        }
        shown
    }

    pub fn component_ref(&self, component: &Component) -> Value {
        let mut shown = json!({
            "self": self.rest(format_args!("component/{}", component.id)),
            "id": component.id.to_string(),
            "name": component.name,
        });
        if let Some(description) = &component.description {
            shown["description"] = description.clone().into();
        }
        shown
    }

    pub fn group(&self, group: &Group) -> Value {
        json!({
            "name": group.name,
            "groupId": group.id,
            "self": self.rest(format_args!("group?groupId={}", group.id)),
        })
    }

    pub fn link_type(&self, link_type: &LinkType) -> Value {
        json!({
            "id": link_type.id.to_string(),
            "name": link_type.name,
            "inward": link_type.inward,
            "outward": link_type.outward,
            "self": self.rest(format_args!("issueLinkType/{}", link_type.id)),
        })
    }

    pub fn project_ref(&self, project: &Project) -> Value {
        json!({
            "self": self.rest(format_args!("project/{}", project.id)),
            "id": project.id.to_string(),
            "key": project.key,
            "name": project.name,
            "projectTypeKey": project.type_key,
            "simplified": project.is_team_managed,
            "avatarUrls": self.avatars("project"),
        })
    }

    /// An issue as others show it: parent, sub-task, linked issue.
    pub fn linked_issue(&self, issue: &Issue) -> Value {
        let config = &self.state.config;
        let priority = issue.chosen(PRIORITY);
        let priority = config.priorities.iter().find(|row| Some(row.id) == priority);
        let mut fields = json!({"summary": issue.text(SUMMARY)});
        if let Some(status) = config.statuses.get(&issue.status) {
            fields["status"] = self.status(status);
        }
        if let Some(priority) = priority {
            fields["priority"] = self.priority_ref(priority);
        }
        if let Some(issue_type) = config.issue_types.get(&issue.issue_type) {
            fields["issuetype"] = self.issue_type(issue_type);
        }
        json!({
            "id": issue.id.to_string(),
            "key": issue.key,
            "self": self.rest(format_args!("issue/{}", issue.id)),
            "fields": fields,
        })
    }

    /// Whether the viewer holds a permission, in a project or, without one, anywhere.
    pub fn may(&self, key: &str, project: Option<Id>) -> bool {
        permission::holds(&self.state.config, self.viewer, key, project)
    }

    /// A project by id or key that the viewer may browse.
    pub fn find_project(&self, id_or_key: &str) -> Option<&'a Project> {
        let project = self.state.config.find_project(id_or_key);
        project.filter(|project| self.may("BROWSE_PROJECTS", Some(project.id)))
    }

    /// Whether lists name a project.
    pub fn lists_project(&self, project: &Project) -> bool {
        self.may("BROWSE_PROJECTS", Some(project.id))
            && !self.state.config.admin.is_project_archived(project.id)
    }
}

fn scope(project: Id) -> Value {
    json!({"type": "PROJECT", "project": {"id": project.to_string()}})
}
