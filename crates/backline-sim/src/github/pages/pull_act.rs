//! What a person does on a pull request's page.

use super::{Cx, Page, Refusal};
use crate::github::change::{MergeMethod, PullEdit};
use crate::github::model::ReviewState;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

/// The fields of all forms; each form sends its own.
#[derive(Deserialize)]
pub struct Act {
    title: Option<String>,
    #[serde(default)]
    body: String,
    #[serde(default)]
    method: String,
}

pub async fn act(
    cx: Cx,
    Path((owner, name, number, act)): Path<(String, String, u64, String)>,
    Form(form): Form<Act>,
) -> Page {
    let body = form.body.replace("\r\n", "\n");
    let to = cx.change(|change| {
        let pull = change.state.load_pull(&(owner, name, number))?;
        let state = |is_open| PullEdit { is_open: Some(is_open), ..PullEdit::default() };
        match act.as_str() {
            "edit" => {
                // A browser turns line breaks into CRLF, so an untouched text must not count as a change.
                let old = pull.body.clone().unwrap_or_default();
                let is_same = old.replace("\r\n", "\n") == body;
                let body = (!is_same).then_some(Some(body));
                change.edit_pull(pull.id, PullEdit { title: form.title, body, ..PullEdit::default() })?;
            }
            "comment" => {
                change.comment(&pull, body)?;
            }
            "approve" => {
                change.review(&pull, ReviewState::Approved, body)?;
            }
            "merge" => {
                let method = match form.method.as_str() {
                    "squash" => MergeMethod::Squash,
                    "rebase" => MergeMethod::Rebase,
                    _ => MergeMethod::Merge,
                };
                change.merge_pull(pull.id, method, None, None, None)?;
            }
            "close" => change.edit_pull(pull.id, state(false))?,
            "reopen" => change.edit_pull(pull.id, state(true))?,
            "ready" => change.set_draft(pull.id, false),
            "draft" => change.set_draft(pull.id, true),
            _ => return Err(Refusal::not_found()),
        }
        Ok(change.wire().pull_html_url(&pull))
    })?;
    Ok(Redirect::to(&to).into_response())
}
