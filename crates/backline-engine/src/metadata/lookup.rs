//! Where the values of a field without a list of its own are searched.

use backline_clients::jira::{Jira, JiraError, jql};
use backline_core::ids::IssueKey;
use backline_core::jira::field::Choice;
use backline_core::jira::issue::{Issue, JiraProject, Person};
use backline_core::jira::kind::{Lookup, issue_links};
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
        Lookup::Issues => issues(jira, project, query).await?.iter().map(choice).collect(),
        Lookup::Links => links(jira, project, query).await?,
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
async fn issues(jira: &Jira, project: &JiraProject, query: &str) -> Result<Vec<Issue>, JiraError> {
    let fields = [SUMMARY.into()];
    if let Some(key) = IssueKey::typed(query) {
        let found = jira.bulk_fetch_keys(&[key], &fields, &[]).await?;
        return Ok(found);
    }
    // What cannot be quoted is in no summary.
    let (Ok(id), Ok(words)) = (jql::quote(project.id.as_str()), jql::quote(&format!("{query}*"))) else {
        return Ok(Vec::new());
    };
    let named = if query.is_empty() { String::new() } else { format!(" AND summary ~ {words}") };
    let page = jira.search(&format!("project = {id}{named} ORDER BY updated DESC"), &fields, None).await?;
    Ok(page.issues.into_iter().take(50).collect())
}

/// Issues as above, each with every way to link to it. A query can begin with one way: "blocks EX-1".
async fn links(jira: &Jira, project: &JiraProject, query: &str) -> Result<Vec<Choice>, JiraError> {
    let types = match jira.link_types().await {
        // Linking is switched off on this site.
        Err(JiraError::Gone) => return Ok(Vec::new()),
        types => types?,
    };
    let ends = types.iter().flat_map(|link| {
        [(&link.id, "outward", link.outward.as_str()), (&link.id, "inward", link.inward.as_str())]
    });
    let named: Vec<_> = ends.clone().filter(|(_, _, words)| begins_with(query, words)).collect();
    let longest = named.iter().map(|(_, _, words)| words.len()).max().unwrap_or(0);
    let found = issues(jira, project, query.get(longest..).unwrap_or_default().trim()).await?;
    let wanted: Vec<_> = if named.is_empty() { ends.collect() } else { named };
    let link = |issue: &Issue| {
        let issue = choice(issue);
        let of = |(id, end, words): &(&String, &str, &str)| {
            Choice::new(issue_links::element(id, end, &issue.id), format!("{words} {}", issue.label))
        };
        wanted.iter().map(of).collect::<Vec<_>>()
    };
    let mut all: Vec<Choice> = found.iter().flat_map(link).take(50).collect();
    all.dedup_by(|a, b| a.label == b.label);
    Ok(all)
}

fn begins_with(query: &str, words: &str) -> bool {
    query.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words))
}

fn choice(issue: &Issue) -> Choice {
    let summary = issue.fields.get(&SUMMARY.into()).and_then(Json::as_str).unwrap_or_default();
    Choice::new(issue.id.to_string(), format!("{} · {summary}", issue.key))
}
