//! Deleting an issue, with its sub-tasks when asked.

use crate::jira::call::Call;
use crate::jira::config::Id;
use crate::jira::refusal::Refusal;
use crate::jira::state::State;
use crate::jira::webhook::{self, Event, Flow};
use crate::journal::Batch;
use axum::http::StatusCode;

/// Deletes an issue. One that has sub-tasks is refused unless they may go with it.
pub fn run(call: &Call, state: &mut State, id_or_key: &str, with_subtasks: bool) -> Result<(), Refusal> {
    let look = call.look(state);
    let issue = look.find_issue(id_or_key).ok_or_else(Refusal::no_issue)?;
    let id = issue.id;
    if !look.may("DELETE_ISSUES", Some(issue.project)) {
        let text = "You do not have permission to delete issues in this project.";
        return Err(Refusal::message(StatusCode::FORBIDDEN, text));
    }
    let is_subtask = |issue_type: Id| {
        state.config.issue_types.get(&issue_type).is_some_and(|issue_type| issue_type.is_subtask())
    };
    let children = state.children_of(id).filter(|child| is_subtask(child.issue_type));
    let subtasks: Vec<Id> = children.map(|child| child.id).collect();
    if !subtasks.is_empty() && !with_subtasks {
        return Err(Refusal::bad(format!(
            "The issue '{id_or_key}' has subtasks. You must specify the 'deleteSubtasks' parameter to delete this \
             issue and all its subtasks."
        )));
    }
    delete(call, state, id, Flow::Primary);
    subtasks.into_iter().for_each(|subtask| delete(call, state, subtask, Flow::Secondary));
    Ok(())
}

/// Deletes one issue and tells of it. Its comments go with it, which is told as a consequence.
pub fn delete(call: &Call, state: &mut State, id: Id, flow: Flow) {
    let comments = state.issue(id).map(|issue| issue.comments.clone()).unwrap_or_default();
    let mut batch = Batch::default();
    webhook::tell(call, state, id, &Event::Deleted(flow), &mut batch);
    for comment in comments {
        webhook::tell(call, state, id, &Event::CommentDeleted(comment, Flow::Secondary), &mut batch);
    }
    state.delete_issue(id, call.site.clock.now_ms(), batch);
}
