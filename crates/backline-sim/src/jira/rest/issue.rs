//! One issue: create, read, edit, delete, assign; its edit metadata.

use super::{Answer, created, no_content, ok, written};
use crate::jira::call::{Body, Call, Query};
use crate::jira::refusal::Refusal;
use crate::jira::route::{READ, Route, WRITE, full, partial};
use crate::jira::view::{Extras, View, Wanted, metadata};
use crate::jira::write;
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

pub fn routes() -> Vec<Route> {
    vec![
        full("POST", "/issue", WRITE, create),
        partial("GET", "/issue/{issue}", READ, "operations, versionedRepresentations", show),
        full("PUT", "/issue/{issue}", WRITE, edit),
        full("DELETE", "/issue/{issue}", WRITE, delete),
        full("PUT", "/issue/{issue}/assignee", WRITE, assign),
        full("GET", "/issue/{issue}/editmeta", READ, edit_metadata),
    ]
}

/// Connect and Forge apps alone may override screens. The text is assumed.
fn refuse_overrides(query: &Query) -> Result<(), Refusal> {
    match ["overrideScreenSecurity", "overrideEditableFlag"].iter().find(|flag| query.is_true(flag)) {
        Some(flag) => {
            let text = format!("The parameter '{flag}' is only for apps that administer Jira.");
            Err(Refusal::message(StatusCode::FORBIDDEN, text))
        }
        None => Ok(()),
    }
}

async fn create(call: Call, Body(body): Body) -> Answer {
    let mut state = call.site.write();
    let issue = write::create::create(&call, &mut state, &body)?;
    let mut answer = json!({
        "id": issue.id.to_string(),
        "key": issue.key,
        "self": call.look(&state).rest(format_args!("issue/{}", issue.id)),
    });
    if let Some(transition) = issue.transition {
        answer["transition"] = transition;
    }
    created(answer)
}

async fn show(call: Call, Path(key): Path<String>, query: Query) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let issue = look.find_issue(&key).ok_or_else(Refusal::no_issue)?;
    let wanted = Wanted::new(query.list("fields"), "*all");
    written(&View { look, issue, wanted: &wanted, extras: &Extras::from_query(&query) }, 1)
}

async fn edit(call: Call, Path(key): Path<String>, query: Query, Body(body): Body) -> Answer {
    refuse_overrides(&query)?;
    let mut state = call.site.write();
    let may_discard = call.look(&state).may("ADMINISTER_PROJECTS", None);
    if query.one("notifyUsers") == Some("false") && !may_discard {
        let text = "To discard the user notification either admin or project admin permissions are required.";
        return Err(Refusal::bad(text));
    }
    let id = write::edit::edit(&call, &mut state, &key, &body)?;
    if !query.is_true("returnIssue") {
        return no_content();
    }
    let look = call.look(&state);
    let issue = state.issue(id).ok_or_else(Refusal::no_issue)?;
    let (wanted, extras) = (Wanted::new([], "*all"), Extras::from_query(&query));
    written(&View { look, issue, wanted: &wanted, extras: &extras }, 1)
}

async fn delete(call: Call, Path(key): Path<String>, query: Query) -> Answer {
    write::delete::run(&call, &mut call.site.write(), &key, query.is_true("deleteSubtasks"))?;
    no_content()
}

async fn assign(call: Call, Path(key): Path<String>, Body(body): Body) -> Answer {
    let mut state = call.site.write();
    // "-1" is the project's own: its lead, or nobody.
    let lead = call.look(&state).find_issue(&key).and_then(|issue| {
        let project = state.config.projects.get(&issue.project)?;
        project.is_lead_assigned.then_some(project.lead)
    });
    let assignee = match body.get("accountId").and_then(Value::as_str) {
        Some("-1") => lead.map_or(Value::Null, |lead| json!({"accountId": lead})),
        Some(id) => json!({"accountId": id}),
        None => Value::Null,
    };
    write::edit::edit(&call, &mut state, &key, &json!({"fields": {"assignee": assignee}}))?;
    no_content()
}

async fn edit_metadata(call: Call, Path(key): Path<String>, query: Query) -> Answer {
    refuse_overrides(&query)?;
    let state = call.site.read();
    let look = call.look(&state);
    let issue = look.find_issue(&key).ok_or_else(Refusal::no_issue)?;
    ok(json!({"fields": metadata::edit_fields(&look, issue)}))
}
