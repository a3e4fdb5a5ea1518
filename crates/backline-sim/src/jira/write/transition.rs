//! Moving an issue through its workflow.

use super::create::store_changed;
use super::{Draft, Fence, check_required, read, set};
use crate::jira::call::Call;
use crate::jira::config::{Condition, Id, PostFunction, Transition, Validator};
use crate::jira::field::{ASSIGNEE, At, FieldNo, RESOLUTION, id_in};
use crate::jira::issue::Issue;
use crate::jira::look::Look;
use crate::jira::refusal::{Problems, Refusal};
use crate::jira::state::State;
use crate::journal::Batch;
use serde_json::Value;

/// The transitions that the viewer can take from where the issue is.
pub fn offered<'a>(look: &Look<'a>, issue: &Issue) -> Vec<&'a Transition> {
    let leaving = leaving(look, issue).into_iter();
    leaving.filter(|transition| meets(look, issue, transition)).collect()
}

/// Every transition from where the issue is, also those whose condition the viewer fails.
pub fn leaving<'a>(look: &Look<'a>, issue: &Issue) -> Vec<&'a Transition> {
    let is_put_away = look.state.config.admin.is_archived(issue.id, issue.project);
    if is_put_away || !look.may("TRANSITION_ISSUES", Some(issue.project)) {
        return Vec::new();
    }
    let workflow = look.state.config.workflow_of(issue.project, issue.issue_type);
    let transitions = workflow.into_iter().flat_map(|workflow| &workflow.transitions);
    transitions.filter(|transition| transition.is_offered_from(issue.status)).collect()
}

/// Whether the viewer meets the condition of a transition.
pub fn meets(look: &Look, issue: &Issue, transition: &Transition) -> bool {
    match transition.condition {
        None => true,
        Some(Condition::OnlyAssignee) => issue.text(ASSIGNEE) == look.viewer.account_id,
        Some(Condition::OnlyAdministrators) => look.may("ADMINISTER_PROJECTS", Some(issue.project)),
    }
}

/// Fails as a validator does: with the administrator's words, and no field named.
fn check_validator(issue: &Issue, transition: &Transition, draft: &Draft) -> Result<(), Refusal> {
    let Some((validator, text)) = transition.validator else { return Ok(()) };
    let holds = match validator {
        Validator::HasComment => !draft.comments.is_empty(),
        Validator::HasValue(field) => match draft.values.get(&field) {
            Some(value) => !value.is_null(),
            None => issue.fields.contains_key(&field),
        },
    };
    if holds { Ok(()) } else { Err(Refusal::bad(text)) }
}

/// Takes the transition that `body` names, with the fields of its screen.
pub fn run(call: &Call, state: &mut State, id_or_key: &str, body: &Value) -> Result<(), Refusal> {
    let look = call.look(state);
    let before = look.issue_to_change(id_or_key)?.clone();
    let Some(wanted) = body.get("transition").and_then(|sent| id_in(sent, "id")) else {
        return Err(Refusal::bad("Missing 'transition' identifier"));
    };
    let transition = offered(&look, &before).into_iter().find(|offer| offer.id.to_string() == wanted);
    let Some(transition) = transition else {
        let text = format!("Transition id '{wanted}' is not valid for this issue.");
        return Err(Refusal::bad(text));
    };
    let at = At { project: before.project, issue_type: before.issue_type };
    let mut problems = Problems::default();
    let screen = transition.screen.as_deref().unwrap_or(&[]);
    let draft = read(&look, at, Fence::Screen(screen), Some(&before), body, &mut problems);
    if transition.screen.is_none() && !draft.comments.is_empty() {
        let text = "Field 'comment' cannot be set. It is not on the appropriate screen, or unknown.";
        problems.field("comment", text);
    }
    check_required(&look, screen, Some(&before), &draft, &mut problems);
    validate(&look, &before, transition.id, &draft, &mut problems);
    problems.into_result()?;
    check_validator(&before, transition, &draft)?;

    let (to, post) = (transition.to, transition.post);
    let now_ms = call.site.clock.now_ms();
    let mut batch = Batch::default();
    let mut after = before.clone();
    after.status = to;
    after.updated_ms = now_ms;
    if after.status != before.status {
        after.status_changed_ms = now_ms;
    }
    let more = draft.apply(call, state, &mut after, now_ms, &mut batch);
    match post {
        PostFunction::None => {}
        PostFunction::ClearResolution => set(&mut after, RESOLUTION, Value::Null),
        PostFunction::SetResolution(id) => set(&mut after, RESOLUTION, id.into()),
    }
    after.resolved_ms = match (after.chosen(RESOLUTION), before.resolved_ms) {
        (None, _) => None,
        (Some(_), Some(at_ms)) => Some(at_ms),
        (Some(_), None) => Some(now_ms),
    };
    store_changed(call, state, &before, after, more, now_ms, &mut batch);
    state.commit(&batch);
    Ok(())
}

/// The rule that no metadata shows: the administrator's prose, which names no field.
fn validate(look: &Look, issue: &Issue, transition: Id, draft: &Draft, problems: &mut Problems) {
    let config = &look.state.config;
    let Some(row) = config.type_in(issue.project, issue.issue_type) else { return };
    let Some(validator) = config.admin.validator(row.workflow, transition) else { return };
    let is_filled = |field: FieldNo| match draft.values.get(&field) {
        Some(value) => !value.is_null(),
        None => issue.fields.contains_key(&field),
    };
    if !validator.field.is_some_and(is_filled) {
        problems.message(&validator.text);
    }
}
