//! The sites, and a site's list of projects with a search.

use super::visit::{Frame, Visit};
use crate::jira::Jira;
use crate::jira::call::Query;
use crate::jira::refusal::Refusal;
use crate::page::{self, Note};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

const ROWS_MAX: usize = 50;

pub async fn sites(State(jira): State<Arc<Jira>>) -> Response {
    let texts = ["Each site has its own projects and issues.".to_owned()];
    page::html(StatusCode::OK, &Note { title: "Choose a site", texts: &texts, links: &jira.page_links() })
}

pub async fn home(visit: Visit) -> Response {
    visit.redirect("/jira/projects")
}

pub async fn home_of(visit: Visit, Path((_, project)): Path<(String, String)>) -> Response {
    let state = visit.call.site.read();
    let found = visit.call.look(&state).find_project(&project).ok_or_else(|| Refusal::no_project(&project));
    visit.answer(found.map(|project| visit.redirect(&format!("/jira/projects/{}/board", project.key))))
}

struct Row {
    key: String,
    name: String,
    kind: &'static str,
    issues: Option<usize>,
}

#[derive(Template)]
#[template(path = "jira/projects.html")]
struct ProjectsPage {
    frame: Frame,
    query: String,
    rows: Vec<Row>,
    total: usize,
    start: usize,
    next: Option<usize>,
}

pub async fn show(visit: Visit, query: Query) -> Response {
    let text = query.one("query").unwrap_or_default();
    let lower = text.to_lowercase();
    let start = query.number("start", 0);
    let state = visit.call.site.read();
    let look = visit.call.look(&state);
    let open = state.config.projects.values();
    let open = open.filter(|project| look.lists_project(project));
    let matching = open.filter(|project| {
        project.name.to_lowercase().contains(&lower) || project.key.to_lowercase().contains(&lower)
    });
    let matching: Vec<_> = matching.collect();
    let rows = matching.iter().skip(start).take(ROWS_MAX).map(|project| Row {
        key: project.key.clone(),
        name: project.name.clone(),
        kind: if project.is_team_managed { "Team-managed" } else { "Company-managed" },
        issues: visit.counts().then(|| state.count(project.id, None)),
    });
    let next = Some(start + ROWS_MAX).filter(|next| *next < matching.len());
    let rows = rows.collect();
    let page = ProjectsPage {
        frame: visit.frame(),
        query: text.to_owned(),
        rows,
        total: matching.len(),
        start,
        next,
    };
    page::html(StatusCode::OK, &page)
}
