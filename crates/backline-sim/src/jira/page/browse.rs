//! The page of one issue: what it holds, what happened to it, and the ways to change it.

mod activity;
mod detail;
mod links;

use super::On;
use super::board::{self, Badge, Card};
use super::form::{Typed, Wrongs};
use super::visit::{Frame, Visit};
use crate::jira::adf;
use crate::jira::call::Query;
use crate::jira::config::Id;
use crate::jira::field::{DESCRIPTION, PARENT, SUMMARY};
use crate::jira::issue::Issue;
use crate::jira::look::Look;
use crate::jira::refusal::Refusal;
use crate::jira::write::transition;
use crate::page::{self, Choice};
use activity::{ChangeLine, CommentLine};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use detail::{Detail, Shown};
use links::{IssueLine, WebLine};

/// How many sub-tasks or children are shown.
const CHILDREN_MAX: usize = 100;

struct Move {
    id: Id,
    name: String,
    to: Badge,
    has_screen: bool,
}

/// What the person may do here.
struct May {
    edit: bool,
    comment: bool,
    link: bool,
    relocate: bool,
    create: bool,
    delete: bool,
}

#[derive(Template)]
#[template(path = "jira/issue.html")]
struct IssuePage {
    frame: Frame,
    may: May,
    key: String,
    summary: String,
    project_key: String,
    project_name: String,
    parent: Option<(String, String)>,
    kind: Badge,
    status: Badge,
    moves: Vec<Move>,
    description: String,
    web_links: Vec<WebLine>,
    issue_links: Vec<IssueLine>,
    link_types: Vec<Choice>,
    children: Vec<Card>,
    /// The type of sub-tasks in this project, where the issue may have some.
    subtask_type: Option<Id>,
    comments: Vec<CommentLine>,
    comments_total: usize,
    /// How many comments to ask for to see earlier ones.
    earlier_comments: Option<usize>,
    changes: Vec<ChangeLine>,
    earlier_changes: Option<usize>,
    is_history_open: bool,
    details: Vec<Detail>,
    wrongs: Vec<String>,
    /// What was typed into the forms of this page when it was refused.
    comment: String,
    other: String,
}

pub async fn show(visit: Visit, Path((_, key)): On, query: Query) -> Response {
    visit.answer(render(&visit, &key, &query, &Wrongs::default(), &Typed::default()))
}

/// Goes back to the issue, whose key `done` gives; or shows it with what went wrong and what was typed.
pub fn after(visit: &Visit, key: &str, typed: &Typed, done: Result<String, Refusal>) -> Response {
    match done {
        Ok(key) => visit.redirect(&format!("/browse/{key}")),
        Err(refusal) => visit.answer(render(visit, key, &Query::default(), &Wrongs::from(refusal), typed)),
    }
}

fn render(
    visit: &Visit,
    key: &str,
    query: &Query,
    wrongs: &Wrongs,
    typed: &Typed,
) -> Result<Response, Refusal> {
    let state = visit.call.site.read();
    let look = visit.call.look(&state);
    let issue = look.find_issue(key).ok_or_else(Refusal::no_issue)?;
    let config = &state.config;
    let project = config.projects.get(&issue.project);
    let parent = issue.chosen(PARENT).and_then(|id| state.issue(id)).filter(|parent| look.sees(parent));
    let (comments, comments_total) =
        activity::comments(&look, issue, query.number("comments", activity::SHOWN));
    let changes = activity::changes(issue, query.number("changes", activity::SHOWN));
    let children = state.children_of(issue.id).filter(|child| look.sees(child)).take(CHILDREN_MAX);
    let texts = wrongs.messages.iter().chain(wrongs.fields.values());
    let page = IssuePage {
        frame: visit.frame(),
        may: may(&look, issue),
        key: issue.key.clone(),
        summary: issue.text(SUMMARY).to_owned(),
        project_key: project.map(|project| project.key.clone()).unwrap_or_default(),
        project_name: project.map(|project| project.name.clone()).unwrap_or_default(),
        parent: parent.map(|parent| (parent.key.clone(), parent.text(SUMMARY).to_owned())),
        kind: board::kind(config, issue.issue_type),
        status: board::status(config, issue.status),
        moves: moves(&look, issue),
        description: adf::html::of_document(issue.text(DESCRIPTION)),
        web_links: links::web(issue),
        issue_links: links::issues(&look, issue),
        link_types: links::types(config),
        children: children.map(|child| board::card(&look, child)).collect(),
        subtask_type: subtask_type(&look, issue),
        comments_total,
        earlier_comments: activity::earlier(comments.len(), comments_total),
        comments,
        earlier_changes: activity::earlier(changes.len(), issue.changes.len()),
        changes,
        is_history_open: query.one("changes").is_some(),
        details: detail::details(&look, issue),
        wrongs: texts.cloned().collect(),
        comment: typed.one("comment").to_owned(),
        other: typed.one("issue").to_owned(),
    };
    let is_refused = !page.wrongs.is_empty();
    Ok(page::html(if is_refused { wrongs.status } else { StatusCode::OK }, &page))
}

/// Nothing but a look at one that is archived.
fn may(look: &Look, issue: &Issue) -> May {
    let is_open = !look.state.config.admin.is_archived(issue.id, issue.project);
    let holds = |key: &str| is_open && look.may(key, Some(issue.project));
    May {
        edit: holds("EDIT_ISSUES"),
        comment: holds("ADD_COMMENTS"),
        link: holds("LINK_ISSUES"),
        relocate: holds("MOVE_ISSUES"),
        create: holds("CREATE_ISSUES"),
        delete: holds("DELETE_ISSUES"),
    }
}

fn moves(look: &Look, issue: &Issue) -> Vec<Move> {
    let offered = transition::offered(look, issue).into_iter();
    let row = |offer: &crate::jira::config::Transition| Move {
        id: offer.id,
        name: offer.name.to_owned(),
        to: board::status(&look.state.config, offer.to),
        has_screen: offer.screen.is_some(),
    };
    offered.map(row).collect()
}

fn subtask_type(look: &Look, issue: &Issue) -> Option<Id> {
    let config = &look.state.config;
    let level = |id: Id| config.issue_types.get(&id).map_or(0, |issue_type| issue_type.level);
    if level(issue.issue_type) != 0 {
        return None;
    }
    let types = config.projects.get(&issue.project).map_or(&[][..], |project| &project.types);
    types.iter().map(|row| row.issue_type).find(|id| level(*id) < 0)
}
