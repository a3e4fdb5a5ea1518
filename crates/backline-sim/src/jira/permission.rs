//! What a person may do: by role, less what an administrator took.

use super::config::{Config, Id};
use crate::people::{Person, Role};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    pub id: u64,
    pub key: &'static str,
    pub name: &'static str,
    pub is_global: bool,
    /// The least role that holds it.
    least: Role,
}

const fn project(id: u64, key: &'static str, name: &'static str, least: Role) -> Permission {
    Permission { id, key, name, is_global: false, least }
}

const fn global(id: u64, key: &'static str, name: &'static str, least: Role) -> Permission {
    Permission { id, key, name, is_global: true, least }
}

const ALL: [Permission; 32] = [
    global(0, "ADMINISTER", "Administer Jira", Role::Admin),
    global(44, "SYSTEM_ADMIN", "System administrators", Role::Admin),
    global(27, "USER_PICKER", "Browse users and groups", Role::Member),
    global(33, "BULK_CHANGE", "Make bulk changes", Role::Member),
    global(22, "CREATE_SHARED_OBJECTS", "Share dashboards and filters", Role::Member),
    project(23, "ADMINISTER_PROJECTS", "Administer projects", Role::Admin),
    project(10, "BROWSE_PROJECTS", "Browse projects", Role::Guest),
    project(11, "CREATE_ISSUES", "Create issues", Role::Guest),
    project(12, "EDIT_ISSUES", "Edit issues", Role::Member),
    project(28, "SCHEDULE_ISSUES", "Schedule issues", Role::Member),
    project(13, "ASSIGN_ISSUES", "Assign issues", Role::Member),
    project(17, "ASSIGNABLE_USER", "Assignable user", Role::Guest),
    project(14, "RESOLVE_ISSUES", "Resolve issues", Role::Member),
    project(18, "CLOSE_ISSUES", "Close issues", Role::Member),
    project(25, "MOVE_ISSUES", "Move issues", Role::Member),
    project(16, "DELETE_ISSUES", "Delete issues", Role::Admin),
    project(30, "MODIFY_REPORTER", "Modify reporter", Role::Member),
    project(21, "LINK_ISSUES", "Link issues", Role::Member),
    project(26, "SET_ISSUE_SECURITY", "Set issue security", Role::Member),
    project(46, "TRANSITION_ISSUES", "Transition issues", Role::Member),
    project(15, "ADD_COMMENTS", "Add comments", Role::Guest),
    project(34, "EDIT_ALL_COMMENTS", "Edit all comments", Role::Admin),
    project(35, "EDIT_OWN_COMMENTS", "Edit own comments", Role::Guest),
    project(36, "DELETE_ALL_COMMENTS", "Delete all comments", Role::Admin),
    project(37, "DELETE_OWN_COMMENTS", "Delete own comments", Role::Guest),
    project(19, "CREATE_ATTACHMENTS", "Create attachments", Role::Guest),
    project(38, "DELETE_ALL_ATTACHMENTS", "Delete all attachments", Role::Admin),
    project(39, "DELETE_OWN_ATTACHMENTS", "Delete own attachments", Role::Guest),
    project(31, "VIEW_VOTERS_AND_WATCHERS", "View voters and watchers", Role::Guest),
    project(32, "MANAGE_WATCHERS", "Manage watchers", Role::Member),
    project(20, "WORK_ON_ISSUES", "Work on issues", Role::Member),
    project(29, "VIEW_DEV_TOOLS", "View development tools", Role::Guest),
];

pub fn find(key: &str) -> Option<&'static Permission> {
    ALL.iter().find(|permission| permission.key == key)
}

impl Permission {
    fn is_held_by(&self, person: &Person) -> bool {
        let rank = |role| match role {
            Role::Guest => 0,
            Role::Member => 1,
            Role::Admin => 2,
        };
        rank(person.role) >= rank(self.least)
    }
}

/// Whether a person holds the permission with this key, in a project or, without one, anywhere.
pub fn holds(config: &Config, person: &Person, key: &str, project: Option<Id>) -> bool {
    find(key).is_some_and(|permission| permission.is_held_by(person))
        && !config.admin.is_taken(person.account_id, key, project)
}
