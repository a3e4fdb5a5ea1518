//! Components of a project: listing, making, changing and deleting them. The lead of one may become the assignee of
//! an issue that is created with it.

use super::version::{name, target, text};
use super::{Answer, created, no_content, ok, page};
use crate::jira::call::{Body, Call, Query};
use crate::jira::config::{AssigneeType, Component, Id, Project};
use crate::jira::field::COMPONENTS;
use crate::jira::look::Look;
use crate::jira::refusal::Refusal;
use crate::jira::route::{PROJECT_ADMIN, READ, Route, full, partial};
use crate::jira::state::{Counted, State};
use crate::jira::write::replace;
use crate::journal::Batch;
use crate::people;
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

pub fn routes() -> Vec<Route> {
    vec![
        full("GET", "/project/{project}/components", READ, all),
        partial("GET", "/project/{project}/component", READ, "orderBy, componentSource", list),
        full("GET", "/component/{id}", READ, show),
        full("GET", "/component/{id}/relatedIssueCounts", READ, related),
        full("POST", "/component", PROJECT_ADMIN, create),
        full("PUT", "/component/{id}", PROJECT_ADMIN, update),
        full("DELETE", "/component/{id}", PROJECT_ADMIN, delete),
    ]
}

fn project<'a>(look: &Look<'a>, key: &str) -> Result<&'a Project, Refusal> {
    look.find_project(key).ok_or_else(|| Refusal::no_project(key))
}

fn rows(look: &Look, project: &Project, query: &str) -> Vec<Value> {
    let components = look.state.config.components.values();
    let of_project = components
        .filter(|component| component.project == project.id && component.name.to_lowercase().contains(query));
    of_project.map(|component| row(look, project, component)).collect()
}

fn row(look: &Look, project: &Project, component: &Component) -> Value {
    let assignee = component.assignee(project);
    let real = if assignee.is_some() { component.assignee_type } else { AssigneeType::Unassigned };
    let mut row = look.component_ref(component);
    row["assigneeType"] = json!(component.assignee_type);
    row["realAssigneeType"] = json!(real);
    row["isAssigneeTypeValid"] = assignee.is_some().into();
    row["project"] = project.key.clone().into();
    row["projectId"] = project.id.into();
    if let Some(lead) = &component.lead {
        row["lead"] = look.user(lead);
    }
    if let Some(assignee) = assignee {
        row["assignee"] = look.user(assignee);
        row["realAssignee"] = look.user(assignee);
    }
    row
}

async fn all(call: Call, Path(key): Path<String>) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    ok(Value::Array(rows(&look, project(&look, &key)?, "")))
}

async fn list(call: Call, Path(key): Path<String>, query: Query) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let text = query.one("query").unwrap_or_default().to_lowercase();
    let rows = rows(&look, project(&look, &key)?, &text);
    ok(page(&look, &format!("project/{key}/component"), &query, (50, 50), rows))
}

fn find<'a>(state: &'a State, id: &str) -> Result<&'a Component, Refusal> {
    let component = id.parse().ok().and_then(|id: Id| state.config.components.get(&id));
    component.ok_or_else(|| {
        Refusal::message(StatusCode::NOT_FOUND, format!("The component with id {id} does not exist."))
    })
}

/// A component that the caller may change.
fn owned(call: &Call, state: &State, id: &str) -> Result<Component, Refusal> {
    let component = find(state, id)?.clone();
    if call.look(state).may("ADMINISTER_PROJECTS", Some(component.project)) {
        return Ok(component);
    }
    let text = "You do not have permission to administer the project of this component.";
    Err(Refusal::message(StatusCode::FORBIDDEN, text))
}

fn shown(call: &Call, state: &State, component: &Component) -> Result<Value, Refusal> {
    let look = call.look(state);
    let project = project(&look, &component.project.to_string())?;
    Ok(row(&look, project, component))
}

async fn show(call: Call, Path(id): Path<String>) -> Answer {
    let state = call.site.read();
    ok(shown(&call, &state, find(&state, &id)?)?)
}

async fn related(call: Call, Path(id): Path<String>) -> Answer {
    let state = call.site.read();
    let component = find(&state, &id)?;
    let issues = state.issues_of(component.project);
    let count = issues.filter(|issue| replace::has(issue, COMPONENTS, component.id)).count();
    let address = call.look(&state).rest(format_args!("component/{id}/relatedIssueCounts"));
    ok(json!({"self": address, "issueCount": count}))
}

/// The parts of a component that a body sets; what it leaves out stays.
fn set(component: &mut Component, body: &Value) -> Result<(), Refusal> {
    if let Some(description) = text(body, "description") {
        component.description = Some(description);
    }
    match body.get("leadAccountId").and_then(Value::as_str) {
        None => {}
        Some("") => component.lead = None,
        Some(id) if people::find(id).is_some() => component.lead = Some(id.to_owned()),
        Some(_) => return Err(Refusal::field("leadAccountId", "The component lead does not exist.")),
    }
    if let Some(sent) = body.get("assigneeType") {
        let known = serde_json::from_value(sent.clone());
        let unknown = || Refusal::field("assigneeType", "The assignee type is not valid.");
        component.assignee_type = known.map_err(|_| unknown())?;
    }
    Ok(())
}

fn is_taken(state: &State, project: Id, but: Id, name: &str) -> bool {
    let mut components = state.config.components.values();
    components.any(|other| other.project == project && other.id != but && other.name == name)
}

async fn create(call: Call, Body(body): Body) -> Answer {
    let mut state = call.site.write();
    let project = target(&call, &state, &body)?;
    let name = name(&body, |name| is_taken(&state, project.id, 0, name))?;
    let mut component = Component { project: project.id, name, ..Component::default() };
    set(&mut component, &body)?;
    component.id = state.draw(Counted::Component);
    keep(&mut state, &component);
    created(shown(&call, &state, &component)?)
}

async fn update(call: Call, Path(id): Path<String>, Body(body): Body) -> Answer {
    let mut state = call.site.write();
    let mut component = owned(&call, &state, &id)?;
    if body.get("name").is_some() {
        component.name = name(&body, |name| is_taken(&state, component.project, component.id, name))?;
    }
    set(&mut component, &body)?;
    keep(&mut state, &component);
    ok(shown(&call, &state, &component)?)
}

fn keep(state: &mut State, component: &Component) {
    let mut batch = Batch::default();
    batch.put("component", component.id, component);
    state.commit(&batch);
    state.config.change().components.insert(component.id, component.clone());
}

async fn delete(call: Call, Path(id): Path<String>, query: Query) -> Answer {
    let mut state = call.site.write();
    let component = owned(&call, &state, &id)?;
    let instead = query.one("moveIssuesTo").map(|id| find(&state, id).map(|other| other.id)).transpose()?;
    let mut batch = Batch::default();
    replace::run(&call, &mut state, component.project, COMPONENTS, component.id, instead, &mut batch);
    // Those of the first day come back with every start, so their end is kept.
    batch.put("component gone", component.id, &true);
    batch.delete("component", component.id);
    state.config.change().components.remove(&component.id);
    state.keep_counters(&mut batch);
    state.commit(&batch);
    no_content()
}
