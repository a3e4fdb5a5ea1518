//! Files and directories on a branch.

use super::git::{Who, decode};
use crate::github::answer::{Answer, created, ok};
use crate::github::change::{Change, CommitBy};
use crate::github::error::Refusal;
use crate::github::model::{EntryKind, Repo};
use crate::github::request::{Cx, Input, RepoPath};
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

type FilePath = (String, String, String);

#[derive(Deserialize)]
pub struct At {
    #[serde(rename = "ref")]
    at: Option<String>,
}

pub async fn root(cx: Cx, Path(path): Path<RepoPath>, query: Query<At>, headers: HeaderMap) -> Answer {
    read(&cx, &path, "", &query, &headers)
}

pub async fn readme(cx: Cx, Path(path): Path<RepoPath>, query: Query<At>, headers: HeaderMap) -> Answer {
    read(&cx, &path, "README.md", &query, &headers)
}

pub async fn show(
    cx: Cx,
    Path((owner, name, path)): Path<FilePath>,
    query: Query<At>,
    headers: HeaderMap,
) -> Answer {
    read(&cx, &(owner, name), &path, &query, &headers)
}

fn read(cx: &Cx, repo: &RepoPath, path: &str, query: &At, headers: &HeaderMap) -> Answer {
    let path = path.trim_matches('/');
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    cx.read(|wire| {
        let repo = wire.state.load_repo(repo)?;
        let at = query.at.as_deref().filter(|at| !at.is_empty()).unwrap_or(&repo.default_branch);
        let missing = || Refusal::new(StatusCode::NOT_FOUND, format!("No commit found for the ref {at}"));
        let commit = wire.state.find_commit(repo.id, at).ok_or_else(missing)?;
        let entry = wire.state.find_entry(&commit.tree, path).ok_or_else(Refusal::not_found)?;
        if entry.kind == EntryKind::Tree {
            let tree = wire.state.trees.find(&entry.sha).ok_or_else(Refusal::not_found)?;
            let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
            let items = tree.iter();
            let items =
                items.map(|(name, entry)| wire.content(&repo, &format!("{prefix}{name}"), entry, at, false));
            return Ok(ok(items.collect::<Value>()));
        }
        if accept.contains("raw") {
            return Ok(raw(wire.state.read_blob(&entry.sha).unwrap_or_default()));
        }
        Ok(ok(wire.content(&repo, path, &entry, at, true)))
    })
}

fn raw(content: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/vnd.github.raw; charset=utf-8")], content).into_response()
}

#[derive(Deserialize)]
pub struct Write {
    message: Option<String>,
    content: Option<String>,
    sha: Option<String>,
    branch: Option<String>,
    author: Option<Who>,
    committer: Option<Who>,
}

/// Gives the branch and whether the file is there. A file that is there is only written over by somebody who
/// names what he has seen.
fn check(change: &Change, repo: &Repo, path: &str, input: &Write) -> Result<(String, bool), Refusal> {
    let branch = input.branch.clone().unwrap_or_else(|| repo.default_branch.clone());
    let branch = branch.strip_prefix("refs/heads/").unwrap_or(&branch).to_owned();
    let missing = || Refusal::new(StatusCode::NOT_FOUND, format!("Branch {branch} not found"));
    let tip = change.state.branch_tip(repo.id, &branch).ok_or_else(missing)?;
    let files = change.state.files_of_commit(&tip);
    match (files.get(path), input.sha.as_deref()) {
        (None, None) => Ok((branch, false)),
        (Some(_), None) => Err(Refusal::unprocessable("Invalid request.\n\n\"sha\" wasn't supplied.")),
        (Some(file), Some(sha)) if file.sha == sha => Ok((branch, true)),
        (_, Some(sha)) => Err(Refusal::conflict(format!("{path} does not match {sha}"))),
    }
}

fn by(change: &Change, input: &mut Write) -> CommitBy {
    let me = change.signature();
    let committer = input.committer.take().map(|who| who.signature(me.clone()));
    let author = input.author.take().map(|who| who.signature(me)).or_else(|| committer.clone());
    CommitBy { author, committer }
}

pub async fn write(
    cx: Cx,
    Path((owner, name, path)): Path<FilePath>,
    Input(mut input): Input<Write>,
) -> Answer {
    let Some(message) = input.message.take() else {
        return Err(Refusal::unprocessable("Invalid request.\n\n\"message\" wasn't supplied."));
    };
    let Some(content) = input.content.take() else {
        return Err(Refusal::unprocessable("Invalid request.\n\n\"content\" wasn't supplied."));
    };
    let content = decode(&content)?;
    if path.split('/').any(|part| part.is_empty() || part == "." || part == ".." || part == ".git") {
        return Err(Refusal::unprocessable("path contains a malformed path component"));
    }
    cx.change(|change| {
        let repo = change.state.load_repo(&(owner, name))?;
        let (branch, is_there) = check(change, &repo, &path, &input)?;
        let by = by(change, &mut input);
        let sha = change.commit_files(&repo, &branch, &message, vec![(path.clone(), Some(content))], by)?;
        let wire = change.wire();
        let commit = wire.state.commits.find(&sha).ok_or_else(Refusal::not_found)?;
        let entry = wire.state.find_entry(&commit.tree, &path).ok_or_else(Refusal::not_found)?;
        let body = json!({
            "content": wire.content(&repo, &path, &entry, &branch, false),
            "commit": wire.git_commit(&repo, commit),
        });
        Ok(if is_there { ok(body) } else { created(body) })
    })
}

/// Some clients send what belongs in the body of a DELETE as its query.
#[derive(Deserialize)]
pub struct RemoveQuery {
    message: Option<String>,
    sha: Option<String>,
    branch: Option<String>,
}

pub async fn remove(
    cx: Cx,
    Path((owner, name, path)): Path<FilePath>,
    Query(query): Query<RemoveQuery>,
    Input(mut input): Input<Write>,
) -> Answer {
    let message = input.message.take().or(query.message).unwrap_or_else(|| format!("Delete {path}"));
    input.sha = input.sha.or(query.sha);
    input.branch = input.branch.or(query.branch);
    cx.change(|change| {
        let repo = change.state.load_repo(&(owner, name))?;
        let (branch, is_there) = check(change, &repo, &path, &input)?;
        if !is_there {
            return Err(Refusal::not_found());
        }
        let by = by(change, &mut input);
        let sha = change.commit_files(&repo, &branch, &message, vec![(path, None)], by)?;
        let commit = change.state.commits.find(&sha).ok_or_else(Refusal::not_found)?;
        Ok(ok(json!({"content": null, "commit": change.wire().git_commit(&repo, commit)})))
    })
}
