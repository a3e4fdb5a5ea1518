//! Create metadata: issue types of a project, and the fields of a create screen.

use super::{Answer, ok, written};
use crate::jira::call::{Call, Query};
use crate::jira::config::{Project, TypeInProject};
use crate::jira::field::At;
use crate::jira::look::Look;
use crate::jira::refusal::Refusal;
use crate::jira::route::{READ, Route, full, partial};
use crate::jira::view::metadata;
use crate::jira::written::Part;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

const LIMIT: usize = 200;

pub fn routes() -> Vec<Route> {
    vec![
        full("GET", "/issue/createmeta/{project}/issuetypes", READ, issue_types),
        full("GET", "/issue/createmeta/{project}/issuetypes/{type}", READ, fields),
        partial("GET", "/issue/createmeta", READ, "deprecated; expands fields only", legacy),
    ]
}

/// `startAt` and `maxResults`, which may not exceed the limit.
fn window(query: &Query) -> Result<(usize, usize), Refusal> {
    let max = query.number("maxResults", 50);
    if max > LIMIT {
        return Err(Refusal::json(
            StatusCode::BAD_REQUEST,
            json!({
                "errorMessages": [format!("Parameter 'maxResults' must not exceed the limit '{LIMIT}'")],
                "errors": {},
                "httpStatusCode": {"empty": false, "present": true},
            }),
        ));
    }
    Ok((query.number("startAt", 0), max))
}

fn issue_type(look: &Look, row: &TypeInProject) -> Option<Value> {
    let issue_type = look.state.config.issue_types.get(&row.issue_type)?;
    let mut shown = look.issue_type(issue_type);
    shown["untranslatedName"] = issue_type.name.into();
    Some(shown)
}

/// A project in which issues can be created.
fn open_project<'a>(look: &Look<'a>, key: &str) -> Result<&'a Project, Refusal> {
    let project = look.find_project(key).filter(|project| look.lists_project(project));
    project.ok_or_else(|| Refusal::no_project(key))
}

async fn issue_types(call: Call, Path(key): Path<String>, query: Query) -> Answer {
    let (start, max) = window(&query)?;
    let state = call.site.read();
    let look = call.look(&state);
    let project = open_project(&look, &key)?;
    let rows = project.types.iter().filter_map(|row| issue_type(&look, row));
    let rows: Vec<Value> = rows.skip(start).take(max).collect();
    ok(json!({"startAt": start, "maxResults": max, "total": project.types.len(), "issueTypes": rows}))
}

async fn fields(call: Call, Path((key, type_id)): Path<(String, String)>, query: Query) -> Answer {
    let (start, max) = window(&query)?;
    let state = call.site.read();
    let look = call.look(&state);
    let project = open_project(&look, &key)?;
    let row = project.types.iter().find(|row| row.issue_type.to_string() == type_id);
    let row = row.ok_or_else(|| Refusal::empty(StatusCode::NOT_FOUND))?;
    let at = At { project: project.id, issue_type: row.issue_type };
    let viewer = look.viewer.account_id;
    let screen = metadata::create_screen(&look, at);
    let rows = screen.get(start..).unwrap_or_default();
    let rows = &rows[..rows.len().min(max)];
    // What a screen asks for is long, and changes only when somebody changes the configuration.
    let part = Part::CreateFields { viewer, project: at.project, issue_type: at.issue_type, start, max };
    let page = look.written(part, || {
        let fields = rows.iter().map(|on_screen| metadata::create_field(&look, *on_screen, at));
        let fields: Vec<Value> = fields.collect();
        json!({"startAt": start, "maxResults": max, "total": screen.len(), "fields": fields})
    });
    written(&page, rows.len())
}

/// The call before the pair above: projects with their types, and fields when asked.
async fn legacy(call: Call, query: Query) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let keys = query.list("projectKeys");
    let ids = query.list("projectIds");
    let type_ids = query.list("issuetypeIds");
    let type_names = query.all("issuetypeNames");
    let with_fields = query.one("expand").is_some_and(|expand| expand.contains("fields"));
    let is_wanted = |project: &&Project| {
        keys.is_empty() && ids.is_empty()
            || keys.contains(&project.key.as_str())
            || ids.contains(&project.id.to_string().as_str())
    };
    let projects = state.config.projects.values().filter(is_wanted).map(|project| {
        let types = project.types.iter().filter_map(|row| {
            let mut shown = issue_type(&look, row)?;
            let name = shown["name"].as_str().unwrap_or_default().to_owned();
            let is_named = type_ids.is_empty() && type_names.is_empty()
                || type_ids.contains(&row.issue_type.to_string().as_str())
                || type_names.contains(&name.as_str());
            if with_fields {
                let at = At { project: project.id, issue_type: row.issue_type };
                let screen = metadata::create_screen(&look, at).into_iter();
                let fields: Map<String, Value> = screen
                    .map(|(of, on_screen)| (of.id(), metadata::field(&look, of, on_screen, at)))
                    .collect();
                shown["expand"] = "fields".into();
                shown["fields"] = Value::Object(fields);
            }
            is_named.then_some(shown)
        });
        let types: Vec<Value> = types.collect();
        let mut row = look.project_ref(project);
        if let Some(row) = row.as_object_mut() {
            row.retain(|key, _| matches!(key.as_str(), "self" | "id" | "key" | "name" | "avatarUrls"));
        }
        row["issuetypes"] = types.into();
        row
    });
    let body = json!({"expand": "projects", "projects": projects.collect::<Vec<_>>()});
    let mut response = ok(body)?;
    let warning =
        "The issue create meta endpoint has been deprecated. (Deprecation start date: June 03, 2024)";
    response.headers_mut().insert(header::WARNING, HeaderValue::from_static(warning));
    Ok(response)
}
