//! The list of projects, with a search.

use super::call;
use crate::jira::Jira;
use crate::jira::call::Query;
use crate::jira::refusal::Refusal;
use crate::page::{self, escape};
use axum::extract::{Path, State};
use axum::response::{Html, Redirect};
use std::sync::Arc;

pub async fn home(Path(site): Path<String>) -> Redirect {
    Redirect::to(&format!("/sites/{site}/jira/projects"))
}

pub async fn show(
    State(jira): State<Arc<Jira>>,
    Path(site): Path<String>,
    query: Query,
) -> Result<Html<String>, Refusal> {
    let call = call(&jira, &site)?;
    let text = query.one("query").unwrap_or_default();
    let lower = text.to_lowercase();
    let state = call.site.read();
    let mut rows = String::new();
    for project in state.config.projects.values() {
        if !project.name.to_lowercase().contains(&lower) && !project.key.to_lowercase().contains(&lower) {
            continue;
        }
        let kind = if project.is_team_managed { "Team-managed" } else { "Company-managed" };
        rows.push_str(&format!(
            "<tr><td><a href=\"/sites/{site}/jira/projects/{key}/board\">{name}</a></td><td>{key}</td>\
             <td class=\"soft\">{kind}</td></tr>",
            site = call.site.name.slug,
            key = escape(&project.key),
            name = escape(&project.name),
        ));
    }
    let body = format!(
        "<h1>{title}: projects</h1><form class=\"card\"><label for=\"query\">Search</label>\
         <input type=\"text\" id=\"query\" name=\"query\" value=\"{}\"></form>\
         <div class=\"card\"><table><tr><th>Name</th><th>Key</th><th>Kind</th></tr>{rows}</table></div>",
        escape(text),
        title = call.site.name.title,
    );
    Ok(page::layout(&format!("{} projects", call.site.name.title), &[], &body))
}
