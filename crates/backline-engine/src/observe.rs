//! Reads what Jira has of a ticket: the fields that the mapping speaks of, the status, and, where the status
//! is to change, the transitions that are open.

use crate::failure::Failure;
use crate::marker;
use crate::pass::Pass;
use backline_clients::jira::{Jira, JiraError};
use backline_core::ids::FieldId;
use backline_core::jira::issue::Issue;
use backline_core::jira::workflow::Transition;
use backline_core::ticket::desired::Desired;
use backline_core::ticket::plan::{screen, workflow};
use backline_core::ticket::{Facts, Learned, Ticket};
use std::collections::BTreeSet;

/// The issue by its id, under whatever key it has now; `None` where it is gone or hidden from us.
pub async fn issue(jira: &Jira, ticket: &Ticket, wanted: &Desired) -> Result<Option<Issue>, Failure> {
    let of_step = wanted.step_fields.iter().filter(|_| ticket.applied.stage != Some(wanted.stage));
    let fields = wanted.fields.iter().chain(of_step).map(|wanted| wanted.field.id.clone());
    let fields: Vec<FieldId> = fields.collect::<BTreeSet<_>>().into_iter().collect();
    let marker: &[&str] = if ticket.status.is_none() { &[marker::PROPERTY] } else { &[] };
    let (issues, _missing) = jira.bulk_fetch(std::slice::from_ref(&ticket.issue), &fields, marker).await?;
    if let Some(issue) = issues.into_iter().find(|issue| issue.id == ticket.issue) {
        return Ok(Some(issue));
    }
    // Missing in a bulk answer is no proof: what could not be read for other reasons is listed there too.
    match jira.load_issue(&ticket.issue, &fields, marker).await {
        Ok(issue) => Ok(Some(issue)),
        Err(JiraError::Gone) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether an issue that is read for the first time is the one that was made for this subject.
///
/// A marker of somebody else says no. Without any marker, since an app may have removed it, its key has to be the one
/// that was answered.
pub fn is_the_one(issue: &Issue, ticket: &Ticket, pass: &Pass<'_>) -> bool {
    #[cfg(feature = "sabotage")]
    if crate::sabotage::has(crate::sabotage::Bug::AnswerNotReadBack) {
        return true;
    }
    match issue.properties.get(marker::PROPERTY) {
        Some(property) => marker::is_of_subject(property, &pass.instance, pass.facts.subject.id),
        None => issue.key == ticket.key,
    }
}

/// Reads what the screen of the next transition demands and was not asked for yet.
pub async fn screen(
    jira: &Jira,
    facts: &Facts,
    wanted: &Desired,
    issue: &mut Issue,
    offered: &[Transition],
) -> Result<(), Failure> {
    let Some(ticket) = &facts.ticket else { return Ok(()) };
    let Some(hop) = workflow::hop(facts, ticket, wanted, issue, offered) else { return Ok(()) };
    let unknown =
        screen::asks_for(hop, wanted).map(|meta| &meta.id).filter(|id| !issue.fields.contains_key(id));
    let unknown: Vec<FieldId> = unknown.cloned().collect();
    if !unknown.is_empty() {
        let known = jira.load_issue(&issue.id, &unknown, &[]).await?;
        issue.fields.extend(known.fields);
    }
    Ok(())
}

/// The transitions that are open now; what is seen of the workflow is kept for later paths.
pub async fn transitions(
    jira: &Jira,
    pass: &mut Pass<'_>,
    issue: &Issue,
) -> Result<Vec<Transition>, Failure> {
    let transitions = jira.transitions(&issue.id).await?;
    let seen = Learned { from: issue.status.id.clone(), transitions: transitions.clone() };
    if !pass.facts.learned.contains(&seen) {
        pass.facts.learned.retain(|learned| learned.from != seen.from);
        pass.facts.learned.push(seen.clone());
        pass.learned.push(seen);
    }
    Ok(transitions)
}
