//! Creating an issue by hand.

use super::control::{Control, Input, Sheet, changes};
use super::form::{Typed, Wrongs};
use super::visit::{Frame, Visit};
use crate::jira::call::Query;
use crate::jira::config::{Id, Project, ScreenField};
use crate::jira::field::{At, PARENT, REPORTER};
use crate::jira::look::Look;
use crate::jira::refusal::Refusal;
use crate::jira::view::metadata;
use crate::jira::write;
use crate::page::{self, Choice};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};

#[derive(Template)]
#[template(path = "jira/create.html")]
struct CreatePage {
    frame: Frame,
    key: String,
    name: String,
    issue_type: Id,
    types: Vec<Choice>,
    controls: Vec<Control>,
    wrongs: Vec<String>,
    is_refused: bool,
}

/// What the page is opened with.
struct Opened {
    issue_type: String,
    parent: String,
}

pub async fn show(visit: Visit, Path((_, key)): Path<(String, String)>, query: Query) -> Response {
    let one = |name: &str| query.one(name).unwrap_or_default().to_owned();
    let opened = Opened { issue_type: one("type"), parent: one("parent") };
    visit.answer(render(&visit, &key, &opened, None, &Wrongs::default()))
}

fn render(
    visit: &Visit,
    key: &str,
    opened: &Opened,
    typed: Option<&Typed>,
    wrongs: &Wrongs,
) -> Result<Response, Refusal> {
    let state = visit.call.site.read();
    let look = visit.call.look(&state);
    let config = &state.config;
    let project = config.find_project(key).ok_or_else(|| Refusal::no_project(key))?;
    let at =
        place(project, &opened.issue_type).ok_or_else(|| Refusal::bad("The project has no issue types."))?;
    let sheet = Sheet { look: &look, at, typed, wrongs };
    let screen = metadata::create_screen(&look, at).into_iter();
    let controls: Vec<Control> = screen
        .filter_map(|(field, on_screen)| {
            sheet.control(field, on_screen, default(&look, on_screen, &opened.parent).as_ref())
        })
        // Nothing is there yet, so all that stands in the form is sent.
        .map(|control| Control { mark: None, ..control })
        .collect();
    let types = project.types.iter().filter_map(|row| config.issue_types.get(&row.issue_type));
    let types = types.map(|row| Choice::new(row.id.to_string(), row.name, row.id == at.issue_type));
    let page = CreatePage {
        key: project.key.clone(),
        name: project.name.clone(),
        issue_type: at.issue_type,
        types: types.collect(),
        wrongs: wrongs.beside(&controls),
        is_refused: !wrongs.is_empty(),
        controls,
        frame: visit.frame(),
    };
    Ok(page::html(wrongs.status, &page))
}

/// The wanted type, else the project's first.
fn place(project: &Project, wanted: &str) -> Option<At> {
    let row = project.types.iter().find(|row| row.issue_type.to_string() == wanted);
    let row = row.or(project.types.first())?;
    Some(At { project: project.id, issue_type: row.issue_type })
}

fn default(look: &Look, on_screen: &ScreenField, parent: &str) -> Option<Value> {
    match on_screen.field {
        REPORTER => Some(look.viewer.account_id.into()),
        PARENT => look.find_issue(parent).map(|issue| issue.id.into()),
        _ => on_screen.default.clone(),
    }
}

pub async fn save(visit: Visit, Path((_, key)): Path<(String, String)>, typed: Typed) -> Response {
    match try_save(&visit, &key, &typed) {
        Ok(made) => visit.redirect(&format!("/browse/{made}")),
        Err(refusal) => {
            let opened = Opened { issue_type: typed.one("issuetype").to_owned(), parent: String::new() };
            visit.answer(render(&visit, &key, &opened, Some(&typed), &Wrongs::from(refusal)))
        }
    }
}

fn try_save(visit: &Visit, key: &str, typed: &Typed) -> Result<String, Refusal> {
    let mut state = visit.call.site.write();
    let mut fields = {
        let look = visit.call.look(&state);
        let project = state.config.find_project(key).ok_or_else(|| Refusal::no_project(key))?;
        let at = place(project, typed.one("issuetype")).ok_or_else(|| Refusal::no_project(key))?;
        let screen = metadata::create_screen(&look, at).into_iter();
        let mut fields = changes(screen.map(|(field, _)| (field, None)), typed);
        fields.retain(|_, value| !value.is_null());
        fields.insert("project".into(), json!({"id": at.project.to_string()}));
        fields.insert("issuetype".into(), json!({"id": at.issue_type.to_string()}));
        Value::Object(fields)
    };
    let made = write::create::create(&visit.call, &mut state, &json!({"fields": fields.take()}))?;
    Ok(made.key)
}
