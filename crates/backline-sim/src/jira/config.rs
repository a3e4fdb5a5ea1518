//! How a site is set up: projects, issue types, screens, workflows, fields and the lists that fields choose from.
//!
//! Plain values, looked up by id. Nothing here changes when an issue does.

mod lists;
mod project;
mod workflow;

pub use lists::{Category, Group, IssueType, LinkType, Named, OptionRow, Sprint, Status, Team};
pub use project::{AssigneeType, Component, Project, TypeInProject, Version};
pub use workflow::{Condition, PostFunction, Transition, Validator, Workflow};

use super::admin::Admin;
use super::field::{FieldNo, Kind};
use super::view::quirk::Quirk;
use serde_json::Value;
use std::collections::BTreeMap;

/// Jira's numeric ids; on the wire they are strings.
pub type Id = u64;

pub struct Field {
    pub no: FieldNo,
    pub name: &'static str,
    pub kind: &'static dyn Kind,
    /// `schema.custom`; absent for system fields.
    pub custom: Option<&'static str>,
    pub options: Vec<OptionRow>,
    /// The only project whose issues have the field; absent: all have it.
    pub context: Option<Id>,
}

/// One field on a screen.
#[derive(Debug, Clone)]
pub struct ScreenField {
    pub field: FieldNo,
    pub is_required: bool,
    /// What Jira fills in when the field is absent, in stored form.
    pub default: Option<Value>,
}

#[derive(Default)]
pub struct Config {
    pub statuses: BTreeMap<Id, Status>,
    pub priorities: Vec<Named>,
    pub default_priority: Id,
    pub resolutions: Vec<Named>,
    pub security_levels: Vec<Named>,
    pub groups: Vec<Group>,
    pub link_types: Vec<LinkType>,
    pub issue_types: BTreeMap<Id, IssueType>,
    pub fields: BTreeMap<FieldNo, Field>,
    /// What the metadata of a field leaves out or has in an odd form, by issue type.
    pub quirks: BTreeMap<(Id, FieldNo), Quirk>,
    pub teams: Vec<Team>,
    pub sprints: Vec<Sprint>,
    pub organisations: Vec<Named>,
    pub screens: BTreeMap<Id, Vec<ScreenField>>,
    pub workflows: BTreeMap<Id, Workflow>,
    pub projects: BTreeMap<Id, Project>,
    pub project_keys: BTreeMap<String, Id>,
    pub versions: BTreeMap<Id, Version>,
    pub components: BTreeMap<Id, Component>,
    /// What administrators have changed since.
    pub admin: Admin,
}

impl Config {
    /// A project by id or key, whatever the key's case. Those in the trash are not there.
    pub fn find_project(&self, id_or_key: &str) -> Option<&Project> {
        let by_id = id_or_key.parse().ok().and_then(|id: Id| self.projects.get(&id));
        by_id.or_else(|| {
            let id = self.project_keys.get(&id_or_key.to_ascii_uppercase())?;
            self.projects.get(id)
        })
    }

    /// A project that may be in the trash.
    pub fn find_any_project(&self, id_or_key: &str) -> Option<&Project> {
        self.find_project(id_or_key).or_else(|| self.admin.find_trashed(id_or_key))
    }

    pub fn type_in(&self, project: Id, issue_type: Id) -> Option<&TypeInProject> {
        self.projects.get(&project)?.types.iter().find(|t| t.issue_type == issue_type)
    }

    /// The create screen. Empty for a pair that does not exist.
    pub fn screen_of(&self, project: Id, issue_type: Id) -> &[ScreenField] {
        let screen = self.type_in(project, issue_type).and_then(|t| self.screens.get(&t.screen));
        screen.map_or(&[], Vec::as_slice)
    }

    pub fn workflow_of(&self, project: Id, issue_type: Id) -> Option<&Workflow> {
        self.workflows.get(&self.type_in(project, issue_type)?.workflow)
    }

    pub fn add_project(&mut self, project: Project) {
        self.project_keys.insert(project.key.clone(), project.id);
        self.projects.insert(project.id, project);
    }

    pub fn add_field(&mut self, field: Field) {
        self.fields.insert(field.no, field);
    }
}
