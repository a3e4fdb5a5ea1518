//! Versions and components of a project, and making them.

use super::{Answer, created, ok, page};
use crate::jira::call::{Body, Call, Query};
use crate::jira::config::{Category, Component, Id, Project, Version};
use crate::jira::field::id_in;
use crate::jira::look::Look;
use crate::jira::refusal::{Problems, Refusal};
use crate::jira::route::{PROJECT_ADMIN, READ, Route, full, partial};
use crate::jira::state::{Counted, State};
use crate::journal::Batch;
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

pub fn routes() -> Vec<Route> {
    vec![
        full("GET", "/project/{project}/versions", READ, all_versions),
        full("GET", "/project/{project}/version", READ, versions),
        full("GET", "/project/{project}/components", READ, all_components),
        full("GET", "/project/{project}/component", READ, components),
        full("GET", "/version/{id}", READ, show_version),
        full("GET", "/component/{id}", READ, show_component),
        full("POST", "/version", PROJECT_ADMIN, create_version),
        full("POST", "/component", PROJECT_ADMIN, create_component),
        partial("PUT", "/version/{id}", PROJECT_ADMIN, "moving issues, ordering", update_version),
    ]
}

fn version_rows(look: &Look, project: &Project, text: &str) -> Vec<Value> {
    let versions = look.state.config.versions.values();
    let of_project = versions.filter(|version| version.project == project.id && version.name.contains(text));
    of_project.map(|version| look.version_row(version)).collect()
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

fn component_rows(look: &Look, project: &Project) -> Vec<Value> {
    let components = look.state.config.components.values();
    let of_project = components.filter(|component| component.project == project.id);
    of_project.map(|component| component_row(look, project, component)).collect()
}

fn component_row(look: &Look, project: &Project, component: &Component) -> Value {
    let mut row = look.component_ref(component);
    row["assigneeType"] = "PROJECT_DEFAULT".into();
    row["realAssigneeType"] = "UNASSIGNED".into();
    row["isAssigneeTypeValid"] = false.into();
    row["project"] = project.key.clone().into();
    row["projectId"] = project.id.into();
    row
}

fn project<'a>(state: &'a State, key: &str) -> Result<&'a Project, Refusal> {
    state.config.find_project(key).ok_or_else(|| Refusal::no_project(key))
}

async fn all_versions(call: Call, Path(key): Path<String>) -> Answer {
    let state = call.site.read();
    ok(Value::Array(version_rows(&call.look(&state), project(&state, &key)?, "")))
}

async fn versions(call: Call, Path(key): Path<String>, query: Query) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let mut rows = version_rows(&look, project(&state, &key)?, query.one("query").unwrap_or_default());
    if query.list("expand").contains(&"issuesstatus") {
        for row in &mut rows {
            let version = row["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
            row["issuesStatusForFixVersion"] = issues_status(&look, version);
        }
    }
    ok(page(&look, &format!("project/{key}/version"), &query, (50, 50), rows))
}

async fn all_components(call: Call, Path(key): Path<String>) -> Answer {
    let state = call.site.read();
    ok(Value::Array(component_rows(&call.look(&state), project(&state, &key)?)))
}

async fn components(call: Call, Path(key): Path<String>, query: Query) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let rows = component_rows(&look, project(&state, &key)?);
    ok(page(&look, &format!("project/{key}/component"), &query, (50, 50), rows))
}

async fn show_version(call: Call, Path(id): Path<String>) -> Answer {
    let state = call.site.read();
    let version = id.parse().ok().and_then(|id| state.config.versions.get(&id)).ok_or_else(no_version)?;
    ok(call.look(&state).version_row(version))
}

async fn show_component(call: Call, Path(id): Path<String>) -> Answer {
    let state = call.site.read();
    let component = id.parse().ok().and_then(|id| state.config.components.get(&id));
    let component = component.ok_or_else(|| {
        Refusal::message(StatusCode::NOT_FOUND, format!("The component with id {id} does not exist."))
    })?;
    let project = project(&state, &component.project.to_string())?;
    ok(component_row(&call.look(&state), project, component))
}

fn no_version() -> Refusal {
    Refusal::message(StatusCode::NOT_FOUND, "Could not find version.")
}

/// The project that a body names by `project` or `projectId`, if the caller administers it.
fn target(call: &Call, state: &State, body: &Value) -> Result<Project, Refusal> {
    let wanted = id_in(body, "projectId").or_else(|| id_in(body, "project"));
    let Some(wanted) = wanted else { return Err(Refusal::field("project", "Project is required.")) };
    let project = project(state, &wanted)?;
    if !call.look(state).may("ADMINISTER_PROJECTS", Some(project.id)) {
        let text = format!(
            "Project with key '{}' either does not exist or you do not have permission to administer it.",
            project.key
        );
        return Err(Refusal::message(StatusCode::NOT_FOUND, text));
    }
    Ok(project.clone())
}

fn text(body: &Value, name: &str) -> Option<String> {
    body.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn name(body: &Value, is_taken: impl Fn(&str) -> bool) -> Result<String, Refusal> {
    let name = text(body, "name").unwrap_or_default();
    let mut problems = Problems::default();
    if name.is_empty() {
        problems.field("name", "You must specify a valid name");
    } else if is_taken(&name) {
        problems.field(
            "name",
            format!("A version or component with the name '{name}' already exists in this project."),
        );
    }
    problems.into_result()?;
    Ok(name)
}

async fn create_version(call: Call, Body(body): Body) -> Answer {
    let mut state = call.site.write();
    let project = target(&call, &state, &body)?;
    let versions = &state.config.versions;
    let name = name(&body, |name| versions.values().any(|v| v.project == project.id && v.name == name))?;
    let version = Version {
        id: state.draw(Counted::Version),
        project: project.id,
        name,
        description: text(&body, "description"),
        is_archived: body["archived"] == true,
        is_released: body["released"] == true,
        start_date: text(&body, "startDate"),
        release_date: text(&body, "releaseDate"),
    };
    keep(&mut state, &version);
    created(call.look(&state).version_row(&version))
}

async fn update_version(call: Call, Path(id): Path<String>, Body(body): Body) -> Answer {
    let mut state = call.site.write();
    let version = id.parse().ok().and_then(|id| state.config.versions.get(&id));
    let mut version = version.ok_or_else(no_version)?.clone();
    if !call.look(&state).may("ADMINISTER_PROJECTS", Some(version.project)) {
        return Err(no_version());
    }
    let flag = |name: &str, old: bool| body.get(name).and_then(Value::as_bool).unwrap_or(old);
    version.is_archived = flag("archived", version.is_archived);
    version.is_released = flag("released", version.is_released);
    version.name = text(&body, "name").unwrap_or(version.name);
    version.description = text(&body, "description").or(version.description);
    version.start_date = text(&body, "startDate").or(version.start_date);
    version.release_date = text(&body, "releaseDate").or(version.release_date);
    keep(&mut state, &version);
    ok(call.look(&state).version_row(&version))
}

fn keep(state: &mut State, version: &Version) {
    let mut batch = Batch::default();
    batch.put("version", version.id, version);
    state.commit(&batch);
    state.config.versions.insert(version.id, version.clone());
}

async fn create_component(call: Call, Body(body): Body) -> Answer {
    let mut state = call.site.write();
    let project = target(&call, &state, &body)?;
    let components = &state.config.components;
    let name = name(&body, |name| components.values().any(|c| c.project == project.id && c.name == name))?;
    let component = Component {
        id: state.draw(Counted::Component),
        project: project.id,
        name,
        description: text(&body, "description"),
    };
    let mut batch = Batch::default();
    batch.put("component", component.id, &component);
    state.commit(&batch);
    state.config.components.insert(component.id, component.clone());
    created(component_row(&call.look(&state), &project, &component))
}
