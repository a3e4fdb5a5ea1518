//! Where the ticket's status goes, and by which hop.
//!
//! Targets are statuses: the transition is found from where the ticket is. One hop if Jira offers it, else a
//! path through what has been seen of this workflow; never a random walk.
//!
//! Invariant: a ticket that a person closed is not moved, but where the mapping says to open it again.

use super::{Operation, Plan, Planned, page_of, screen};
use crate::ids::StatusId;
use crate::jira::issue::Issue;
use crate::jira::workflow::{Category, Status, Transition};
use crate::mapping::ConnectedProject;
use crate::mapping::lifecycle::Stage;
use crate::notice::Blocked;
use crate::ticket::desired::Desired;
use crate::ticket::{Facts, Learned, Ticket, closed};
use std::collections::{BTreeMap, VecDeque};

/// What a stage asks of the status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// The stage was carried out before.
    None,
    /// The stage is reached without a move, for the reason given.
    Reached(&'static str),
    Toward(Status),
}

/// Decides without knowing the transitions.
pub fn decide(facts: &Facts, ticket: &Ticket, desired: &Desired, issue: &Issue) -> Move {
    let (before, now) = (ticket.applied.stage, &issue.status);
    let target = desired.step.as_ref().and_then(|step| step.status.as_ref());
    if let Some(target) = target.filter(|_| closed::is_reopening(facts, desired, issue)) {
        return Move::Toward(target.clone());
    }
    if before == Some(desired.stage) {
        return Move::None;
    }
    let Some(target) = target else { return Move::Reached("no status mapped") };
    // A new ticket stands where its workflow begins; the open stage asks for a status only on the way back.
    if before.is_none() && desired.stage == Stage::Open {
        return Move::Reached("just created");
    }
    if now.id == target.id {
        return Move::Reached("already there");
    }
    let was_closed_by_us = matches!(before, Some(Stage::Done | Stage::Dismissed));
    if now.category == Category::Done && target.category == Category::Done {
        return Move::Reached("closed already");
    }
    if now.category == Category::Done && !was_closed_by_us {
        return Move::Reached("closed by a person");
    }
    Move::Toward(target.clone())
}

pub fn plan(
    facts: &Facts,
    ticket: &Ticket,
    desired: &Desired,
    (issue, offered): (&Issue, &[Transition]),
    plan: &mut Plan,
) {
    let project = facts.project.as_ref().expect("a plan is made for a connected project");
    let target = match decide(facts, ticket, desired, issue) {
        Move::None => return,
        Move::Reached(_) => {
            plan.stage_reached = Some(desired.stage);
            return;
        }
        Move::Toward(target) => target,
    };
    let Some(hop) = next_hop(&issue.status.id, &target.id, offered, &facts.learned) else {
        plan.blocked = Some(no_way(project, ticket, &issue.status, &target, offered));
        return;
    };
    let is_last = hop.to.id == target.id;
    let fields = match screen::fill(hop, desired, ticket, issue, &mut plan.theirs) {
        Ok(fields) => fields,
        Err(missing) => {
            plan.blocked = Some(screen_demands(project, ticket, hop, desired.stage, &missing));
            return;
        }
    };
    let is_reopening = closed::is_reopening(facts, desired, issue);
    let why = if is_reopening { "closed in Jira and still present" } else { reason_of(desired.stage) };
    let reason = format!("{why}: {} -> {}", issue.status.name, hop.to.name);
    plan.operations.push(Planned {
        operation: Operation::Transition {
            id: hop.id.clone(),
            name: hop.name.clone(),
            to: hop.to.clone(),
            fields,
            stage: is_last.then_some(desired.stage),
        },
        rule: match is_last {
            true if is_reopening => "reopened",
            true => "stage changed",
            false => "on the way",
        },
        reason,
    });
}

fn reason_of(stage: Stage) -> &'static str {
    match stage {
        Stage::Open => "found again, or its pull request was closed",
        Stage::InReview => "a pull request is open",
        Stage::Verifying => "merged, awaiting verification",
        Stage::Done => "resolved",
        Stage::Dismissed => "dismissed in Backline",
    }
}

/// The transition that would be taken now, where the status is to change.
pub fn hop<'t>(
    facts: &Facts,
    ticket: &Ticket,
    desired: &Desired,
    issue: &Issue,
    offered: &'t [Transition],
) -> Option<&'t Transition> {
    match decide(facts, ticket, desired, issue) {
        Move::Toward(target) => next_hop(&issue.status.id, &target.id, offered, &facts.learned),
        Move::None | Move::Reached(_) => None,
    }
}

/// The transition to take now: straight to the target, else the first of the shortest known path.
fn next_hop<'t>(
    from: &StatusId,
    to: &StatusId,
    offered: &'t [Transition],
    learned: &[Learned],
) -> Option<&'t Transition> {
    // Of several that lead there, the one whose screen demands least.
    let demands =
        |transition: &&Transition| transition.fields.iter().filter(|field| field.is_mandatory()).count();
    if let Some(direct) = offered.iter().filter(|transition| transition.to.id == *to).min_by_key(demands) {
        return Some(direct);
    }
    let edges: BTreeMap<&StatusId, &[Transition]> =
        learned.iter().map(|learned| (&learned.from, learned.transitions.as_slice())).collect();
    let mut queue: VecDeque<(&StatusId, &Transition)> = VecDeque::new();
    let mut seen = vec![from];
    for transition in offered {
        if !seen.contains(&&transition.to.id) {
            seen.push(&transition.to.id);
            queue.push_back((&transition.to.id, transition));
        }
    }
    while let Some((at, first)) = queue.pop_front() {
        for transition in edges.get(at).copied().unwrap_or_default() {
            if transition.to.id == *to {
                return Some(first);
            }
            if !seen.contains(&&transition.to.id) {
                seen.push(&transition.to.id);
                queue.push_back((&transition.to.id, first));
            }
        }
    }
    None
}

fn no_way(
    project: &ConnectedProject,
    ticket: &Ticket,
    now: &Status,
    target: &Status,
    offered: &[Transition],
) -> Blocked {
    let seen: Vec<&str> = offered.iter().map(|transition| transition.to.name.as_str()).collect();
    let offers = match seen.is_empty() {
        true => "Jira offers no transition to the account that connected".to_owned(),
        false => format!("from '{}' Jira offers only: {}", now.name, seen.join(", ")),
    };
    Blocked {
        cause: format!("no-way:{}:{}:{}", project.id, now.id, target.id),
        what: format!("{} was not moved to '{}'", ticket.key, target.name),
        why: offers,
        remedy: format!(
            "Choose another status for this step in the mapping of {}, or add the transition in Jira",
            project.project.key
        ),
        page: page_of(project),
    }
}

fn screen_demands(
    project: &ConnectedProject,
    ticket: &Ticket,
    transition: &Transition,
    stage: Stage,
    missing: &[String],
) -> Blocked {
    let missing = missing.join(", ");
    Blocked {
        cause: format!("screen:{}:{}:{missing}", project.id, transition.id),
        what: format!("{} was not moved to '{}'", ticket.key, transition.to.name),
        why: format!("the screen of '{}' demands {missing}", transition.name),
        remedy: format!("Map {missing} under '{}' for {}", stage.title(), project.project.key),
        page: page_of(project),
    }
}
