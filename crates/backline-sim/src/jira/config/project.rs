//! Projects, and what belongs to one: its issue types, versions and components.

use super::Id;
use serde::{Deserialize, Serialize};

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
