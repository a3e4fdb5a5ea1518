//! The issues of a project as a list with a search, the newest first.
//!
//! A page looks at a bounded number of issues, so a search that finds little says how far it came and goes on from
//! there.

use super::board::{Card, card, statuses};
use super::visit::{Frame, Visit};
use crate::jira::call::Query;
use crate::jira::config::Id;
use crate::jira::field::{LABELS, SUMMARY};
use crate::jira::issue::Issue;
use crate::jira::refusal::Refusal;
use crate::page::{self, Choice};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

const ROWS_MAX: usize = 50;
const LOOKED_AT_MAX: usize = 5_000;

#[derive(Template)]
#[template(path = "jira/list.html")]
struct ListPage {
    frame: Frame,
    key: String,
    name: String,
    may_create: bool,
    text: String,
    status: String,
    statuses: Vec<Choice>,
    rows: Vec<Card>,
    total: Option<usize>,
    is_first: bool,
    /// Where the next page goes on.
    older: Option<Id>,
    /// How many issues were looked at, when the search stopped before the page was full.
    stopped_after: Option<usize>,
}

pub async fn show(visit: Visit, Path((_, key)): Path<(String, String)>, query: Query) -> Response {
    visit.answer(list(&visit, &key, &query))
}

fn list(visit: &Visit, key: &str, query: &Query) -> Result<Response, Refusal> {
    let state = visit.call.site.read();
    let look = visit.call.look(&state);
    let config = &state.config;
    let project = look.find_project(key).ok_or_else(|| Refusal::no_project(key))?;
    let text = query.one("text").unwrap_or_default().trim();
    let status: Option<Id> = query.one("status").and_then(|id| id.parse().ok());
    let before: Option<Id> = query.one("before").and_then(|id| id.parse().ok());
    let lower = text.to_lowercase();
    let (mut rows, mut looked_at, mut last, mut has_more) = (Vec::new(), 0, None, false);
    for issue in state.newest_of(project.id, status, before.unwrap_or(Id::MAX)) {
        if rows.len() == ROWS_MAX || looked_at == LOOKED_AT_MAX {
            has_more = true;
            break;
        }
        (looked_at, last) = (looked_at + 1, Some(issue.id));
        if look.lists(issue) && is_meant(issue, &lower) {
            rows.push(card(&look, issue));
        }
    }
    let choice =
        |id: Id| Choice::new(id.to_string(), super::board::status(config, id).name, status == Some(id));
    let all = Choice::new("", "Any status", status.is_none());
    let page = ListPage {
        key: project.key.clone(),
        name: project.name.clone(),
        may_create: look.may("CREATE_ISSUES", Some(project.id)),
        text: text.to_owned(),
        status: status.map(|id| id.to_string()).unwrap_or_default(),
        statuses: std::iter::once(all).chain(statuses(config, project).into_iter().map(choice)).collect(),
        total: (visit.counts() && text.is_empty()).then(|| state.count(project.id, status)),
        is_first: before.is_none(),
        older: last.filter(|_| has_more),
        stopped_after: (has_more && rows.len() < ROWS_MAX).then_some(looked_at),
        rows,
        frame: visit.frame(),
    };
    Ok(page::html(StatusCode::OK, &page))
}

/// Whether the text is in the summary, or is the key or a label.
fn is_meant(issue: &Issue, lower: &str) -> bool {
    let mut labels = issue.fields.get(&LABELS).and_then(Value::as_array).into_iter().flatten();
    lower.is_empty()
        || issue.text(SUMMARY).to_lowercase().contains(lower)
        || issue.key.eq_ignore_ascii_case(lower)
        || labels.any(|label| label.as_str().is_some_and(|label| label.eq_ignore_ascii_case(lower)))
}
