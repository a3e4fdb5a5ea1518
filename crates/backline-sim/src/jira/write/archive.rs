//! Archiving issues, and bringing them back. Sub-tasks go with their parent and never alone.

use crate::jira::admin::{AdminChange, make};
use crate::jira::call::Call;
use crate::jira::config::Id;
use crate::jira::issue::Issue;
use crate::jira::refusal::Refusal;
use crate::jira::state::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

const ISSUES_MAX: usize = 1_000;

/// Archives or brings back the issues that a body names; answers how many, sub-tasks counted, and what is wrong
/// with the others.
///
/// Nothing is told to webhooks: whether Jira does is not known.
pub fn run(call: &Call, state: &mut State, body: &Value, is_archiving: bool) -> Result<Value, Refusal> {
    if !call.look(state).may("ADMINISTER", None) {
        let text = "Only admins can archive or unarchive issues. Access denied.";
        return Err(Refusal::message(StatusCode::FORBIDDEN, text));
    }
    let named = body.get("issueIdsOrKeys").and_then(Value::as_array).into_iter().flatten();
    let named: Vec<&str> = named.filter_map(Value::as_str).collect();
    let mut problems = Problems::default();
    let mut ids = Vec::new();
    for name in named.iter().take(ISSUES_MAX) {
        match check(call, state, name) {
            Ok(id) => ids.push(id),
            Err(problem) => problems.add(problem, name),
        }
    }
    if ids.is_empty() {
        return Err(Refusal::bad("No valid issue to archive or unarchive. Bad request."));
    }
    let subtasks: Vec<Id> = ids
        .iter()
        .flat_map(|id| state.children_of(*id))
        .filter(|c| is_subtask(state, c))
        .map(|c| c.id)
        .collect();
    ids.extend(subtasks);
    let admin = &state.config.admin;
    ids.retain(|id| admin.is_issue_archived(*id) != is_archiving);
    let changed = ids.len();
    for issue in ids {
        make(state, AdminChange::Issue { issue, archived: is_archiving }, "issue", issue);
    }
    if named.len() > ISSUES_MAX {
        let text = format!(
            "The number of issues to archive or unarchive exceeds the hard limit of {ISSUES_MAX}. \
             Precondition failed."
        );
        return Err(Refusal::message(StatusCode::PRECONDITION_FAILED, text));
    }
    Ok(json!({"numberOfIssuesUpdated": changed, "errors": problems.0}))
}

fn check(call: &Call, state: &State, name: &str) -> Result<Id, (&'static str, &'static str)> {
    let issue = state.find_issue(name).filter(|issue| call.look(state).is_in_reach(issue));
    let issue = issue.ok_or(("issuesNotFound", "Issue not found."))?;
    if state.config.admin.is_project_archived(issue.project) {
        return Err(("issuesInArchivedProjects", "Issue exists in archived project."));
    }
    if is_subtask(state, issue) {
        return Err(("issueIsSubtask", "Issue is subtask."));
    }
    Ok(issue.id)
}

fn is_subtask(state: &State, issue: &Issue) -> bool {
    state.config.issue_types.get(&issue.issue_type).is_some_and(|issue_type| issue_type.is_subtask())
}

/// Issues by what is wrong with them.
#[derive(Default)]
struct Problems(Map<String, Value>);

impl Problems {
    fn add(&mut self, (kind, message): (&str, &str), name: &str) {
        let none = || json!({"count": 0, "issueIdsOrKeys": [], "message": message});
        let problem = self.0.entry(kind).or_insert_with(none);
        if let Some(names) = problem["issueIdsOrKeys"].as_array_mut().filter(|n| !n.contains(&name.into())) {
            names.push(name.into());
            problem["count"] = problem["issueIdsOrKeys"].as_array().map_or(0, Vec::len).into();
        }
    }
}
