//! What a person does on an issue's page. A refusal shows the page again with the reason.

use super::{browse, call, form};
use crate::history::Actor;
use crate::jira::Jira;
use crate::jira::call::Call;
use crate::jira::field::{DESCRIPTION, no_of};
use crate::jira::refusal::Refusal;
use crate::jira::view::metadata;
use crate::jira::view::{self};
use crate::jira::write::{self, moving};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Map, Value, json};
use std::sync::Arc;

type Typed = Form<Vec<(String, String)>>;
type On = Path<(String, String)>;

/// Runs `change` and goes back to the issue; `change` gives the key to go to.
fn done(
    jira: &Jira,
    (site, key): (String, String),
    change: impl FnOnce(&Call, &str) -> Result<String, Refusal>,
) -> Response {
    let call = match call(jira, &site) {
        Ok(call) => call,
        Err(refusal) => return refusal.into_response(),
    };
    let mut response = match change(&call, &key) {
        Ok(key) => Redirect::to(&format!("/sites/{site}/browse/{key}")).into_response(),
        Err(refusal) => match browse::render(&call, &key, &refusal.texts()) {
            Ok(html) => (StatusCode::BAD_REQUEST, html).into_response(),
            Err(missing) => missing.into_response(),
        },
    };
    response.extensions_mut().insert(Actor(call.actor()));
    response
}

fn one<'a>(typed: &'a [(String, String)], name: &str) -> &'a str {
    typed.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).unwrap_or_default()
}

fn all<'a>(typed: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    typed.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
}

/// Saves every input of the edit form that differs from what the issue holds.
pub async fn edit(State(jira): State<Arc<Jira>>, Path(on): On, Form(typed): Typed) -> Response {
    done(&jira, on, |call, key| {
        let mut state = call.site.write();
        let mut fields = Map::new();
        {
            let look = call.look(&state);
            let issue = look.find_issue(key).ok_or_else(Refusal::no_issue)?;
            let at = view::at(issue);
            for (field, _) in metadata::create_screen(&look, at) {
                // A list with nothing chosen is not sent by browsers, so its absence means empty.
                if form::is_offered(field) {
                    let value = form::value(field, &all(&typed, &field.id()));
                    let parsed = if value.is_null() {
                        Some(Value::Null)
                    } else {
                        field.kind.parse(&look, field, at, &value).ok()
                    };
                    let stored = issue.fields.get(&field.no).unwrap_or(&Value::Null);
                    if parsed.as_ref() != Some(stored) {
                        fields.insert(field.id(), value);
                    }
                }
            }
        }
        write::edit::edit(call, &mut state, key, &json!({"fields": fields}))?;
        Ok(key.to_owned())
    })
}

/// Adds a paragraph below everything that the description holds.
pub async fn describe(State(jira): State<Arc<Jira>>, Path(on): On, Form(typed): Typed) -> Response {
    done(&jira, on, |call, key| {
        let mut state = call.site.write();
        let issue = call.look(&state).find_issue(key).ok_or_else(Refusal::no_issue)?;
        let empty = json!({"type": "doc", "version": 1, "content": []});
        let mut document: Value = serde_json::from_str(issue.text(DESCRIPTION)).unwrap_or(empty);
        let line = json!({"type": "text", "text": one(&typed, "line")});
        if let Some(content) = document.get_mut("content").and_then(Value::as_array_mut) {
            content.push(json!({"type": "paragraph", "content": [line]}));
        }
        let call = Call { version: 3, ..call.clone() };
        write::edit::edit(&call, &mut state, key, &json!({"fields": {"description": document}}))?;
        Ok(key.to_owned())
    })
}

pub async fn comment(State(jira): State<Arc<Jira>>, Path(on): On, Form(typed): Typed) -> Response {
    done(&jira, on, |call, key| {
        let body = json!({"body": one(&typed, "comment")});
        write::comment::create(call, &mut call.site.write(), key, &body)?;
        Ok(key.to_owned())
    })
}

/// Takes a transition with what was typed on its screen.
pub async fn transition(State(jira): State<Arc<Jira>>, Path(on): On, Form(typed): Typed) -> Response {
    done(&jira, on, |call, key| {
        let mut state = call.site.write();
        let mut fields = Map::new();
        let names = typed.iter().map(|(name, _)| name.as_str()).filter(|name| *name != "transition");
        for name in names {
            let field = no_of(name).and_then(|no| state.config.fields.get(&no));
            if let Some(field) = field {
                let value = form::value(field, &all(&typed, name));
                if !value.is_null() {
                    fields.insert(name.to_owned(), value);
                }
            }
        }
        let body = json!({"transition": {"id": one(&typed, "transition")}, "fields": fields});
        write::transition::run(call, &mut state, key, &body)?;
        Ok(key.to_owned())
    })
}

pub async fn move_issue(State(jira): State<Arc<Jira>>, Path(on): On, Form(typed): Typed) -> Response {
    done(&jira, on, |call, key| moving::run(call, &mut call.site.write(), key, one(&typed, "project")))
}

pub async fn delete(State(jira): State<Arc<Jira>>, Path((site, key)): On) -> Response {
    let call = match call(&jira, &site) {
        Ok(call) => call,
        Err(refusal) => return refusal.into_response(),
    };
    let mut state = call.site.write();
    let project = state.find_issue(&key).and_then(|issue| state.config.projects.get(&issue.project));
    let project = project.map(|project| project.key.clone());
    if let Err(refusal) = write::delete::run(&call, &mut state, &key, true) {
        return refusal.into_response();
    }
    let board = format!("/sites/{site}/jira/projects/{}/board", project.unwrap_or_default());
    let mut response = Redirect::to(&board).into_response();
    response.extensions_mut().insert(Actor(call.actor()));
    response
}
