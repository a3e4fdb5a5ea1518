//! Creating an issue.

use super::{Draft, Fence, check_required, diff, read, set, transition};
use crate::jira::call::Call;
use crate::jira::config::{Id, ScreenField};
use crate::jira::field::{ASSIGNEE, At, COMPONENTS, PARENT, REPORTER, id_in};
use crate::jira::issue::Issue;
use crate::jira::look::Look;
use crate::jira::refusal::{Problems, Refusal};
use crate::jira::state::{Counted, State};
use crate::jira::webhook::{self, Event};
use crate::journal::Batch;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// A created issue, and what became of the transition that the request asked for.
pub struct Created {
    pub id: Id,
    pub key: String,
    pub transition: Option<Value>,
}

struct Wanted {
    at: At,
    status: Id,
    draft: Draft,
    defaults: Vec<ScreenField>,
    /// The project's lead, where new issues go to the lead.
    lead: Option<&'static str>,
}

pub fn create(call: &Call, state: &mut State, body: &Value) -> Result<Created, Refusal> {
    let wanted = check(&call.look(state), body)?;
    let now_ms = call.site.clock.now_ms();
    let author = call.person.account_id;
    let mut batch = Batch::default();
    let mut issue = Issue {
        id: state.draw(Counted::Issue),
        key: state.draw_key(wanted.at.project),
        project: wanted.at.project,
        issue_type: wanted.at.issue_type,
        status: wanted.status,
        creator: author.to_owned(),
        created_ms: now_ms,
        updated_ms: now_ms,
        status_changed_ms: now_ms,
        ..Issue::default()
    };
    for on_screen in wanted.defaults {
        let default = on_screen.default.unwrap_or_default();
        let default = if on_screen.field == REPORTER { author.into() } else { default };
        set(&mut issue, on_screen.field, default);
    }
    if !issue.fields.contains_key(&REPORTER) {
        set(&mut issue, REPORTER, author.into());
    }
    let is_assigned = wanted.draft.values.contains_key(&ASSIGNEE);
    let more = wanted.draft.apply(call, state, &mut issue, now_ms, &mut batch);
    // An assignee who is named as null stays away; one who is not named is a component's or the project's own.
    let own = component_assignee(state, &issue).or(wanted.lead.map(str::to_owned));
    if let Some(assignee) = own.filter(|_| !is_assigned) {
        set(&mut issue, ASSIGNEE, assignee.into());
    }
    let (id, key) = (issue.id, issue.key.clone());
    state.put_issue(issue, now_ms, &mut batch);
    for event in [Event::Created].iter().chain(&more) {
        webhook::tell(call, state, id, event, &mut batch);
    }
    state.commit(&batch);
    let transition =
        body.get("transition").filter(|sent| !sent.is_null()).map(|sent| {
            match transition::run(call, state, &id.to_string(), &json!({"transition": sent})) {
                Ok(()) => json!({"status": 200, "errorCollection": {"errorMessages": [], "errors": {}}}),
                Err(refusal) => {
                    json!({"status": refusal.status().as_u16(), "errorCollection": refusal.into_body()})
                }
            }
        });
    Ok(Created { id, key, transition })
}

fn check(look: &Look, body: &Value) -> Result<Wanted, Refusal> {
    let at = place(look, body)?;
    let config = &look.state.config;
    if !look.may("CREATE_ISSUES", Some(at.project)) || config.admin.is_project_archived(at.project) {
        let text = "You do not have permission to create issues in this project.";
        return Err(Refusal::message(StatusCode::FORBIDDEN, text));
    }
    let screen = config.screen_of(at.project, at.issue_type);
    let mut problems = Problems::default();
    let draft = read(look, at, Fence::Screen(screen), None, body, &mut problems);
    check_required(look, screen, None, &draft, &mut problems);
    let is_subtask = config.issue_types.get(&at.issue_type).is_some_and(|t| t.is_subtask());
    if is_subtask && !draft.values.contains_key(&PARENT) && !problems.has_field("parent") {
        problems.field("issuetype", "Issue type is a sub-task but parent issue key or id not specified.");
    }
    problems.into_result()?;
    let missing = screen.iter().filter(|on_screen| on_screen.default.is_some());
    let missing = missing.filter(|on_screen| !draft.values.contains_key(&on_screen.field)).cloned();
    let status = config.workflow_of(at.project, at.issue_type).map(|workflow| workflow.initial);
    let project = config.projects.get(&at.project).filter(|project| project.is_lead_assigned);
    let lead = project.map(|project| project.lead);
    Ok(Wanted { at, status: status.unwrap_or_default(), defaults: missing.collect(), draft, lead })
}

/// Who gets the issue by its first component that says so.
fn component_assignee(state: &State, issue: &Issue) -> Option<String> {
    let project = state.config.projects.get(&issue.project)?;
    let ids = issue.fields.get(&COMPONENTS).and_then(Value::as_array)?.iter().filter_map(Value::as_u64);
    let mut components = ids.filter_map(|id| state.config.components.get(&id));
    components.find_map(|component| component.assignee(project)).map(str::to_owned)
}

/// Project and issue type of the request; nothing else can be checked without both.
fn place(look: &Look, body: &Value) -> Result<At, Refusal> {
    let none = Value::Null;
    let sent = |name: &str| body.get("fields").and_then(|fields| fields.get(name)).unwrap_or(&none);
    let config = &look.state.config;
    let named = |sent: &Value| id_in(sent, "id").or_else(|| id_in(sent, "key"));
    let mut problems = Problems::default();
    let project = named(sent("project")).and_then(|wanted| look.find_project(&wanted));
    if project.is_none() {
        problems.field("project", "Specify a valid project ID or key");
    }
    let wanted = sent("issuetype");
    let issue_type = project.and_then(|project| {
        let name = wanted.get("name").and_then(Value::as_str);
        let id = id_in(wanted, "id");
        project.types.iter().find(|row| match &id {
            Some(id) => row.issue_type.to_string() == *id,
            None => config.issue_types.get(&row.issue_type).is_some_and(|t| Some(t.name) == name),
        })
    });
    if project.is_some() && issue_type.is_none() || wanted.is_null() {
        let text =
            if wanted.is_null() { "Specify an issue type" } else { "The issue type selected is invalid." };
        problems.field("issuetype", text);
    }
    match (project, issue_type) {
        (Some(project), Some(row)) => Ok(At { project: project.id, issue_type: row.issue_type }),
        _ => Err(problems.into_refusal()),
    }
}

/// Writes the changes of `before` to `after` into the changelog, stores `after` and tells of them and of `more`.
pub fn store_changed(
    call: &Call,
    state: &mut State,
    before: &Issue,
    mut after: Issue,
    more: Vec<Event>,
    now_ms: i64,
    batch: &mut Batch,
) {
    let items = diff::items(&call.look(state), before, &after);
    let change = diff::record(state, &mut after, items, call.person.account_id, now_ms, batch);
    let id = after.id;
    state.put_issue(after, now_ms, batch);
    for event in change.map(Event::Updated).iter().chain(&more) {
        webhook::tell(call, state, id, event, batch);
    }
}
