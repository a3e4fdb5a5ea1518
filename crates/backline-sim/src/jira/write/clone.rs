//! Cloning an issue, as a person does in the web interface: its fields with the labels, a prefix before the summary
//! and a link, but no comments, no properties and no remote links.
//!
//! Source: <https://support.atlassian.com/jira-software-cloud/docs/clone-issues/>

use super::link;
use crate::jira::call::Call;
use crate::jira::config::Id;
use crate::jira::field::{REPORTER, RESOLUTION, SUMMARY};
use crate::jira::issue::Issue;
use crate::jira::refusal::Refusal;
use crate::jira::state::{Counted, State};
use crate::journal::Batch;
use serde_json::json;

/// Gives the clone's id and key.
pub fn run(call: &Call, state: &mut State, id_or_key: &str) -> Result<(Id, String), Refusal> {
    let original = call.look(state).find_issue(id_or_key).ok_or_else(Refusal::no_issue)?.clone();
    let workflow = state.config.workflow_of(original.project, original.issue_type);
    let status = workflow.map_or(original.status, |workflow| workflow.initial);
    let now_ms = call.site.clock.now_ms();
    let mut clone = Issue {
        id: state.draw(Counted::Issue),
        key: state.draw_key(original.project),
        status,
        creator: call.person.account_id.to_owned(),
        created_ms: now_ms,
        updated_ms: now_ms,
        resolved_ms: None,
        status_changed_ms: now_ms,
        old_keys: Vec::new(),
        comments: Vec::new(),
        changes: Vec::new(),
        properties: Default::default(),
        remote_links: Vec::new(),
        links: Vec::new(),
        ..original.clone()
    };
    clone.fields.insert(SUMMARY, format!("CLONE - {}", original.text(SUMMARY)).into());
    clone.fields.insert(REPORTER, call.person.account_id.into());
    clone.fields.remove(&RESOLUTION);
    let (id, key) = (clone.id, clone.key.clone());
    let mut batch = Batch::default();
    state.put_issue(clone, now_ms, &mut batch);
    state.commit(&batch);
    let ends = json!({"type": {"name": "Cloners"}, "inwardIssue": {"key": key}, "outwardIssue": {"key": original.key}});
    link::create(call, state, &ends)?;
    Ok((id, key))
}
