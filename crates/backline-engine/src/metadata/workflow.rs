//! The workflow of an issue type as issues of the project show it: nothing else tells it to an account that is no
//! administrator.

use backline_clients::jira::{Jira, JiraError, jql};
use backline_core::ids::{IssueId, IssueTypeId, JiraProjectId, StatusId};
use backline_core::ticket::Learned;
use std::collections::{BTreeMap, BTreeSet};

/// Issues that are asked for their transitions in one look.
const LOOKS_MAX: usize = 10;

/// What is offered from every status in which one of the newest hundred issues stands, but those of `known`.
pub async fn look(
    jira: &Jira,
    project: &JiraProjectId,
    issue_type: &IssueTypeId,
    known: &BTreeSet<StatusId>,
) -> Result<Vec<Learned>, JiraError> {
    // Ids are Jira's own; what cannot be quoted is none.
    let (Ok(of), Ok(kind)) = (jql::quote(project.as_str()), jql::quote(issue_type.as_str())) else {
        return Ok(Vec::new());
    };
    let page = jira
        .search(&format!("project = {of} AND issuetype = {kind} ORDER BY updated DESC"), &[], None)
        .await?;
    let mut newest: BTreeMap<StatusId, IssueId> = BTreeMap::new();
    for issue in page.issues.into_iter().filter(|issue| !known.contains(&issue.status.id)) {
        newest.entry(issue.status.id).or_insert(issue.id);
    }
    let mut learned = Vec::new();
    for (from, issue) in newest.into_iter().take(LOOKS_MAX) {
        match jira.transitions(&issue).await {
            Ok(transitions) => learned.push(Learned { from, transitions }),
            // Deleted or hidden between the two questions.
            Err(JiraError::Gone | JiraError::Forbidden { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(learned)
}
