//! A connected project by names with their ids beside them, as it is carried to another project or site.
//!
//! Ids mean something on one site only, names nearly everywhere: [`fit`] looks for both where the project goes to.

mod fit;

pub use fit::{Fitted, Left, Surroundings, find, fit};

use super::catalogue::BacklineField;
use super::closing::{ClosedBy, ClosingRule, Meaning};
use super::lifecycle::Stage;
use super::rule::Rule;
use super::source::Source as Kept;
use super::{ConnectedProject, FieldMapping, Owner};
use crate::ids::ConnectedProjectId;
use crate::jira::field::{Choice, Schema};
use std::collections::BTreeMap;

/// Something of Jira's, by what it is called, by its id, or by both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    pub name: Option<String>,
    pub id: Option<String>,
    /// The choice below this one, in a cascading list.
    pub below: Option<Box<Named>>,
}

/// One connected project.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Backline's own.
    pub id: Option<ConnectedProjectId>,
    /// By its address.
    pub site: Named,
    /// By its key.
    pub project: Named,
    pub issue_type: Named,
    pub rule: Rule,
    pub fields: Vec<Field>,
    pub steps: BTreeMap<Stage, Step>,
    /// What it means when a person closes a ticket, in the order in which it is asked.
    pub closed: Vec<Closed>,
    pub otherwise: Meaning,
}

/// As [`super::closing::ClosingRule`], before anything was looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Closed {
    pub by: ClosedBy,
    pub choice: Named,
    pub means: Meaning,
    pub expires_days: Option<u16>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub field: Named,
    /// What it is in Jira, where that is known: two fields of one name are told apart by it.
    pub schema: Option<Schema>,
    pub source: Source,
    pub owner: Owner,
}

/// As [`Kept`], before anything was looked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    Jira(Vec<Named>),
    Backline { field: BacklineField, values: BTreeMap<String, Named>, default: Option<Named> },
    Manual(String),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Step {
    pub status: Option<Named>,
    pub comments: bool,
    pub comment_text: String,
    pub fields: Vec<Field>,
}

/// Which part of an entry is spoken of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// `None` for what is set at creation.
    pub stage: Option<Stage>,
    /// `None` for the step, or the entry, as a whole.
    pub field: Option<usize>,
    pub part: Part,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Whole,
    /// The status that a step moves to.
    Status,
    /// One of the values from Jira.
    Choice(usize),
    /// The choice for a word of the value map.
    Value(String),
    Default,
    /// What closing in one way means.
    Closed(usize),
}

impl Place {
    pub fn whole() -> Self {
        Self { stage: None, field: None, part: Part::Whole }
    }

    pub fn field(stage: Option<Stage>, at: usize) -> Self {
        Self { stage, field: Some(at), part: Part::Whole }
    }

    pub fn part(&self, part: Part) -> Self {
        Self { part, ..self.clone() }
    }
}

impl Named {
    pub fn new(name: impl Into<String>, id: impl Into<String>) -> Self {
        Self { name: Some(name.into()), id: Some(id.into()), below: None }
    }

    fn of(choice: &Choice) -> Self {
        let below = choice.children.first().map(|child| Box::new(Self::of(child)));
        Self { below, ..Self::new(&choice.label, &choice.id) }
    }

    /// What people call it, as far as it is known.
    pub fn shown(&self) -> String {
        let own = self.name.as_ref().or(self.id.as_ref()).cloned().unwrap_or_default();
        match &self.below {
            Some(below) => format!("{own} › {}", below.shown()),
            None => own,
        }
    }
}

impl Entry {
    pub fn of(project: &ConnectedProject) -> Self {
        let fields = |list: &[FieldMapping]| list.iter().map(Field::of).collect();
        let steps = project.mapping.lifecycle.0.iter().map(|(stage, step)| {
            let status = step.status.as_ref().map(|status| Named::new(&status.name, status.id.as_str()));
            let (comments, comment_text) = (step.comments, step.comment_text.clone());
            (*stage, Step { status, comments, comment_text, fields: fields(&step.fields) })
        });
        Self {
            id: Some(project.id),
            site: Named::new(&project.site_url, project.cloud_id.as_str()),
            project: Named::new(&project.project.key, project.project.id.as_str()),
            issue_type: Named::new(&project.issue_type.name, project.issue_type.id.as_str()),
            rule: project.rule.clone(),
            fields: fields(&project.mapping.fields),
            steps: steps.collect(),
            closed: project.mapping.closing.rules.iter().map(Closed::of).collect(),
            otherwise: project.mapping.closing.otherwise,
        }
    }
}

impl Closed {
    fn of(rule: &ClosingRule) -> Self {
        let choice = Named::new(&rule.name, &rule.id);
        Self { by: rule.by, choice, means: rule.means, expires_days: rule.expires_days }
    }
}

impl Field {
    fn of(mapping: &FieldMapping) -> Self {
        let source = match &mapping.source {
            Kept::Jira { choices } => Source::Jira(choices.iter().map(Named::of).collect()),
            Kept::Backline { field, values, default } => Source::Backline {
                field: *field,
                values: values.iter().map(|(word, choice)| (word.clone(), Named::of(choice))).collect(),
                default: default.as_ref().map(Named::of),
            },
            Kept::Manual { text } => Source::Manual(text.clone()),
        };
        Self {
            field: Named::new(&mapping.field.name, mapping.field.id.as_str()),
            schema: mapping.field.schema.clone(),
            source,
            owner: mapping.owner,
        }
    }
}

#[cfg(test)]
mod tests;
