//! What Jira says of its projects, issue types, fields and workflows, for the pages that map them.

mod lookup;
mod standing;
mod workflow;

use crate::context::Context;
use crate::failure::Failure;
use backline_clients::jira::{Jira, JiraError};
use backline_core::ids::{ConnectionId, IssueTypeId, JiraProjectId, StatusId};
use backline_core::jira::field::{Choice, FieldMeta};
use backline_core::jira::issue::{IssueType, JiraProject};
use backline_core::jira::kind::Lookup;
use backline_core::jira::workflow::Status;
use backline_core::mapping::Mapping;
use backline_core::mapping::doctor::{self, Chosen};
use backline_core::ticket::Learned;
use standing::Wanted;
use std::collections::BTreeSet;

/// Some of a site's projects.
#[derive(Debug, Clone, Default)]
pub struct ProjectPage {
    pub projects: Vec<JiraProject>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<u64>,
}

/// Projects in which the account that connected may create issues.
pub async fn projects(
    cx: &Context,
    id: ConnectionId,
    query: &str,
    start_at: u64,
) -> Result<ProjectPage, Failure> {
    let (projects, next) = ask(cx, id, move |jira| {
        let query = query.to_owned();
        async move { jira.projects(&query, start_at).await }
    })
    .await?;
    Ok(ProjectPage { projects, next })
}

pub async fn project(cx: &Context, id: ConnectionId, key: &str) -> Result<JiraProject, Failure> {
    ask(cx, id, move |jira| {
        let key = key.to_owned();
        async move { jira.load_project(&key).await }
    })
    .await
}

pub async fn issue_types(
    cx: &Context,
    id: ConnectionId,
    project: &JiraProjectId,
) -> Result<Vec<IssueType>, Failure> {
    ask(cx, id, move |jira| {
        let project = project.to_owned();
        async move { jira.issue_types(&project).await }
    })
    .await
}

/// The fields of the create screen, as this account may see them.
pub async fn create_fields(
    cx: &Context,
    id: ConnectionId,
    project: &JiraProjectId,
    issue_type: &IssueTypeId,
) -> Result<Vec<FieldMeta>, Failure> {
    ask(cx, id, move |jira| {
        let project = project.to_owned();
        let issue_type = issue_type.to_owned();
        async move { jira.create_fields(&project, &issue_type).await }
    })
    .await
}

/// The statuses that an issue type can have.
pub async fn statuses(
    cx: &Context,
    id: ConnectionId,
    project: &JiraProjectId,
    issue_type: &IssueTypeId,
) -> Result<Vec<Status>, Failure> {
    ask(cx, id, move |jira| {
        let project = project.to_owned();
        let issue_type = issue_type.to_owned();
        async move { jira.statuses(&project, &issue_type).await }
    })
    .await
}

/// What a field can be set to, of what its search finds.
pub async fn choices(
    cx: &Context,
    id: ConnectionId,
    project: &JiraProject,
    lookup: Lookup,
    query: &str,
) -> Result<Vec<Choice>, Failure> {
    ask(cx, id, move |jira| {
        let (project, query) = (project.clone(), query.trim().to_owned());
        async move { lookup::find(&jira, &project, lookup, &query).await }
    })
    .await
}

/// What a mapping takes from searches of the site, of what is not there any more.
pub async fn gone<'m>(
    cx: &Context,
    id: ConnectionId,
    mapping: &'m Mapping,
) -> Result<Vec<Chosen<'m>>, Failure> {
    let chosen = doctor::chosen(mapping);
    if chosen.is_empty() {
        return Ok(chosen);
    }
    let wanted: Vec<Wanted> = chosen.iter().map(|one| (one.lookup, one.choice.clone())).collect();
    let missing = ask(cx, id, |jira| {
        let wanted = wanted.clone();
        async move { standing::missing(&jira, &wanted).await }
    })
    .await?;
    let is_missing = |one: &Chosen<'_>| {
        missing.iter().any(|(lookup, choice)| *lookup == one.lookup && choice.id == one.choice.id)
    };
    Ok(chosen.into_iter().filter(is_missing).collect())
}

/// What issues of the project show of its workflow, but from the statuses in `known`.
pub async fn workflow(
    cx: &Context,
    id: ConnectionId,
    (project, issue_type): (&JiraProjectId, &IssueTypeId),
    known: &BTreeSet<StatusId>,
) -> Result<Vec<Learned>, Failure> {
    ask(cx, id, |jira| {
        let (project, issue_type, known) = (project.clone(), issue_type.clone(), known.clone());
        async move { workflow::look(&jira, &project, &issue_type, &known).await }
    })
    .await
}

/// Jira's resolutions, for the screens of closing transitions.
pub async fn resolutions(cx: &Context, id: ConnectionId) -> Result<FieldMeta, Failure> {
    ask(cx, id, |jira| async move { jira.resolution_field().await }).await
}

/// Asks with a good token; one that Jira no longer takes is renewed once, and the question asked once more.
///
/// The question owns what it asks with: a borrowed one could not move between threads.
pub(crate) async fn ask<T, F>(
    cx: &Context,
    id: ConnectionId,
    question: impl Fn(Jira) -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Result<T, JiraError>>,
{
    let permit = cx.grants.jira(cx, id).await?;
    let answer = question(permit.clone()).await;
    let token = permit.token;
    drop(permit);
    match answer {
        Err(error) if token.may_have_ended(&error, cx.clock.now()) => {
            cx.grants.renew(cx, id, token.version).await?;
            let permit = cx.grants.jira(cx, id).await?;
            Ok(question(permit.clone()).await?)
        }
        other => Ok(other?),
    }
}
