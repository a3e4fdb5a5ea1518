//! Taking an issue through a transition, on its screen where it has one.

use super::On;
use super::board::{self, Badge};
use super::browse;
use super::control::{Control, Input, Sheet, changes};
use super::form::{Typed, Wrongs};
use super::visit::{Frame, Visit};
use crate::jira::adf::markup;
use crate::jira::call::Query;
use crate::jira::config::Id;
use crate::jira::refusal::Refusal;
use crate::jira::view;
use crate::jira::write;
use crate::page;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

#[derive(Template)]
#[template(path = "jira/transition.html")]
struct TransitionPage {
    frame: Frame,
    key: String,
    id: Id,
    name: String,
    from: Badge,
    to: Badge,
    controls: Vec<Control>,
    comment: String,
    wrongs: Vec<String>,
    is_refused: bool,
}

pub async fn show(visit: Visit, Path((_, key)): On, query: Query) -> Response {
    let id = query.one("id").unwrap_or_default();
    visit.answer(render(&visit, &key, id, None, &Wrongs::default()))
}

fn render(
    visit: &Visit,
    key: &str,
    id: &str,
    typed: Option<&Typed>,
    wrongs: &Wrongs,
) -> Result<Response, Refusal> {
    let state = visit.call.site.read();
    let look = visit.call.look(&state);
    let issue = look.find_issue(key).ok_or_else(Refusal::no_issue)?;
    let offered = write::transition::offered(&look, issue);
    let offer = offered.into_iter().find(|offer| offer.id.to_string() == id);
    let text = "This transition is not offered to you where the issue is now.";
    let offer = offer.ok_or_else(|| Refusal::message(StatusCode::NOT_FOUND, text))?;
    let sheet = Sheet { look: &look, at: view::at(issue), typed, wrongs };
    let controls: Vec<Control> = offer
        .screen
        .iter()
        .flatten()
        .filter_map(|on_screen| {
            let field = state.config.fields.get(&on_screen.field)?;
            sheet.control(field, on_screen, issue.fields.get(&field.no))
        })
        .collect();
    let page = TransitionPage {
        frame: visit.frame(),
        key: issue.key.clone(),
        id: offer.id,
        name: offer.name.to_owned(),
        from: board::status(&state.config, issue.status),
        to: board::status(&state.config, offer.to),
        comment: typed.map(|typed| typed.one("comment").to_owned()).unwrap_or_default(),
        wrongs: wrongs.beside(&controls),
        is_refused: !wrongs.is_empty(),
        controls,
    };
    Ok(page::html(wrongs.status, &page))
}

/// Takes the transition with what was changed on its screen. A refusal shows the screen again, with what was typed.
pub async fn run(visit: Visit, Path((_, key)): On, typed: Typed) -> Response {
    let id = typed.one("transition");
    let Err(refusal) = try_run(&visit, &key, id, &typed) else {
        return visit.redirect(&format!("/browse/{key}"));
    };
    let wrongs = Wrongs::from(refusal);
    match render(&visit, &key, id, Some(&typed), &wrongs) {
        Ok(page) => page,
        // Somebody else moved the issue meanwhile: its own page shows what can be done now.
        Err(_) => browse::after(&visit, &key, &typed, Err(wrongs.into_refusal())),
    }
}

fn try_run(visit: &Visit, key: &str, id: &str, typed: &Typed) -> Result<(), Refusal> {
    let mut state = visit.call.site.write();
    let fields = {
        let look = visit.call.look(&state);
        let issue = look.find_issue(key).ok_or_else(Refusal::no_issue)?;
        let offered = write::transition::offered(&look, issue);
        let offer = offered.into_iter().find(|offer| offer.id.to_string() == id);
        let screen = offer.and_then(|offer| offer.screen.as_deref()).unwrap_or(&[]);
        let fields = screen.iter().filter_map(|on_screen| state.config.fields.get(&on_screen.field));
        changes(fields.map(|field| (field, issue.fields.get(&field.no))), typed)
    };
    let mut body = json!({"transition": {"id": id}, "fields": fields});
    let comment = typed.one("comment");
    if !comment.is_empty() {
        body["update"] = json!({"comment": [{"add": {"body": markup::read::onto("", comment)}}]});
    }
    write::transition::run(&visit.call, &mut state, key, &body)
}
