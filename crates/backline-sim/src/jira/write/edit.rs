//! Editing an issue: fields, update verbs and properties. The status never changes here.

use super::create::store_changed;
use super::{Fence, check_required, read};
use crate::jira::call::Call;
use crate::jira::config::Id;
use crate::jira::field::At;
use crate::jira::refusal::{Problems, Refusal};
use crate::jira::state::State;
use crate::journal::Batch;
use axum::http::StatusCode;
use serde_json::Value;

/// Edits without checking a screen, as `PUT /issue` does.
pub fn edit(call: &Call, state: &mut State, id_or_key: &str, body: &Value) -> Result<Id, Refusal> {
    let look = call.look(state);
    let before = look.issue_to_change(id_or_key)?.clone();
    if !look.may("EDIT_ISSUES", Some(before.project)) {
        let text = "You do not have permission to edit issues in this project.";
        return Err(Refusal::message(StatusCode::FORBIDDEN, text));
    }
    let at = At { project: before.project, issue_type: before.issue_type };
    let mut problems = Problems::default();
    let draft = read(&look, at, Fence::Open, Some(&before), body, &mut problems);
    let screen = look.state.config.screen_of(at.project, at.issue_type);
    let touched = screen.iter().filter(|on_screen| draft.values.contains_key(&on_screen.field));
    let touched: Vec<_> = touched.cloned().collect();
    check_required(&look, &touched, Some(&before), &draft, &mut problems);
    problems.into_result()?;

    let now_ms = call.site.clock.now_ms();
    let mut batch = Batch::default();
    let mut after = before.clone();
    let more = draft.apply(call, state, &mut after, now_ms, &mut batch);
    store_changed(call, state, &before, after, more, now_ms, &mut batch);
    state.commit(&batch);
    Ok(before.id)
}
