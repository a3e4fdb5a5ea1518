//! What the ticket of a subject should be, from facts alone.

use super::comment::{self, Comment};
use super::link::RemoteLink;
use super::{Facts, stage};
use crate::ids::FieldId;
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::compose::compose;
use crate::mapping::lifecycle::{Stage, Step};
use crate::mapping::read::View;
use crate::mapping::{ConnectedProject, FieldMapping, Owner};
use crate::vulnerability::Vulnerability;
use std::collections::BTreeSet;

/// What could be computed, and every problem beside it.
#[derive(Debug, Clone)]
pub struct Desired {
    pub stage: Stage,
    pub fields: Vec<Wanted>,
    /// What the stage asks of the workflow.
    pub step: Option<Step>,
    /// Values for the screen of the step's transition.
    pub step_fields: Vec<Wanted>,
    /// Not said yet, and wanted.
    pub comments: Vec<Comment>,
    /// Keys of comments that the mapping does not want: no news any more, should it want them later.
    pub unwanted: BTreeSet<String>,
    pub links: Vec<RemoteLink>,
    pub problems: Vec<Problem>,
}

/// A value that a field should have.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub field: FieldMeta,
    pub value: Value,
    pub owner: Owner,
}

/// A field for which no acceptable value could be computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub field: FieldId,
    pub field_name: String,
    /// Jira would refuse the ticket without it.
    pub is_mandatory: bool,
    pub why: String,
}

/// `None` when there is nothing to keep in step: the connected project is gone, or no vulnerability is left.
pub fn desired(facts: &Facts, public_url: &str) -> Option<Desired> {
    let project = facts.project.as_ref()?;
    let vulnerability = lead(&facts.vulnerabilities)?;
    let view = View { vulnerability, pull_requests: &facts.pull_requests, public_url };
    let stage = stage::stage(&facts.vulnerabilities, &facts.pull_requests);
    let mut problems = Vec::new();
    let fields = fill(&project.mapping.fields, view, &mut problems);
    let step = step_of(project, stage);
    let step_fields = step.as_ref().map_or_else(Vec::new, |step| fill(&step.fields, view, &mut problems));
    let (mut comments, mut unwanted) = (Vec::new(), BTreeSet::new());
    for comment in comment::comments(facts, stage) {
        let key = comment.key.clone();
        let step = step_of(project, comment.of).filter(|step| step.comments);
        match step.and_then(|step| comment.in_words_of(&step.comment_text, facts, view)) {
            Some(comment) => comments.push(comment),
            None => drop(unwanted.insert(key)),
        }
    }
    let links = facts
        .pull_requests
        .iter()
        .map(|tracked| RemoteLink::to_pull_request(&tracked.pull_request))
        .collect();
    Some(Desired { stage, fields, step, step_fields, comments, unwanted, links, problems })
}

/// The vulnerability that the ticket speaks of: of those still open the worst, else of all; the oldest of equals.
pub fn lead(vulnerabilities: &[Vulnerability]) -> Option<&Vulnerability> {
    vulnerabilities.iter().min_by_key(|v| (!v.status.is_open(), v.rating.severity, v.detected_at, v.id))
}

fn step_of(project: &ConnectedProject, stage: Stage) -> Option<Step> {
    project.mapping.lifecycle.0.get(&stage).cloned()
}

fn fill(mappings: &[FieldMapping], view: View<'_>, problems: &mut Vec<Problem>) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for (at, mapping) in mappings.iter().enumerate() {
        // Two values of one field would take turns; what was saved before that was refused goes by the first.
        if mappings[..at].iter().any(|before| before.field.id == mapping.field.id) {
            continue;
        }
        let mut problem = |why: String| {
            problems.push(Problem {
                field: mapping.field.id.clone(),
                field_name: mapping.field.name.clone(),
                is_mandatory: mapping.field.is_mandatory(),
                why,
            });
        };
        match compose(mapping, view) {
            Ok(Some(value)) => {
                wanted.push(Wanted { field: mapping.field.clone(), value, owner: mapping.owner });
            }
            Ok(None) if mapping.field.is_mandatory() => problem("Backline has no value for it".to_owned()),
            Ok(None) => {}
            Err(why) => problem(why),
        }
    }
    wanted
}
