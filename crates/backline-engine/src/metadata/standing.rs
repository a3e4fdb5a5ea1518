//! Whether what a search found once is still there: people, groups, projects and issues, by id.

use backline_clients::jira::{Jira, JiraError};
use backline_core::ids::{AccountId, IssueId};
use backline_core::jira::field::Choice;
use backline_core::jira::kind::{Lookup, issue_links};
use std::collections::BTreeSet;

/// The most groups of one answer.
const GROUPS_MAX: usize = 50;

/// Something that was chosen, with the search that found it.
pub type Wanted = (Lookup, Choice);

/// Of `wanted`, what the site does not have.
///
/// What the account that connected may not look at is believed to be there where Jira tells that apart: for people
/// and groups. A project or an issue that is hidden from it cannot be written into a ticket either.
pub async fn missing(jira: &Jira, wanted: &[Wanted]) -> Result<Vec<Wanted>, JiraError> {
    let of = |lookups: &[Lookup]| -> Vec<&Wanted> {
        wanted.iter().filter(|(lookup, _)| lookups.contains(lookup)).collect()
    };
    let mut missing = Vec::new();
    let people = of(&[Lookup::Assignable, Lookup::People]);
    if !people.is_empty() {
        let ids: BTreeSet<AccountId> = people.iter().map(|(_, choice)| choice.id.as_str().into()).collect();
        if let Some(there) = seen(jira.people(&ids.into_iter().collect::<Vec<_>>()).await)? {
            let is_there = |id: &str| there.iter().any(|person| person.account_id.as_str() == id);
            missing.extend(people.into_iter().filter(|(_, choice)| !is_there(&choice.id)));
        }
    }
    let issues = of(&[Lookup::Issues, Lookup::Links]);
    if !issues.is_empty() {
        let ids: Vec<IssueId> = issues.iter().map(|wanted| issue(wanted).into()).collect();
        if let Some((_, gone)) = seen(jira.bulk_fetch(&ids, &[], &[]).await)? {
            let is_gone = |wanted: &&Wanted| gone.iter().any(|id| id.as_str() == issue(wanted));
            missing.extend(issues.into_iter().filter(is_gone));
        }
    }
    for group in of(&[Lookup::Groups]) {
        let found = seen(jira.groups(&group.1.id).await)?;
        // A full page may have cut it off, and an empty one may mean that we may not look.
        let is_whole = |found: &Vec<Choice>| (1..GROUPS_MAX).contains(&found.len());
        if found.filter(is_whole).is_some_and(|found| !found.iter().any(|choice| choice.id == group.1.id)) {
            missing.push(group);
        }
    }
    for project in of(&[Lookup::Projects]) {
        if matches!(jira.load_project(&project.1.id).await, Err(JiraError::Gone)) {
            missing.push(project);
        }
    }
    Ok(missing.into_iter().cloned().collect())
}

fn issue((_, choice): &Wanted) -> &str {
    issue_links::issue_of(&choice.id).unwrap_or(&choice.id)
}

/// `None` where we may not look.
fn seen<T>(answer: Result<T, JiraError>) -> Result<Option<T>, JiraError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(JiraError::Forbidden { .. } | JiraError::ScopeMissing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
