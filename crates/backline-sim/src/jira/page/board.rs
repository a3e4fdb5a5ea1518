//! The board of a project: a column per status, the newest issues in each.

use super::visit::{Frame, Visit};
use crate::jira::config::{Category, Config, Id, Project};
use crate::jira::field::{ASSIGNEE, PRIORITY, SUMMARY};
use crate::jira::issue::Issue;
use crate::jira::look::Look;
use crate::jira::refusal::Refusal;
use crate::page;
use crate::people;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

const CARDS_MAX: usize = 50;
/// How many issues a column looks at for its cards; hidden ones count.
const LOOKED_AT_MAX: usize = 500;

/// An issue as a card or a row of a list.
#[derive(Debug)]
pub struct Card {
    pub key: String,
    pub summary: String,
    pub kind: Badge,
    pub status: Badge,
    pub priority: Option<Badge>,
    pub assignee: &'static str,
}

/// A word with the class that colours it.
#[derive(Debug)]
pub struct Badge {
    pub name: String,
    pub class: &'static str,
}

pub fn card(look: &Look, issue: &Issue) -> Card {
    let priorities = &look.state.config.priorities;
    let priority = priorities.iter().position(|row| Some(row.id) == issue.chosen(PRIORITY));
    Card {
        key: issue.key.clone(),
        summary: issue.text(SUMMARY).to_owned(),
        kind: kind(&look.state.config, issue.issue_type),
        status: status(&look.state.config, issue.status),
        priority: priority.map(|at| Badge {
            name: priorities[at].name.to_owned(),
            class: ["p1", "p2", "p3", "p4", "p5"][at.min(4)],
        }),
        assignee: people::find(issue.text(ASSIGNEE)).map(|person| person.name).unwrap_or_default(),
    }
}

pub fn status(config: &Config, id: Id) -> Badge {
    let status = config.statuses.get(&id);
    let class = match status.map(|status| status.category) {
        Some(Category::Indeterminate) => "indeterminate",
        Some(Category::Done) => "done",
        Some(Category::New) | None => "new",
    };
    Badge { name: status.map(|status| status.name.to_owned()).unwrap_or_default(), class }
}

pub fn kind(config: &Config, id: Id) -> Badge {
    let issue_type = config.issue_types.get(&id);
    let class = match issue_type.map(|issue_type| (issue_type.level, issue_type.name)) {
        Some((..=-1, _)) => "part",
        Some((1.., _)) => "epic",
        Some((_, "Bug")) => "bug",
        Some((_, "Story")) => "story",
        _ => "task",
    };
    Badge { name: issue_type.map(|issue_type| issue_type.name.to_owned()).unwrap_or_default(), class }
}

struct Column {
    status: Id,
    badge: Badge,
    count: Option<usize>,
    cards: Vec<Card>,
    has_more: bool,
}

#[derive(Template)]
#[template(path = "jira/board.html")]
struct BoardPage {
    frame: Frame,
    key: String,
    name: String,
    may_create: bool,
    columns: Vec<Column>,
}

pub async fn show(visit: Visit, Path((_, key)): Path<(String, String)>) -> Response {
    visit.answer(board(&visit, &key))
}

fn board(visit: &Visit, key: &str) -> Result<Response, Refusal> {
    let state = visit.call.site.read();
    let look = visit.call.look(&state);
    let project = look.find_project(key).ok_or_else(|| Refusal::no_project(key))?;
    let columns = statuses(&state.config, project).into_iter().map(|status| {
        let issues = state.newest_of(project.id, Some(status), Id::MAX).take(LOOKED_AT_MAX);
        let seen = issues.filter(|issue| look.lists(issue));
        let cards: Vec<Card> = seen.take(CARDS_MAX).map(|issue| card(&look, issue)).collect();
        Column {
            status,
            badge: self::status(&state.config, status),
            count: visit.counts().then(|| state.count(project.id, Some(status))),
            has_more: cards.len() == CARDS_MAX,
            cards,
        }
    });
    let page = BoardPage {
        columns: columns.collect(),
        key: project.key.clone(),
        name: project.name.clone(),
        may_create: look.may("CREATE_ISSUES", Some(project.id)),
        frame: visit.frame(),
    };
    Ok(page::html(StatusCode::OK, &page))
}

/// The statuses of every workflow of the project, in the order of the first that has them.
pub fn statuses(config: &Config, project: &Project) -> Vec<Id> {
    let mut statuses = Vec::new();
    for row in &project.types {
        for status in config.workflows.get(&row.workflow).into_iter().flat_map(|workflow| &workflow.statuses)
        {
            if !statuses.contains(status) {
                statuses.push(*status);
            }
        }
    }
    statuses
}
