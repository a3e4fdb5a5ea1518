//! Reads what Jira has of a ticket: the fields that the mapping speaks of, the status, and, where the status
//! is to change, the transitions that are open.

use crate::failure::Failure;
use crate::pass::Pass;
use backline_clients::jira::{Jira, JiraError};
use backline_core::ids::FieldId;
use backline_core::jira::issue::Issue;
use backline_core::jira::workflow::Transition;
use backline_core::ticket::desired::Desired;
use backline_core::ticket::{Learned, Ticket};

/// The issue by its id, under whatever key it has now; `None` where it is gone or hidden from us.
pub async fn issue(jira: &Jira, ticket: &Ticket, wanted: &Desired) -> Result<Option<Issue>, Failure> {
    let fields: Vec<FieldId> = wanted.fields.iter().map(|wanted| wanted.field.id.clone()).collect();
    let (issues, _missing) = jira.bulk_fetch(std::slice::from_ref(&ticket.issue), &fields, &[]).await?;
    if let Some(issue) = issues.into_iter().find(|issue| issue.id == ticket.issue) {
        return Ok(Some(issue));
    }
    // Missing in a bulk answer is no proof: what could not be read for other reasons is listed there too.
    match jira.load_issue(&ticket.issue, &fields, &[]).await {
        Ok(issue) => Ok(Some(issue)),
        Err(JiraError::Gone) => Ok(None),
        Err(error) => Err(error.into()),
    }
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
