//! What becomes of issues when something that they hold in a list is deleted: it is replaced, or goes.

use super::create::store_changed;
use super::set;
use crate::jira::call::Call;
use crate::jira::config::Id;
use crate::jira::field::FieldNo;
use crate::jira::issue::Issue;
use crate::jira::state::State;
use crate::journal::Batch;
use serde_json::Value;

/// Whether the list of an issue in `field` has `element`.
pub fn has(issue: &Issue, field: FieldNo, element: Id) -> bool {
    let list = issue.fields.get(&field).and_then(Value::as_array);
    list.is_some_and(|list| list.iter().any(|held| held.as_u64() == Some(element)))
}

/// Takes `gone` out of the lists of a project's issues; `instead` comes in where it is given and not there yet.
pub fn run(
    call: &Call,
    state: &mut State,
    project: Id,
    field: FieldNo,
    gone: Id,
    instead: Option<Id>,
    batch: &mut Batch,
) {
    let holding = state.issues_of(project).filter(|issue| has(issue, field, gone));
    let holding: Vec<Issue> = holding.cloned().collect();
    let now_ms = call.site.clock.now_ms();
    for before in holding {
        let mut list = before.fields.get(&field).and_then(Value::as_array).cloned().unwrap_or_default();
        list.retain(|held| held.as_u64() != Some(gone));
        if let Some(instead) = instead.filter(|instead| !has(&before, field, *instead)) {
            list.push(instead.into());
        }
        let mut after = before.clone();
        set(&mut after, field, if list.is_empty() { Value::Null } else { list.into() });
        store_changed(call, state, &before, after, Vec::new(), now_ms, batch);
    }
}
