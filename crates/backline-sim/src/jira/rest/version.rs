//! Versions of a project: listing, making, changing, ordering, merging and deleting them.

mod order;
mod removal;

use super::{Answer, created, ok, page};
use crate::jira::call::{Body, Call, Query};
use crate::jira::config::{Category, Id, Project, Version};
use crate::jira::field::{FIX_VERSIONS, VERSIONS, id_in};
use crate::jira::issue::Issue;
use crate::jira::look::Look;
use crate::jira::refusal::{Problems, Refusal};
use crate::jira::route::{PROJECT_ADMIN, READ, Route, full, partial};
use crate::jira::state::{Counted, State};
use crate::jira::webhook::{self, VersionEvent};
use crate::jira::write::replace;
use crate::journal::Batch;
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

pub fn routes() -> Vec<Route> {
    vec![
        full("GET", "/project/{project}/versions", READ, all),
        partial("GET", "/project/{project}/version", READ, "orderBy, status, expand", list),
        partial("GET", "/version/{id}", READ, "expand", show),
        full("GET", "/version/{id}/relatedIssueCounts", READ, related),
        full("GET", "/version/{id}/unresolvedIssueCount", READ, unresolved),
        full("POST", "/version", PROJECT_ADMIN, create),
        partial("PUT", "/version/{id}", PROJECT_ADMIN, "moveUnfixedIssuesTo", update),
        full("POST", "/version/{id}/move", PROJECT_ADMIN, order::change),
        full("PUT", "/version/{id}/mergeto/{into}", PROJECT_ADMIN, removal::merge),
        full("DELETE", "/version/{id}", PROJECT_ADMIN, removal::delete),
        partial("POST", "/version/{id}/removeAndSwap", PROJECT_ADMIN, "custom fields", removal::swap),
    ]
}

/// Versions of a project in the order in which people have put them.
pub fn of_project(state: &State, project: Id) -> Vec<&Version> {
    let versions = state.config.versions.values();
    let mut versions: Vec<&Version> = versions.filter(|version| version.project == project).collect();
    versions.sort_by_key(|version| (version.sequence.unwrap_or(u64::MAX), version.id));
    versions
}

fn project<'a>(look: &Look<'a>, key: &str) -> Result<&'a Project, Refusal> {
    look.find_project(key).ok_or_else(|| Refusal::no_project(key))
}

async fn all(call: Call, Path(key): Path<String>) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let versions = of_project(&state, project(&look, &key)?.id);
    ok(versions.into_iter().map(|version| look.version_row(version)).collect())
}

async fn list(call: Call, Path(key): Path<String>, query: Query) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let text = query.one("query").unwrap_or_default().to_lowercase();
    let versions = of_project(&state, project(&look, &key)?.id).into_iter();
    let versions = versions.filter(|version| version.name.to_lowercase().contains(&text));
    let has_status = query.list("expand").contains(&"issuesstatus");
    let rows = versions.map(|version| {
        let mut row = look.version_row(version);
        if has_status {
            row["issuesStatusForFixVersion"] = issues_status(&look, version.id);
        }
        row
    });
    let rows = rows.collect();
    ok(page(&look, &format!("project/{key}/version"), &query, (50, 50), rows))
}

/// How many issues of a version are how far, as `expand=issuesstatus` shows it.
fn issues_status(look: &Look, version: Id) -> Value {
    let (mut to_do, mut in_progress, mut done) = (0_u64, 0_u64, 0_u64);
    for issue in look.state.issues_in_version(version) {
        match look.state.config.statuses.get(&issue.status).map(|status| status.category) {
            Some(Category::New) => to_do += 1,
            Some(Category::Indeterminate) => in_progress += 1,
            Some(Category::Done) => done += 1,
            None => {}
        }
    }
    json!({"unmapped": 0, "toDo": to_do, "inProgress": in_progress, "done": done})
}

fn absent() -> Refusal {
    Refusal::message(StatusCode::NOT_FOUND, "Could not find version.")
}

fn find<'a>(state: &'a State, id: &str) -> Result<&'a Version, Refusal> {
    id.parse().ok().and_then(|id: Id| state.config.versions.get(&id)).ok_or_else(absent)
}

/// A version that the caller may change.
fn owned(call: &Call, state: &State, id: &str) -> Result<Version, Refusal> {
    let version = find(state, id)?.clone();
    let may = call.look(state).may("ADMINISTER_PROJECTS", Some(version.project));
    if may { Ok(version) } else { Err(absent()) }
}

async fn show(call: Call, Path(id): Path<String>) -> Answer {
    let state = call.site.read();
    ok(call.look(&state).version_row(find(&state, &id)?))
}

async fn related(call: Call, Path(id): Path<String>) -> Answer {
    let state = call.site.read();
    let version = find(&state, &id)?;
    let count = |field| {
        state.issues_of(version.project).filter(|issue| replace::has(issue, field, version.id)).count()
    };
    ok(json!({
        "self": call.look(&state).rest(format_args!("version/{id}/relatedIssueCounts")),
        "issuesFixedCount": count(FIX_VERSIONS),
        "issuesAffectedCount": count(VERSIONS),
        "issueCountWithCustomFieldsShowingVersion": 0,
        "customFieldUsage": [],
    }))
}

async fn unresolved(call: Call, Path(id): Path<String>) -> Answer {
    let state = call.site.read();
    let version = find(&state, &id)?;
    let fixed = |issue: &&Issue| replace::has(issue, FIX_VERSIONS, version.id);
    let issues: Vec<_> = state.issues_of(version.project).filter(fixed).collect();
    let is_done = |status: &Id| state.config.statuses.get(status).map(|s| s.category) == Some(Category::Done);
    ok(json!({
        "self": call.look(&state).rest(format_args!("version/{id}/unresolvedIssueCount")),
        "issuesCount": issues.len(),
        "issuesUnresolvedCount": issues.iter().filter(|issue| !is_done(&issue.status)).count(),
    }))
}

/// The project that a body names by `project` or `projectId`, if the caller administers it.
pub fn target(call: &Call, state: &State, body: &Value) -> Result<Project, Refusal> {
    let wanted = id_in(body, "projectId").or_else(|| id_in(body, "project"));
    let Some(wanted) = wanted else { return Err(Refusal::field("project", "Project is required.")) };
    let look = call.look(state);
    let project = project(&look, &wanted)?;
    if !look.may("ADMINISTER_PROJECTS", Some(project.id)) {
        let text = format!(
            "Project with key '{}' either does not exist or you do not have permission to administer it.",
            project.key
        );
        return Err(Refusal::message(StatusCode::NOT_FOUND, text));
    }
    Ok(project.clone())
}

pub fn text(body: &Value, name: &str) -> Option<String> {
    body.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// The `name` of a body, which must be given and free.
pub fn name(body: &Value, is_taken: impl Fn(&str) -> bool) -> Result<String, Refusal> {
    let name = text(body, "name").unwrap_or_default();
    let mut problems = Problems::default();
    if name.is_empty() {
        problems.field("name", "You must specify a valid name");
    } else if name.chars().count() > 255 {
        problems.field("name", "The name cannot be longer than 255 characters");
    } else if is_taken(&name) {
        problems.field(
            "name",
            format!("A version or component with the name '{name}' already exists in this project."),
        );
    }
    problems.into_result()?;
    Ok(name)
}

fn is_taken(state: &State, project: Id, but: Id, name: &str) -> bool {
    of_project(state, project).iter().any(|version| version.id != but && version.name == name)
}

async fn create(call: Call, Body(body): Body) -> Answer {
    let mut state = call.site.write();
    let project = target(&call, &state, &body)?;
    let name = name(&body, |name| is_taken(&state, project.id, 0, name))?;
    let version = Version {
        id: state.draw(Counted::Version),
        project: project.id,
        name,
        description: text(&body, "description"),
        is_archived: body["archived"] == true,
        is_released: body["released"] == true,
        start_date: text(&body, "startDate"),
        release_date: text(&body, "releaseDate"),
        sequence: None,
    };
    keep(&call, &mut state, &version, &[VersionEvent::Created]);
    created(call.look(&state).version_row(&version))
}

/// Releasing is told as such; every other change as an update. Assumed: a release alone is not told twice.
async fn update(call: Call, Path(id): Path<String>, Body(body): Body) -> Answer {
    let mut state = call.site.write();
    let old = owned(&call, &state, &id)?;
    let flag = |name: &str, old: bool| body.get(name).and_then(Value::as_bool).unwrap_or(old);
    let mut version = old.clone();
    if body.get("name").is_some() {
        version.name = name(&body, |name| is_taken(&state, old.project, old.id, name))?;
    }
    version.is_archived = flag("archived", old.is_archived);
    version.is_released = flag("released", old.is_released);
    version.description = text(&body, "description").or(version.description);
    version.start_date = text(&body, "startDate").or(version.start_date);
    version.release_date = text(&body, "releaseDate").or(version.release_date);
    let mut events = Vec::new();
    if version.is_released != old.is_released {
        events.push(if version.is_released { VersionEvent::Released } else { VersionEvent::Unreleased });
    }
    if version != (Version { is_released: version.is_released, ..old }) {
        events.push(VersionEvent::Updated);
    }
    keep(&call, &mut state, &version, &events);
    ok(call.look(&state).version_row(&version))
}

fn keep(call: &Call, state: &mut State, version: &Version, events: &[VersionEvent]) {
    let mut batch = Batch::default();
    batch.put("version", version.id, version);
    state.config.change().versions.insert(version.id, version.clone());
    for event in events {
        webhook::tell_of_version(call, state, version, *event, &mut batch);
    }
    state.commit(&batch);
}
