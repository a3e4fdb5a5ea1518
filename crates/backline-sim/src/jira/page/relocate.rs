//! Moving an issue to another project: where to, what becomes of it there, and the move.

use super::On;
use super::board::Badge;
use super::form::Typed;
use super::visit::{Frame, Visit};
use super::{board, browse};
use crate::jira::call::Query;
use crate::jira::field::SUMMARY;
use crate::jira::refusal::Refusal;
use crate::jira::write::moving;
use crate::page::{self, Choice};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

/// What an issue becomes in the chosen project.
struct There {
    key: String,
    name: String,
    kinds: (Badge, Badge),
    statuses: (Badge, Badge),
    /// Fields that lose their values.
    cleared: Vec<String>,
}

#[derive(Template)]
#[template(path = "jira/move.html")]
struct MovePage {
    frame: Frame,
    key: String,
    summary: String,
    projects: Vec<Choice>,
    there: Option<There>,
}

pub async fn show(visit: Visit, Path((_, key)): On, query: Query) -> Response {
    visit.answer(render(&visit, &key, query.one("project")))
}

fn render(visit: &Visit, key: &str, wanted: Option<&str>) -> Result<Response, Refusal> {
    let state = visit.call.site.read();
    let look = visit.call.look(&state);
    let issue = look.issue_to_change(key)?;
    if !look.may("MOVE_ISSUES", Some(issue.project)) {
        return Err(moving::forbidden());
    }
    let config = &state.config;
    let there = match wanted {
        None => None,
        Some(wanted) => {
            let target = look.find_project(wanted).ok_or_else(|| Refusal::no_project(wanted))?;
            let (at, status) = moving::there(config, issue, target.id);
            let cleared = moving::left_behind(config, issue, target.id).into_iter();
            Some(There {
                key: target.key.clone(),
                name: target.name.clone(),
                kinds: (board::kind(config, issue.issue_type), board::kind(config, at.issue_type)),
                statuses: (board::status(config, issue.status), board::status(config, status)),
                cleared: cleared.map(|field| field.name.to_owned()).collect(),
            })
        }
    };
    let chosen = there.as_ref().map(|there| there.key.clone());
    let open = config.projects.values().filter(|project| look.lists_project(project));
    let others = open.filter(|project| project.id != issue.project);
    let projects = others.map(|project| {
        let label = format!("{} ({})", project.name, project.key);
        Choice::new(&project.key, label, chosen.as_ref() == Some(&project.key))
    });
    let page = MovePage {
        key: issue.key.clone(),
        summary: issue.text(SUMMARY).to_owned(),
        projects: projects.collect(),
        there,
        frame: visit.frame(),
    };
    Ok(page::html(StatusCode::OK, &page))
}

pub async fn run(visit: Visit, Path((_, key)): On, typed: Typed) -> Response {
    let moved = moving::run(&visit.call, &mut visit.call.site.write(), &key, typed.one("project"));
    browse::after(&visit, &key, &typed, moved)
}
