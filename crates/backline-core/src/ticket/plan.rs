//! The smallest list of Jira operations that brings what is observed to what is desired.
//!
//! Pure: the page that previews a plan, the command that prints one and the executor that carries one out use
//! the same. Each operation names its rule and its reason.
//!
//! Invariant: nothing different, no operation.

pub mod fields;
pub mod screen;
pub mod workflow;

use super::closed::{self, News};
use super::desired::{Desired, Problem, Wanted};
use super::link::RemoteLink;
use super::news::{self, Tells};
use super::{Facts, Ticket};
use crate::ids::{FieldId, TransitionId};
use crate::jira::adf::Doc;
use crate::jira::issue::Issue;
use crate::jira::kind::{self, Kind};
use crate::jira::value::Value;
use crate::jira::workflow::{Status, Transition};
use crate::mapping::lifecycle::Stage;
use crate::mapping::{ConnectedProject, Owner};
use crate::notice::Blocked;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// One call to Jira.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    Create(Fields),
    /// `stage` is set on the hop that ends in the stage's status.
    Transition {
        id: TransitionId,
        name: String,
        to: Status,
        fields: Fields,
        stage: Option<Stage>,
    },
    Edit(Fields),
    Comment {
        key: String,
        body: Doc,
        /// Set where it speaks for a field that a person has.
        tells: Option<Tells>,
    },
    Link(RemoteLink),
}

impl Operation {
    /// The word in JSON, logs and tables.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Transition { .. } => "transition",
            Self::Edit { .. } => "edit",
            Self::Comment { .. } => "comment",
            Self::Link(_) => "remote_link",
        }
    }
}

/// Field values as Jira takes them, beside what they mean, which becomes *applied* when the call succeeds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields {
    pub json: BTreeMap<FieldId, Json>,
    /// Verbs of sets, as one JSON list a field; no field stands in both.
    pub update: BTreeMap<FieldId, Json>,
    pub applied: BTreeMap<FieldId, Value>,
}

impl Fields {
    /// Adds a whole value. `applied` is what was wanted, where people's part is written with it.
    pub fn write(&mut self, kind: &dyn Kind, id: &FieldId, value: &Value, applied: &Value) {
        match value {
            Value::Choices(elements) if kind.only_adds() => {
                self.update.insert(id.clone(), fields::verbs(kind, elements, &BTreeSet::new()));
            }
            _ => {
                self.json.insert(id.clone(), kind.write(Some(value)));
            }
        }
        self.applied.insert(id.clone(), applied.clone());
    }

    pub fn is_empty(&self) -> bool {
        self.json.is_empty() && self.update.is_empty()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    pub operation: Operation,
    pub rule: &'static str,
    /// In words: "severity changed: High -> Critical".
    pub reason: String,
}

/// Something that stays as it is although we might have wanted otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub what: String,
    pub rule: &'static str,
    /// Set when a person takes the field over with this plan.
    pub yielded: Option<FieldId>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    pub operations: Vec<Planned>,
    pub kept: Vec<Kept>,
    /// Nothing (or not everything) can be done until a person acts.
    pub blocked: Option<Blocked>,
    /// Recorded without any call: the stage needs no move, or a person made it.
    pub stage_reached: Option<Stage>,
    /// Fields that need no call and are from now on as recorded here.
    pub settled: BTreeMap<FieldId, Value>,
    /// Elements of sets that are wanted and were there by people: never removed as ours.
    pub theirs: BTreeMap<FieldId, BTreeSet<String>>,
    /// What a person did to the status that counts in Backline.
    pub closing: Option<News>,
    /// The mapping that the plan was made with.
    pub mapping_version: u32,
}

/// Whether the ticket's status has to be looked at closely: its transitions are needed for the plan.
pub fn wants_transitions(facts: &Facts, desired: &Desired, observed: &Issue) -> bool {
    let Some(ticket) = &facts.ticket else { return false };
    matches!(workflow::decide(facts, ticket, desired, observed), workflow::Move::Toward(_))
}

/// Whether a plan may hold any operation, told without asking Jira: a subject for which this is false is not read.
pub fn may_act(facts: &Facts, desired: &Desired) -> bool {
    let Some(ticket) = &facts.ticket else { return !matches!(desired.stage, Stage::Done | Stage::Dismissed) };
    let applied = &ticket.applied;
    let version = facts.project.as_ref().map_or(0, |project| project.mapping.version);
    !ticket.is_gone
        && (applied.stage != Some(desired.stage)
            || applied.mapping_version != version
            || desired.fields.iter().any(|wanted| {
                let is_yielded = applied.yielded.contains(&wanted.field.id);
                match wanted.value {
                    Value::Rich(_) if is_yielded => news::news(applied, wanted).is_some(),
                    _ if is_yielded && wanted.owner != Owner::Backline => false,
                    _ => applied.fields.get(&wanted.field.id) != Some(&wanted.value),
                }
            })
            || !desired.comments.is_empty()
            || desired.links.iter().any(|link| applied.links.get(&link.global_id) != Some(&link.hash())))
}

/// What people have and would hold something else otherwise, told without asking Jira.
pub fn standing(facts: &Facts, desired: &Desired) -> Vec<Kept> {
    let Some(ticket) = &facts.ticket else { return Vec::new() };
    let applied = &ticket.applied;
    let is_theirs = |wanted: &&Wanted| {
        let id = &wanted.field.id;
        applied.yielded.contains(id) && applied.fields.get(id) != Some(&wanted.value)
    };
    let theirs = desired.fields.iter().filter(is_theirs);
    theirs.map(|wanted| fields::kept(wanted, "taken over by a person", None)).collect()
}

/// The plan for a subject. `observed` is what Jira has now, with the transitions it offers where they were needed.
pub fn plan(facts: &Facts, desired: &Desired, observed: Option<(&Issue, &[Transition])>) -> Plan {
    let Some(project) = &facts.project else { return Plan::default() };
    let mut plan = Plan { mapping_version: project.mapping.version, ..Plan::default() };
    match (&facts.ticket, observed) {
        (None, _) => create(project, desired, &mut plan),
        (Some(ticket), Some((issue, transitions))) if !ticket.is_gone => {
            plan.closing = closed::news(facts, desired, issue);
            plan.kept.extend(plan.closing.iter().map(|news| closed::kept(ticket, news)));
            // What it is about changes by that, and then the plan is another one.
            if plan.closing.as_ref().is_some_and(changes_facts) {
                return plan;
            }
            workflow::plan(facts, ticket, desired, (issue, transitions), &mut plan);
            if !plan.operations.is_empty() && closed::is_reopening(facts, desired, issue) {
                // Said while it is closed: once it is open, nothing tells any more that it was.
                let why = closed::comment(facts, ticket);
                plan.operations.splice(0..0, why);
            }
            fields::plan(ticket, desired, issue, &mut plan);
            comments_and_links(ticket, desired, &mut plan);
            tell_problems(project, desired, &mut plan);
        }
        (Some(_), _) => {}
    }
    plan
}

fn changes_facts(news: &News) -> bool {
    match news {
        News::Closed(closed) => closed.means.dismissal().is_some(),
        News::OpenAgain { was_dismissed } => *was_dismissed,
    }
}

fn create(project: &ConnectedProject, desired: &Desired, plan: &mut Plan) {
    if matches!(desired.stage, Stage::Done | Stage::Dismissed) {
        plan.kept.push(Kept {
            what: "no ticket is made for what is no longer open".into(),
            rule: "not open",
            yielded: None,
        });
        return;
    }
    if let Some(problem) = desired.problems.iter().find(|problem| problem.is_mandatory) {
        plan.blocked = Some(unfilled(project, problem));
        return;
    }
    let mut fields = Fields::default();
    for wanted in &desired.fields {
        let kind = kind::of(&wanted.field).expect("the value was composed by its kind");
        fields.write(kind, &wanted.field.id, &wanted.value, &wanted.value);
    }
    let reason = format!("a vulnerability that matches the rule of {} has no ticket", project.project.key);
    plan.operations.push(Planned { operation: Operation::Create(fields), rule: "no ticket yet", reason });
}

/// The other fields still go; a mandatory one that cannot be filled waits for a person.
fn tell_problems(project: &ConnectedProject, desired: &Desired, plan: &mut Plan) {
    for problem in &desired.problems {
        if problem.is_mandatory && plan.blocked.is_none() {
            plan.blocked = Some(unfilled(project, problem));
        }
        let what = format!("{}: {}", problem.field_name, problem.why);
        plan.kept.push(Kept { what, rule: "no acceptable value", yielded: None });
    }
}

fn comments_and_links(ticket: &Ticket, desired: &Desired, plan: &mut Plan) {
    for comment in &desired.comments {
        let operation =
            Operation::Comment { key: comment.key.clone(), body: comment.body.clone(), tells: None };
        plan.operations.push(Planned { operation, rule: "not yet said", reason: comment.summary.clone() });
    }
    for link in &desired.links {
        let known = ticket.applied.links.get(&link.global_id);
        if known != Some(&link.hash()) {
            let (rule, reason) = match known {
                None => ("not linked", format!("{} is not linked", link.title)),
                Some(_) => ("link changed", format!("{} is now {}", link.title, link.summary.to_lowercase())),
            };
            plan.operations.push(Planned { operation: Operation::Link(link.clone()), rule, reason });
        }
    }
}

/// A mandatory field for which the mapping has no value.
fn unfilled(project: &ConnectedProject, problem: &Problem) -> Blocked {
    let place = project.place();
    Blocked {
        cause: format!("unfilled:{}:{}:{}", project.id, problem.field, problem.why),
        what: format!("No ticket was made in {place}: '{}' has no acceptable value", problem.field_name),
        why: problem.why.clone(),
        remedy: format!("Map '{}' for {place}", problem.field_name),
        page: page_of(project),
    }
}

/// Where a connected project's mapping is mended.
pub fn page_of(project: &ConnectedProject) -> String {
    format!("/integrations/jira/projects/{}", project.id)
}
