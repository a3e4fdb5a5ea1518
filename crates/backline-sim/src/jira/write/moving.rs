//! Moving an issue to another project, as a person does in the web interface. There is no REST call for it.

use super::diff;
use super::set;
use crate::jira::call::Call;
use crate::jira::config::{Config, Field, Id};
use crate::jira::field::{At, COMPONENTS, FIX_VERSIONS, FieldNo, VERSIONS};
use crate::jira::issue::{ChangeItem, Issue};
use crate::jira::refusal::Refusal;
use crate::jira::state::State;
use crate::jira::webhook::{self, Event};
use crate::journal::Batch;
use axum::http::StatusCode;
use serde_json::Value;

/// Fields whose values belong to a project, and stay behind.
const BOUND: [FieldNo; 3] = [COMPONENTS, VERSIONS, FIX_VERSIONS];

pub fn forbidden() -> Refusal {
    let text = "You do not have permission to move issues in this project.";
    Refusal::message(StatusCode::FORBIDDEN, text)
}

/// The type and status that the issue would have in a project.
pub fn there(config: &Config, issue: &Issue, project: Id) -> (At, Id) {
    let at = At { project, issue_type: type_there(config, issue, project) };
    (at, status_there(config, issue, at))
}

/// The fields that lose their values in another project.
pub fn left_behind<'a>(config: &'a Config, issue: &Issue, project: Id) -> Vec<&'a Field> {
    let fields = issue.fields.keys().filter_map(|no| config.fields.get(no));
    let is_left = |field: &&Field| BOUND.contains(&field.no) || !field.is_in(project);
    fields.filter(|_| project != issue.project).filter(is_left).collect()
}

/// Gives the issue a new key. Its type and status become the ones of the same name there, else the first; what
/// belongs to the old project alone is cleared. The old key goes on answering.
pub fn run(call: &Call, state: &mut State, id_or_key: &str, project: &str) -> Result<String, Refusal> {
    let look = call.look(state);
    let before = look.issue_to_change(id_or_key)?.clone();
    if !look.may("MOVE_ISSUES", Some(before.project)) {
        return Err(forbidden());
    }
    let config = &state.config;
    let target = look.find_project(project).ok_or_else(|| Refusal::no_project(project))?;
    let (at, status) = there(config, &before, target.id);
    let left: Vec<FieldNo> =
        left_behind(config, &before, target.id).into_iter().map(|field| field.no).collect();
    let names = [before.project, at.project].map(|id| config.projects.get(&id).map(|p| p.name.clone()));

    let now_ms = call.site.clock.now_ms();
    let mut batch = Batch::default();
    let mut after = before.clone();
    if at.project != before.project {
        after.key = state.draw_key(at.project);
        after.old_keys.push(before.key.clone());
        left.into_iter().for_each(|no| set(&mut after, no, Value::Null));
    }
    (after.project, after.issue_type, after.status) = (at.project, at.issue_type, status);
    let mut items = diff::items(&call.look(state), &before, &after);
    if at.project != before.project {
        let [from, to] = names;
        items.push(moved("project", Some(before.project.to_string()), from, at.project.to_string(), to));
        let (old, new) = (before.key.clone(), after.key.clone());
        items.push(ChangeItem {
            field: "Key".into(),
            field_id: "key".into(),
            is_custom: false,
            from: None,
            from_text: Some(old),
            to: None,
            to_text: Some(new),
        });
    }
    let change = diff::record(state, &mut after, items, call.person.account_id, now_ms, &mut batch);
    let key = after.key.clone();
    state.put_issue(after, now_ms, &mut batch);
    if let Some(change) = change {
        webhook::tell(call, state, before.id, &Event::Updated(change), &mut batch);
    }
    state.commit(&batch);
    Ok(key)
}

/// Gives every issue of a project that was renamed its key anew; the numbers stay.
pub fn take_new_keys(state: &mut State, project: Id, now_ms: i64) {
    let Some(key) = state.config.projects.get(&project).map(|project| project.key.clone()) else { return };
    let is_old = |issue: &&Issue| issue.key.rsplit_once('-').is_some_and(|(old, _)| old != key);
    let issues: Vec<Issue> = state.issues_of(project).filter(is_old).cloned().collect();
    let mut batch = Batch::default();
    for mut issue in issues {
        let new = format!("{key}-{}", issue.number());
        issue.old_keys.push(std::mem::replace(&mut issue.key, new));
        state.put_issue(issue, now_ms, &mut batch);
    }
    state.commit(&batch);
}

fn moved(
    field: &str,
    from: Option<String>,
    from_text: Option<String>,
    to: String,
    to_text: Option<String>,
) -> ChangeItem {
    ChangeItem {
        field: field.into(),
        field_id: field.into(),
        is_custom: false,
        from,
        from_text,
        to: Some(to),
        to_text,
    }
}

fn type_there(config: &Config, issue: &Issue, project: Id) -> Id {
    let name = |id: Id| config.issue_types.get(&id).map(|issue_type| issue_type.name);
    let types = config.projects.get(&project).map_or(&[][..], |project| &project.types);
    let same = types.iter().find(|row| name(row.issue_type) == name(issue.issue_type));
    same.or(types.first()).map_or(issue.issue_type, |row| row.issue_type)
}

fn status_there(config: &Config, issue: &Issue, at: At) -> Id {
    let name = |id: Id| config.statuses.get(&id).map(|status| status.name);
    let Some(workflow) = config.workflow_of(at.project, at.issue_type) else { return issue.status };
    let same = workflow.statuses.iter().find(|id| name(**id) == name(issue.status));
    same.copied().unwrap_or(workflow.initial)
}
