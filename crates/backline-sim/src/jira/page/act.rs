//! Cloning and deleting an issue.

use super::form::Typed;
use super::visit::{Frame, Visit};
use super::{On, browse};
use crate::jira::field::SUMMARY;
use crate::jira::refusal::Refusal;
use crate::jira::write;
use crate::page;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

pub async fn clone(visit: Visit, Path((_, key)): On) -> Response {
    let made = write::clone::run(&visit.call, &mut visit.call.site.write(), &key);
    browse::after(&visit, &key, &Typed::default(), made.map(|(_, key)| key))
}

#[derive(Template)]
#[template(path = "jira/delete.html")]
struct DeletePage {
    frame: Frame,
    key: String,
    summary: String,
    subtasks: usize,
}

pub async fn ask_delete(visit: Visit, Path((_, key)): On) -> Response {
    visit.answer(delete_page(&visit, &key))
}

fn delete_page(visit: &Visit, key: &str) -> Result<Response, Refusal> {
    let state = visit.call.site.read();
    let issue = visit.call.look(&state).find_issue(key).ok_or_else(Refusal::no_issue)?;
    let types = &state.config.issue_types;
    let children = state.children_of(issue.id);
    let subtasks =
        children.filter(|child| types.get(&child.issue_type).is_some_and(|kind| kind.is_subtask()));
    let page = DeletePage {
        frame: visit.frame(),
        key: issue.key.clone(),
        summary: issue.text(SUMMARY).to_owned(),
        subtasks: subtasks.count(),
    };
    Ok(page::html(StatusCode::OK, &page))
}

pub async fn delete(visit: Visit, Path((_, key)): On) -> Response {
    let mut state = visit.call.site.write();
    let project = state.find_issue(&key).and_then(|issue| state.config.projects.get(&issue.project));
    let board = project.map(|project| format!("/jira/projects/{}/board", project.key)).unwrap_or_default();
    let deleted = write::delete::run(&visit.call, &mut state, &key, true);
    drop(state);
    visit.answer(deleted.map(|()| visit.redirect(&board)))
}
