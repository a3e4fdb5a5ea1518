//! Pull requests seen as issues, and their comments. Issues that are no pull requests do not exist here.

use super::pulls::is_open;
use crate::github::answer::{Answer, created, no_content, ok};
use crate::github::change::PullEdit;
use crate::github::error::Refusal;
use crate::github::model::{Comment, Pull};
use crate::github::paging::Paging;
use crate::github::request::{Cx, Input, PullPath, RepoPath, present};
use crate::github::state::State;
use axum::extract::{Path, Query};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct ListQuery {
    state: Option<String>,
}

pub async fn list(
    cx: Cx,
    Path(path): Path<RepoPath>,
    Query(query): Query<ListQuery>,
    paging: Paging,
) -> Answer {
    let wanted = query.state.as_deref().unwrap_or("open");
    let wanted = if wanted == "all" { None } else { is_open(Some(wanted))? };
    cx.read(|wire| {
        let repo = wire.state.load_repo(&path)?;
        let pulls = wire.state.pulls_of(repo.id).rev();
        let pulls: Vec<&Pull> =
            pulls.filter(|pull| wanted.is_none_or(|is_open| pull.is_open == is_open)).collect();
        Ok(paging.answer(&pulls, |pull| wire.issue(pull)))
    })
}

pub async fn show(cx: Cx, Path(path): Path<PullPath>) -> Answer {
    cx.read(|wire| Ok(ok(wire.issue(&wire.state.load_pull(&path)?))))
}

#[derive(Deserialize)]
pub struct Edit {
    title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    body: Option<Option<String>>,
    state: Option<String>,
    labels: Option<Vec<String>>,
}

pub async fn edit(cx: Cx, Path(path): Path<PullPath>, Input(input): Input<Edit>) -> Answer {
    let is_open = is_open(input.state.as_deref())?;
    let edit = PullEdit { title: input.title, body: input.body, is_open, ..PullEdit::default() };
    cx.change(|change| {
        let id = change.state.load_pull(&path)?.id;
        change.edit_pull(id, edit)?;
        if let Some(labels) = input.labels {
            change.label_pull(id, &labels, true)?;
        }
        Ok(ok(change.wire().issue(&change.pull(id))))
    })
}

#[derive(Deserialize)]
pub struct CommentsQuery {
    since: Option<jiff::Timestamp>,
}

pub async fn comments(
    cx: Cx,
    Path(path): Path<PullPath>,
    Query(query): Query<CommentsQuery>,
    paging: Paging,
) -> Answer {
    cx.read(|wire| {
        let pull = wire.state.load_pull(&path)?;
        let is_wanted = |comment: &&Comment| query.since.is_none_or(|since| comment.updated_at >= since);
        let comments: Vec<&Comment> = wire.state.comments_of(&pull).filter(is_wanted).collect();
        Ok(paging.answer(&comments, |comment| wire.comment(comment)))
    })
}

#[derive(Deserialize)]
pub struct Text {
    body: Option<String>,
}

impl Text {
    fn required(self) -> Result<String, Refusal> {
        self.body.ok_or_else(|| Refusal::field("IssueComment", "body", "missing_field"))
    }
}

pub async fn comment(cx: Cx, Path(path): Path<PullPath>, Input(input): Input<Text>) -> Answer {
    let body = input.required()?;
    cx.change(|change| {
        let pull = change.state.load_pull(&path)?;
        let id = change.comment(&pull, body)?;
        let comment = change.state.comments.find(&id).ok_or_else(Refusal::not_found)?;
        Ok(created(change.wire().comment(comment)))
    })
}

fn load(state: &State, (owner, name, id): &PullPath) -> Result<Comment, Refusal> {
    let repo = state.repo_by_name(owner, name).ok_or_else(Refusal::not_found)?;
    let comment = state.comments.find(id).filter(|comment| comment.repo == repo.id);
    comment.cloned().ok_or_else(Refusal::not_found)
}

pub async fn show_comment(cx: Cx, Path(path): Path<PullPath>) -> Answer {
    cx.read(|wire| Ok(ok(wire.comment(&load(wire.state, &path)?))))
}

pub async fn edit_comment(cx: Cx, Path(path): Path<PullPath>, Input(input): Input<Text>) -> Answer {
    let body = input.required()?;
    cx.change(|change| {
        let id = load(change.state, &path)?.id;
        change.edit_comment(id, body)?;
        Ok(ok(change.wire().comment(&load(change.state, &path)?)))
    })
}

pub async fn delete_comment(cx: Cx, Path(path): Path<PullPath>) -> Answer {
    cx.change(|change| {
        let id = load(change.state, &path)?.id;
        change.delete_comment(id)?;
        Ok(no_content())
    })
}
