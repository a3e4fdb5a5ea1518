//! Editing an issue: a control for each field of its screen.

use super::On;
use super::control::{Control, Input, Sheet, changes};
use super::form::{Typed, Wrongs};
use super::visit::{Frame, Visit};
use crate::jira::field::SUMMARY;
use crate::jira::refusal::Refusal;
use crate::jira::view::{self, metadata};
use crate::jira::write;
use crate::page;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde_json::json;

#[derive(Template)]
#[template(path = "jira/edit.html")]
struct EditPage {
    frame: Frame,
    key: String,
    summary: String,
    controls: Vec<Control>,
    wrongs: Vec<String>,
    is_refused: bool,
}

pub async fn show(visit: Visit, Path((_, key)): On) -> Response {
    visit.answer(render(&visit, &key, None, &Wrongs::default()))
}

fn render(visit: &Visit, key: &str, typed: Option<&Typed>, wrongs: &Wrongs) -> Result<Response, Refusal> {
    let state = visit.call.site.read();
    let look = visit.call.look(&state);
    let issue = look.find_issue(key).ok_or_else(Refusal::no_issue)?;
    let sheet = Sheet { look: &look, at: view::at(issue), typed, wrongs };
    let screen = metadata::create_screen(&look, sheet.at).into_iter();
    let controls: Vec<Control> = screen
        .filter_map(|(field, on_screen)| sheet.control(field, on_screen, issue.fields.get(&field.no)))
        .collect();
    let page = EditPage {
        frame: visit.frame(),
        key: issue.key.clone(),
        summary: issue.text(SUMMARY).to_owned(),
        wrongs: wrongs.beside(&controls),
        is_refused: !wrongs.is_empty(),
        controls,
    };
    Ok(page::html(wrongs.status, &page))
}

/// Saves what was changed on the page.
pub async fn save(visit: Visit, Path((_, key)): On, typed: Typed) -> Response {
    match try_save(&visit, &key, &typed) {
        Ok(()) => visit.redirect(&format!("/browse/{key}")),
        Err(refusal) => visit.answer(render(&visit, &key, Some(&typed), &Wrongs::from(refusal))),
    }
}

fn try_save(visit: &Visit, key: &str, typed: &Typed) -> Result<(), Refusal> {
    let mut state = visit.call.site.write();
    let fields = {
        let look = visit.call.look(&state);
        let issue = look.find_issue(key).ok_or_else(Refusal::no_issue)?;
        let screen = metadata::create_screen(&look, view::at(issue)).into_iter();
        changes(screen.map(|(field, _)| (field, issue.fields.get(&field.no))), typed)
    };
    if !fields.is_empty() {
        write::edit::edit(&visit.call, &mut state, key, &json!({"fields": fields}))?;
    }
    Ok(())
}
