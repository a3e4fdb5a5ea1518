//! Pull requests.

use crate::github::answer::{Answer, created, no_content, ok};
use crate::github::change::{MergeMethod, PullDraft, PullEdit};
use crate::github::error::Refusal;
use crate::github::model::{Commit, Pull};
use crate::github::paging::Paging;
use crate::github::request::{Cx, Input, PullPath, RepoPath, present};
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
pub struct ListQuery {
    state: Option<String>,
    /// `owner:branch`.
    head: Option<String>,
    base: Option<String>,
    sort: Option<String>,
    direction: Option<String>,
}

pub async fn list(
    cx: Cx,
    Path(path): Path<RepoPath>,
    Query(query): Query<ListQuery>,
    paging: Paging,
) -> Answer {
    cx.read(|wire| {
        let repo = wire.state.load_repo(&path)?;
        let owner = &wire.state.user(repo.owner).login;
        let is_open = match query.state.as_deref().unwrap_or("open") {
            "open" => Some(true),
            "closed" => Some(false),
            "all" => None,
            _ => return Err(Refusal::field("PullRequest", "state", "invalid")),
        };
        let is_from = |pull: &Pull, head: &str| match head.split_once(':') {
            Some((user, branch)) => user.eq_ignore_ascii_case(owner) && branch == pull.head_ref,
            // Without an owner GitHub ignores the filter.
            None => true,
        };
        let mut pulls: Vec<&Pull> = wire
            .state
            .pulls_of(repo.id)
            .filter(|pull| is_open.is_none_or(|is_open| pull.is_open == is_open))
            .filter(|pull| query.head.as_deref().is_none_or(|head| is_from(pull, head)))
            .filter(|pull| query.base.as_deref().is_none_or(|base| pull.base_ref == base))
            .collect();
        let sort = query.sort.as_deref().unwrap_or("created");
        match sort {
            "created" => pulls.sort_by_key(|pull| (pull.created_at, pull.number)),
            "updated" => pulls.sort_by_key(|pull| (pull.updated_at, pull.number)),
            "popularity" => pulls.sort_by_key(|pull| (wire.state.comments_of(pull).count(), pull.number)),
            "long-running" => pulls.sort_by_key(|pull| pull.updated_at.duration_since(pull.created_at)),
            _ => return Err(Refusal::field("PullRequest", "sort", "invalid")),
        }
        let is_descending = match query.direction.as_deref() {
            Some("desc") => true,
            Some(_) => false,
            None => sort == "created",
        };
        if is_descending {
            pulls.reverse();
        }
        Ok(paging.answer(&pulls, |pull| wire.simple_pull(pull)))
    })
}

#[derive(Deserialize)]
pub struct Create {
    title: Option<String>,
    body: Option<String>,
    head: Option<String>,
    base: Option<String>,
    #[serde(default)]
    draft: bool,
    maintainer_can_modify: Option<bool>,
}

pub async fn create(cx: Cx, Path(path): Path<RepoPath>, Input(input): Input<Create>) -> Answer {
    let missing = |field| Refusal::field("PullRequest", field, "missing_field");
    let draft = PullDraft {
        title: input.title.ok_or_else(|| missing("title"))?,
        body: input.body,
        head: input.head.ok_or_else(|| missing("head"))?,
        base: input.base.ok_or_else(|| missing("base"))?,
        is_draft: input.draft,
        maintainer_can_modify: input.maintainer_can_modify.unwrap_or(false),
    };
    cx.change(|change| {
        let repo = change.state.load_repo(&path)?;
        let id = change.open_pull(&repo, draft)?;
        Ok(created(change.wire().full_pull(&change.pull(id))))
    })
}

pub async fn show(cx: Cx, Path(path): Path<PullPath>, headers: HeaderMap) -> Answer {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    cx.read(|wire| {
        let pull = wire.state.load_pull(&path)?;
        if accept.contains("diff") {
            let kind = [(header::CONTENT_TYPE, "application/vnd.github.diff; charset=utf-8")];
            return Ok((kind, wire.pull_diff(&pull)).into_response());
        }
        Ok(ok(wire.full_pull(&pull)))
    })
}

#[derive(Deserialize)]
pub struct Edit {
    title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    body: Option<Option<String>>,
    state: Option<String>,
    base: Option<String>,
    maintainer_can_modify: Option<bool>,
}

pub async fn edit(cx: Cx, Path(path): Path<PullPath>, Input(input): Input<Edit>) -> Answer {
    let edit = PullEdit {
        title: input.title,
        body: input.body,
        is_open: is_open(input.state.as_deref())?,
        base: input.base,
        maintainer_can_modify: input.maintainer_can_modify,
    };
    cx.change(|change| {
        let id = change.state.load_pull(&path)?.id;
        change.edit_pull(id, edit)?;
        Ok(ok(change.wire().full_pull(&change.pull(id))))
    })
}

pub fn is_open(state: Option<&str>) -> Result<Option<bool>, Refusal> {
    match state {
        None => Ok(None),
        Some("open") => Ok(Some(true)),
        Some("closed") => Ok(Some(false)),
        Some(_) => Err(Refusal::field("PullRequest", "state", "invalid")),
    }
}

pub async fn files(cx: Cx, Path(path): Path<PullPath>, paging: Paging) -> Answer {
    cx.read(|wire| {
        let pull = wire.state.load_pull(&path)?;
        let repo = wire.state.repo(pull.repo);
        let changes = wire.pull_changes(&pull);
        let render = |change: &_| wire.file_change(repo, change, &pull.head_sha);
        Ok(paging.answer(&changes, render))
    })
}

pub async fn commits(cx: Cx, Path(path): Path<PullPath>, paging: Paging) -> Answer {
    cx.read(|wire| {
        let pull = wire.state.load_pull(&path)?;
        let repo = wire.state.repo(pull.repo);
        let commits = wire.pull_commits(&pull);
        Ok(paging.answer(&commits, |commit: &&Commit| wire.commit(repo, commit)))
    })
}

/// Comments on lines are not kept; there are none.
pub async fn review_comments(cx: Cx, Path(path): Path<PullPath>) -> Answer {
    cx.read(|wire| wire.state.load_pull(&path).map(|_| ok(json!([]))))
}

pub async fn is_merged(cx: Cx, Path(path): Path<PullPath>) -> Answer {
    cx.read(|wire| {
        let pull = wire.state.load_pull(&path)?;
        pull.merged_at.map(|_| no_content()).ok_or_else(Refusal::not_found)
    })
}

#[derive(Deserialize)]
pub struct Merge {
    commit_title: Option<String>,
    commit_message: Option<String>,
    sha: Option<String>,
    merge_method: Option<String>,
}

pub async fn merge(cx: Cx, Path(path): Path<PullPath>, Input(input): Input<Merge>) -> Answer {
    let method = match input.merge_method.as_deref() {
        None | Some("merge") => MergeMethod::Merge,
        Some("squash") => MergeMethod::Squash,
        Some("rebase") => MergeMethod::Rebase,
        Some(_) => return Err(Refusal::field("PullRequest", "merge_method", "invalid")),
    };
    cx.change(|change| {
        let id = change.state.load_pull(&path)?.id;
        let expected = input.sha.as_deref();
        let sha = change.merge_pull(id, method, input.commit_title, input.commit_message, expected)?;
        Ok(ok(json!({"sha": sha, "merged": true, "message": "Pull Request successfully merged"})))
    })
}
