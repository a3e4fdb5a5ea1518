//! Suggestions of issues while a person types.

use super::{Answer, ok};
use crate::jira::call::{Call, Query};
use crate::jira::field::{PARENT, SUMMARY};
use crate::jira::issue::Issue;
use crate::jira::jql;
use crate::jira::look::Look;
use crate::jira::route::{READ, Route, partial};
use crate::page::escape;
use serde_json::{Value, json};

const SHOWN_MAX: usize = 20;
/// How many issues are looked at, however large the site.
const LOOKED_AT_MAX: usize = 1_000;

pub fn routes() -> Vec<Route> {
    let missing = "a history of its own for each person: the latest changes stand for it";
    vec![partial("GET", "/issue/picker", READ, missing, suggest)]
}

async fn suggest(call: Call, query: Query) -> Answer {
    let now_ms = call.site.clock.now_ms();
    let state = call.site.read_index();
    let look = call.look(&state);
    let wanted = Wanted::new(&look, &query);
    let latest = state.index.latest(LOOKED_AT_MAX).filter_map(|id| state.issue(id));
    let mut sections = vec![section("hs", "History Search", &look, &wanted, latest.collect())];
    if let Some(text) = query.one("currentJQL").filter(|text| !text.trim().is_empty()) {
        // What is no JQL finds nothing, as nobody can be told here.
        let found = jql::parse(text)
            .map(|query| jql::search(&look, &query, None, LOOKED_AT_MAX, &[], now_ms).ids)
            .unwrap_or_default();
        let issues = found.iter().filter_map(|id| state.issue(*id)).collect();
        sections.push(section("cs", "Current Search", &look, &wanted, issues));
    }
    ok(json!({"sections": sections}))
}

/// What a suggestion must be.
struct Wanted<'a> {
    text: String,
    without: Option<&'a Issue>,
    parent: Option<u64>,
    project: Option<&'a str>,
    with_subtasks: bool,
}

impl<'a> Wanted<'a> {
    fn new(look: &Look<'a>, query: &'a Query) -> Self {
        let current = query.one("currentIssueKey").and_then(|key| look.find_issue(key));
        let hides_parent = query.one("showSubTaskParent") == Some("false");
        Self {
            text: query.one("query").unwrap_or_default().trim().to_lowercase(),
            without: current,
            parent: current.filter(|_| hides_parent).and_then(|issue| issue.chosen(PARENT)),
            project: query.one("currentProjectId").filter(|id| !id.is_empty()),
            with_subtasks: query.one("showSubTasks") != Some("false"),
        }
    }

    fn is(&self, look: &Look, issue: &Issue) -> bool {
        let summary = issue.text(SUMMARY).to_lowercase();
        let has_text = self.text.is_empty()
            || issue.key.to_lowercase().contains(&self.text)
            || self.text.split_whitespace().all(|word| summary.contains(word));
        let is_subtask = || {
            let issue_type = look.state.config.issue_types.get(&issue.issue_type);
            issue_type.is_some_and(|issue_type| issue_type.is_subtask())
        };
        has_text
            && look.lists(issue)
            && self.without.is_none_or(|without| without.id != issue.id)
            && self.parent != Some(issue.id)
            && self.project.is_none_or(|project| project == issue.project.to_string())
            && (self.with_subtasks || !is_subtask())
    }
}

fn section(id: &str, label: &str, look: &Look, wanted: &Wanted, issues: Vec<&Issue>) -> Value {
    let fit: Vec<&Issue> = issues.into_iter().filter(|issue| wanted.is(look, issue)).collect();
    let rows: Vec<Value> = fit.iter().take(SHOWN_MAX).map(|issue| row(look, &wanted.text, issue)).collect();
    let mut section = json!({"id": id, "label": label, "issues": rows});
    if fit.is_empty() {
        section["msg"] = "No matching issues found".into();
    } else {
        section["sub"] = format!("Showing {} of {} matching issues", rows.len(), fit.len()).into();
    }
    section
}

fn row(look: &Look, text: &str, issue: &Issue) -> Value {
    let issue_type = look.state.config.issue_types.get(&issue.issue_type);
    let image = issue_type.map(|issue_type| look.issue_type(issue_type)["iconUrl"].take());
    json!({
        "id": issue.id,
        "key": issue.key,
        "keyHtml": bold(&issue.key, text),
        "img": image,
        "summary": bold(issue.text(SUMMARY), text),
        "summaryText": issue.text(SUMMARY),
    })
}

/// The text as HTML with the first place of `part` in bold, where letters keep their length in lower case.
fn bold(text: &str, part: &str) -> String {
    let lower = text.to_lowercase();
    let at = lower.find(part).filter(|_| !part.is_empty() && lower.len() == text.len());
    let Some((before, rest)) = at.and_then(|at| text.split_at_checked(at)) else { return escape(text) };
    let Some((found, after)) = rest.split_at_checked(part.len()) else { return escape(text) };
    format!("{}<b>{}</b>{}", escape(before), escape(found), escape(after))
}
