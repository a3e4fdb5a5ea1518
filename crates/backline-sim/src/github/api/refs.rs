//! Git refs.

use crate::github::answer::{Answer, created, no_content, ok};
use crate::github::error::Refusal;
use crate::github::request::{Cx, Input, RepoPath};
use axum::extract::Path;
use serde::Deserialize;
use serde_json::Value;

type RefPath = (String, String, String);

/// Clients say `heads/main`; GitHub also takes the full name.
fn full(name: &str) -> String {
    format!("refs/{}", name.strip_prefix("refs/").unwrap_or(name))
}

pub async fn show(cx: Cx, Path((owner, name, at)): Path<RefPath>) -> Answer {
    cx.read(|wire| {
        let repo = wire.state.load_repo(&(owner, name))?;
        let at = full(&at);
        let sha = wire.state.tip(repo.id, &at).ok_or_else(Refusal::not_found)?;
        Ok(ok(wire.git_ref(&repo, &at, &sha)))
    })
}

fn matches(cx: &Cx, path: &RepoPath, prefix: &str) -> Answer {
    cx.read(|wire| {
        let repo = wire.state.load_repo(path)?;
        let refs = wire.state.refs_of(repo.id);
        let found = refs.iter().filter(|(name, _)| name.starts_with(prefix));
        Ok(ok(found.map(|(name, sha)| wire.git_ref(&repo, name, sha)).collect::<Value>()))
    })
}

pub async fn list(cx: Cx, Path(path): Path<RepoPath>) -> Answer {
    matches(&cx, &path, "refs/")
}

pub async fn matching(cx: Cx, Path((owner, name, prefix)): Path<RefPath>) -> Answer {
    matches(&cx, &(owner, name), &full(&prefix))
}

#[derive(Deserialize)]
pub struct Create {
    #[serde(rename = "ref", default)]
    name: String,
    #[serde(default)]
    sha: String,
}

pub async fn create(cx: Cx, Path(path): Path<RepoPath>, Input(input): Input<Create>) -> Answer {
    cx.change(|change| {
        let repo = change.state.load_repo(&path)?;
        change.create_ref(&repo, &input.name, &input.sha)?;
        Ok(created(change.wire().git_ref(&repo, &input.name, &input.sha)))
    })
}

#[derive(Deserialize)]
pub struct Update {
    #[serde(default)]
    sha: String,
    #[serde(default)]
    force: bool,
}

pub async fn update(cx: Cx, Path((owner, name, at)): Path<RefPath>, Input(input): Input<Update>) -> Answer {
    cx.change(|change| {
        let repo = change.state.load_repo(&(owner, name))?;
        let at = full(&at);
        change.move_ref(&repo, &at, &input.sha, input.force)?;
        Ok(ok(change.wire().git_ref(&repo, &at, &input.sha)))
    })
}

pub async fn remove(cx: Cx, Path((owner, name, at)): Path<RefPath>) -> Answer {
    cx.change(|change| {
        let repo = change.state.load_repo(&(owner, name))?;
        change.delete_ref(&repo, &full(&at))?;
        Ok(no_content())
    })
}
