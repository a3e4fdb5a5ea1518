//! The board of a project: a column per status, the newest issues in each.

use super::call;
use crate::jira::Jira;
use crate::jira::config::{Category, Id};
use crate::jira::field::{ASSIGNEE, PRIORITY, SUMMARY};
use crate::jira::issue::Issue;
use crate::jira::look::Look;
use crate::jira::refusal::Refusal;
use crate::page::{self, escape};
use crate::people;
use axum::extract::{Path, State};
use axum::response::Html;
use std::sync::Arc;

const CARDS_MAX: usize = 50;

pub async fn show(
    State(jira): State<Arc<Jira>>,
    Path((site, key)): Path<(String, String)>,
) -> Result<Html<String>, Refusal> {
    let call = call(&jira, &site)?;
    let state = call.site.read();
    let look = call.look(&state);
    let config = &state.config;
    let project = config.find_project(&key).ok_or_else(|| Refusal::no_project(&key))?;
    let workflow = project.types.first().and_then(|row| config.workflows.get(&row.workflow));
    let mut columns = String::new();
    for status in workflow.into_iter().flat_map(|workflow| &workflow.statuses) {
        let Some(status) = config.statuses.get(status) else { continue };
        let (count, issues) = state.column(project.id, status.id);
        let cards: String =
            issues.rev().take(CARDS_MAX).map(|issue| card(&look, call.site.name.slug, issue)).collect();
        columns.push_str(&format!(
            "<section class=\"column\"><h2>{} <span class=\"tag {}\">{count}</span></h2>{cards}</section>",
            escape(status.name),
            category(status.category),
        ));
    }
    let body = format!("<h1>{} board</h1><div class=\"board\">{columns}</div>", escape(&project.name));
    let projects = format!("/sites/{}/jira/projects", call.site.name.slug);
    Ok(page::layout(&format!("{} board", project.key), &[(call.site.name.title, &projects)], &body))
}

pub fn category(category: Category) -> &'static str {
    match category {
        Category::New => "new",
        Category::Indeterminate => "indeterminate",
        Category::Done => "done",
    }
}

fn card(look: &Look, site: &str, issue: &Issue) -> String {
    let named = |id: Option<Id>| look.state.config.priorities.iter().find(|row| Some(row.id) == id);
    let priority = named(issue.chosen(PRIORITY)).map(|row| row.name).unwrap_or_default();
    let assignee = people::find(issue.text(ASSIGNEE)).map(|person| person.name).unwrap_or_default();
    format!(
        "<a href=\"/sites/{site}/browse/{key}\">{}<br><span class=\"soft\">{key}</span> \
         <span class=\"tag\">{priority}</span><span class=\"soft\">{assignee}</span></a>",
        escape(issue.text(SUMMARY)),
        key = escape(&issue.key),
    )
}
