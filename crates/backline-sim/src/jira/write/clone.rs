//! Cloning an issue, as a person does in the web interface: its fields with the labels, a prefix before the summary
//! and, from who may, a link, but no comments, no properties and no remote links.
//!
//! Source: <https://support.atlassian.com/jira-software-cloud/docs/clone-issues/>

use super::link;
use crate::jira::call::Call;
use crate::jira::config::Id;
use crate::jira::field::{REPORTER, RESOLUTION, SUMMARY};
use crate::jira::issue::Issue;
use crate::jira::refusal::Refusal;
use crate::jira::state::{Counted, State};
use crate::jira::webhook::{self, Event};
use crate::journal::Batch;
use serde_json::json;

const PREFIX: &str = "CLONE - ";
/// In characters; what does not fit behind the prefix is cut.
const SUMMARY_MAX: usize = 255;

/// Gives the clone's id and key.
pub fn run(call: &Call, state: &mut State, id_or_key: &str) -> Result<(Id, String), Refusal> {
    let look = call.look(state);
    let original = look.find_issue(id_or_key).ok_or_else(Refusal::no_issue)?.clone();
    let is_archived = state.config.admin.is_project_archived(original.project);
    if is_archived || !look.may("CREATE_ISSUES", Some(original.project)) {
        return Err(Refusal::bad("You do not have permission to create issues in this project."));
    }
    let may_link = look.may("LINK_ISSUES", Some(original.project));
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
        worklogs: Vec::new(),
        attachments: Vec::new(),
        ..original.clone()
    };
    let summary: String = PREFIX.chars().chain(original.text(SUMMARY).chars()).take(SUMMARY_MAX).collect();
    clone.fields.insert(SUMMARY, summary.into());
    clone.fields.insert(REPORTER, call.person.account_id.into());
    clone.fields.remove(&RESOLUTION);
    let (id, key) = (clone.id, clone.key.clone());
    let mut batch = Batch::default();
    state.put_issue(clone, now_ms, &mut batch);
    webhook::tell(call, state, id, &Event::Created, &mut batch);
    state.commit(&batch);
    if may_link {
        let ends = json!({
            "type": {"name": "Cloners"}, "inwardIssue": {"key": key}, "outwardIssue": {"key": original.key},
        });
        link::create(call, state, &ends)?;
    }
    Ok((id, key))
}
