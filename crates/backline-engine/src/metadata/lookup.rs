//! Where the values of a field without a list of its own are searched.

use backline_clients::jira::{Jira, JiraError, jql};
use backline_core::ids::IssueKey;
use backline_core::jira::field::Choice;
use backline_core::jira::issue::{Issue, JiraProject, Person};
use backline_core::jira::kind::Lookup;
use serde_json::Value as Json;

const SUMMARY: &str = "summary";

pub async fn find(
    jira: &Jira,
    project: &JiraProject,
    lookup: Lookup,
    query: &str,
) -> Result<Vec<Choice>, JiraError> {
    Ok(match lookup {
        Lookup::Nowhere | Lookup::Listed => Vec::new(),
        Lookup::Assignable => {
            jira.assignable_users(&project.id, query).await?.into_iter().map(person).collect()
        }
        Lookup::People => jira.users(query).await?.into_iter().map(person).collect(),
        Lookup::Groups => jira.groups(query).await?,
        Lookup::Projects => {
            let (projects, _) = jira.projects(query, 0).await?;
            let choice = |found: JiraProject| {
                Choice::new(found.id.to_string(), format!("{} · {}", found.key, found.name))
            };
            projects.into_iter().map(choice).collect()
        }
        Lookup::Issues => issues(jira, project, query).await?,
        Lookup::Labels => {
            let labels = jira.label_suggestions(query).await?;
            labels.into_iter().map(|label| Choice::new(label.clone(), label)).collect()
        }
    })
}

fn person(person: Person) -> Choice {
    Choice::new(person.account_id.to_string(), person.display_name)
}

/// By key wherever it is; by the words of its summary in the project itself, where the index lags a little.
async fn issues(jira: &Jira, project: &JiraProject, query: &str) -> Result<Vec<Choice>, JiraError> {
    let fields = [SUMMARY.into()];
    if is_key(query) {
        let found = jira.bulk_fetch_keys(&[IssueKey::new(query.to_uppercase())], &fields, &[]).await?;
        return Ok(found.iter().map(choice).collect());
    }
    // What cannot be quoted is in no summary.
    let (Ok(id), Ok(words)) = (jql::quote(project.id.as_str()), jql::quote(&format!("{query}*"))) else {
        return Ok(Vec::new());
    };
    let page = jira.search(&format!("project = {id} AND summary ~ {words}"), &fields, None).await?;
    Ok(page.issues.iter().take(50).map(choice).collect())
}

fn choice(issue: &Issue) -> Choice {
    let summary = issue.fields.get(&SUMMARY.into()).and_then(Json::as_str).unwrap_or_default();
    Choice::new(issue.id.to_string(), format!("{} · {summary}", issue.key))
}

/// `SEC-123`, in either case.
fn is_key(query: &str) -> bool {
    query.rsplit_once('-').is_some_and(|(project, number)| {
        let begins = project.starts_with(|first: char| first.is_ascii_alphabetic());
        begins
            && project.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
            && !number.is_empty()
            && number.chars().all(|digit| digit.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::is_key;

    #[test]
    fn a_key_is_told_from_words() {
        assert!(is_key("SEC-12") && is_key("a2_b-1"));
        assert!(
            !is_key("SEC") && !is_key("fix-me") && !is_key("12-1") && !is_key("SEC-") && !is_key("a b-1")
        );
    }
}
