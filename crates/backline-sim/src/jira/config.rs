//! How a site is set up: projects, issue types, screens, workflows, fields and the lists that fields choose from.
//!
//! Plain values, looked up by id. Nothing here changes when an issue does.

use super::admin::Admin;
use super::field::{FieldNo, Kind};
use super::view::quirk::Quirk;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Jira's numeric ids; on the wire they are strings.
pub type Id = u64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    New,
    Indeterminate,
    Done,
}

#[derive(Debug, Clone)]
pub struct Status {
    pub id: Id,
    pub name: &'static str,
    pub category: Category,
    /// The team-managed project that owns it.
    pub scope: Option<Id>,
}

/// A priority, resolution, security level or group: something with a name.
#[derive(Debug, Clone)]
pub struct Named {
    pub id: Id,
    pub name: &'static str,
    pub description: &'static str,
}

#[derive(Debug, Clone)]
pub struct Group {
    pub id: String,
    pub name: &'static str,
}

/// A team of the organisation. Its id is a text.
#[derive(Debug, Clone)]
pub struct Team {
    pub id: String,
    pub name: &'static str,
}

#[derive(Debug, Clone)]
pub struct Sprint {
    pub id: Id,
    pub name: &'static str,
    /// `active`, `future` or `closed`.
    pub state: &'static str,
    pub board: Id,
    pub goal: &'static str,
    /// First and last moment; a future sprint has none.
    pub dates: Option<(&'static str, &'static str)>,
}

#[derive(Debug, Clone)]
pub struct IssueType {
    pub id: Id,
    pub name: &'static str,
    pub description: &'static str,
    /// -1 sub-task, 0 standard, 1 epic.
    pub level: i64,
    pub scope: Option<Id>,
}

impl IssueType {
    pub fn is_subtask(&self) -> bool {
        self.level < 0
    }
}

#[derive(Debug, Clone)]
pub struct OptionRow {
    pub id: Id,
    pub value: &'static str,
    pub is_disabled: bool,
    pub children: Vec<OptionRow>,
}

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostFunction {
    None,
    ClearResolution,
    SetResolution(Id),
}

/// Who may take a transition, beside those who may take any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    OnlyAssignee,
    OnlyAdministrators,
}

/// What must hold for a transition to be carried out. No metadata shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validator {
    /// The field has a value when the transition is over.
    HasValue(FieldNo),
    /// The request brings a comment.
    HasComment,
}

#[derive(Debug, Clone)]
pub struct Transition {
    pub id: Id,
    pub name: &'static str,
    /// Empty: from every status.
    pub from: Vec<Id>,
    pub to: Id,
    pub screen: Option<Vec<ScreenField>>,
    pub condition: Option<Condition>,
    /// With what the workflow's administrator wrote for those who fail it.
    pub validator: Option<(Validator, &'static str)>,
    pub post: PostFunction,
}

impl Transition {
    pub fn is_offered_from(&self, status: Id) -> bool {
        self.from.is_empty() || self.from.contains(&status)
    }
}

#[derive(Debug, Clone)]
pub struct Workflow {
    pub initial: Id,
    /// In the order of the board's columns.
    pub statuses: Vec<Id>,
    pub transitions: Vec<Transition>,
}

/// An issue type in a project: its create screen and workflow.
#[derive(Debug, Clone, Copy)]
pub struct TypeInProject {
    pub issue_type: Id,
    pub screen: Id,
    pub workflow: Id,
}

#[derive(Debug, Clone)]
pub struct Project {
    pub id: Id,
    pub key: String,
    pub name: String,
    pub is_team_managed: bool,
    pub lead: &'static str,
    pub types: Vec<TypeInProject>,
    pub security_levels: Vec<Id>,
    /// `projectTypeKey`.
    pub type_key: &'static str,
    /// An issue that is created without an assignee goes to the lead.
    pub is_lead_assigned: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    pub id: Id,
    pub project: Id,
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub is_archived: bool,
    #[serde(default)]
    pub is_released: bool,
    #[serde(default)]
    pub start_date: Option<String>,
    #[serde(default)]
    pub release_date: Option<String>,
    /// Its place among the versions of the project; without one it comes last.
    #[serde(default)]
    pub sequence: Option<u64>,
}

/// Who gets an issue that is created with a component.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AssigneeType {
    #[default]
    ProjectDefault,
    ComponentLead,
    ProjectLead,
    Unassigned,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Component {
    pub id: Id,
    pub project: Id,
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
    /// An account id.
    #[serde(default)]
    pub lead: Option<String>,
    #[serde(default)]
    pub assignee_type: AssigneeType,
}

impl Component {
    /// Who gets an issue that is created with it. The default of every project here is that nobody does.
    pub fn assignee<'a>(&'a self, project: &'a Project) -> Option<&'a str> {
        match self.assignee_type {
            AssigneeType::ComponentLead => self.lead.as_deref(),
            AssigneeType::ProjectLead => Some(project.lead),
            AssigneeType::ProjectDefault | AssigneeType::Unassigned => None,
        }
    }
}

#[derive(Debug, Clone)]
pub struct LinkType {
    pub id: Id,
    pub name: &'static str,
    pub inward: &'static str,
    pub outward: &'static str,
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
