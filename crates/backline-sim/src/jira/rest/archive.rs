//! Archiving: issues by id or key, and whole projects, which can also be thrown away and brought back.

use super::{Answer, no_content, ok, project};
use crate::jira::admin::{AdminChange, PutAway, Standing, make};
use crate::jira::call::{Body, Call, Query};
use crate::jira::config::{Id, Project};
use crate::jira::refusal::Refusal;
use crate::jira::route::{CONFIGURATION, PROJECT_ADMIN, Route, WRITE, full};
use crate::jira::state::State;
use crate::jira::webhook::Flow;
use crate::jira::write;
use axum::extract::Path;
use axum::http::StatusCode;

pub fn routes() -> Vec<Route> {
    vec![
        full("PUT", "/issue/archive", WRITE, archive_issues),
        full("PUT", "/issue/unarchive", WRITE, unarchive_issues),
        full("POST", "/project/{project}/archive", PROJECT_ADMIN, archive),
        full("POST", "/project/{project}/restore", CONFIGURATION, restore),
        full("DELETE", "/project/{project}", CONFIGURATION, delete),
    ]
}

async fn archive_issues(call: Call, Body(body): Body) -> Answer {
    ok(write::archive::run(&call, &mut call.site.write(), &body, true)?)
}

async fn unarchive_issues(call: Call, Body(body): Body) -> Answer {
    ok(write::archive::run(&call, &mut call.site.write(), &body, false)?)
}

/// A project, put away or not, which only administrators may handle; for others it is not there.
fn find(call: &Call, state: &State, key: &str) -> Result<Project, Refusal> {
    let is_admin = call.look(state).may("ADMINISTER", None);
    let project = state.config.find_any_project(key).filter(|_| is_admin);
    project.cloned().ok_or_else(|| Refusal::no_project(key))
}

fn put(call: &Call, state: &mut State, project: Id, to: Standing) {
    let done = PutAway { at_ms: call.site.clock.now_ms(), by: call.person.account_id.to_owned() };
    make(state, AdminChange::Project { project, to, done: Some(done) }, "project", project);
}

async fn archive(call: Call, Path(key): Path<String>) -> Answer {
    let mut state = call.site.write();
    let look = call.look(&state);
    let id = look.find_project(&key).ok_or_else(|| Refusal::no_project(&key))?.id;
    if !look.may("ADMINISTER", None) {
        let text = "You do not have permission to archive projects.";
        return Err(Refusal::message(StatusCode::FORBIDDEN, text));
    }
    if state.config.admin.is_project_archived(id) {
        return Err(Refusal::bad("The project is already archived."));
    }
    put(&call, &mut state, id, Standing::Archived);
    no_content()
}

/// Out of the archive or the trash.
async fn restore(call: Call, Path(key): Path<String>) -> Answer {
    let mut state = call.site.write();
    let id = find(&call, &state, &key)?.id;
    let admin = &state.config.admin;
    if !admin.is_project_archived(id) && !admin.is_trashed(id) {
        return Err(Refusal::bad("The project is neither archived nor deleted."));
    }
    put(&call, &mut state, id, Standing::Live);
    let look = call.look(&state);
    let restored = state.config.projects.get(&id).ok_or_else(|| Refusal::no_project(&key))?;
    ok(project::whole(&look, restored))
}

/// Into the trash, or for good with all its issues.
async fn delete(call: Call, Path(key): Path<String>, query: Query) -> Answer {
    let mut state = call.site.write();
    let project = find(&call, &state, &key)?.id;
    if state.config.admin.is_project_archived(project) {
        return Err(Refusal::message(StatusCode::NOT_FOUND, "An archived project cannot be deleted."));
    }
    if query.one("enableUndo") != Some("false") {
        put(&call, &mut state, project, Standing::Trashed);
        return no_content();
    }
    let issues: Vec<Id> = state.issues_of(project).map(|issue| issue.id).collect();
    for issue in issues {
        write::delete::delete(&call, &mut state, issue, Flow::Secondary);
    }
    make(&mut state, AdminChange::ProjectGone { project }, "project", project);
    no_content()
}
