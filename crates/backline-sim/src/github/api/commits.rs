//! Commits as a repository shows them, and the comparison of two.

use crate::github::answer::{Answer, ok};
use crate::github::diff;
use crate::github::error::Refusal;
use crate::github::model::{Commit, Pull, Repo};
use crate::github::paging::Paging;
use crate::github::request::{Cx, RepoPath};
use crate::github::wire::Wire;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub struct ListQuery {
    sha: Option<String>,
    path: Option<String>,
    author: Option<String>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

pub async fn list(
    cx: Cx,
    Path(path): Path<RepoPath>,
    Query(query): Query<ListQuery>,
    paging: Paging,
) -> Answer {
    cx.read(|wire| {
        let repo = wire.state.load_repo(&path)?;
        let start = query.sha.as_deref().unwrap_or(&repo.default_branch);
        let start = wire.state.find_commit(repo.id, start).ok_or_else(Refusal::not_found)?;
        let log = wire.state.log(&start.sha);
        let wanted: Vec<&Commit> =
            log.into_iter().filter(|commit| is_wanted(&wire, commit, &query)).collect();
        Ok(paging.answer(&wanted, |commit| wire.commit(&repo, commit)))
    })
}

fn is_wanted(wire: &Wire, commit: &Commit, query: &ListQuery) -> bool {
    let touches = |path: &String| {
        let before = commit.parents.first().and_then(|sha| wire.state.commits.find(sha));
        let before = before.and_then(|parent| wire.state.find_entry(&parent.tree, path));
        wire.state.find_entry(&commit.tree, path) != before
    };
    let is_by = |author: &String| {
        let login = commit.user.map(|id| &wire.state.user(id).login);
        login.is_some_and(|login| login.eq_ignore_ascii_case(author)) || commit.author.email == *author
    };
    query.path.as_ref().is_none_or(touches)
        && query.author.as_ref().is_none_or(is_by)
        && query.since.is_none_or(|since| commit.committer.at >= since)
        && query.until.is_none_or(|until| commit.committer.at <= until)
}

/// A branch may contain slashes, so what is asked about a commit is told by the end of the path.
pub async fn show(
    cx: Cx,
    Path((owner, name, rest)): Path<(String, String, String)>,
    paging: Paging,
) -> Answer {
    cx.read(|wire| {
        let repo = wire.state.load_repo(&(owner, name))?;
        if let Some(commit) = wire.state.find_commit(repo.id, &rest) {
            return Ok(ok(wire.full_commit(&repo, commit)));
        }
        let missing = || {
            let message = format!("No commit found for SHA: {rest}");
            Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, message)
        };
        let (text, part) = rest.rsplit_once('/').ok_or_else(missing)?;
        let commit = wire.state.find_commit(repo.id, text).ok_or_else(missing)?;
        match part {
            "pulls" => Ok(pulls_of(&wire, &repo, commit, &paging)),
            "statuses" | "comments" => Ok(ok(json!([]))),
            "status" => Ok(ok(json!({
                "state": "pending", "statuses": [], "sha": commit.sha, "total_count": 0,
                "repository": wire.repo(&repo),
                "commit_url": format!("{}/commits/{}", wire.repo_url(&repo), commit.sha),
                "url": format!("{}/commits/{}/status", wire.repo_url(&repo), commit.sha),
            }))),
            "check-runs" => Ok(ok(json!({"total_count": 0, "check_runs": []}))),
            "check-suites" => Ok(ok(json!({"total_count": 0, "check_suites": []}))),
            _ => Err(missing()),
        }
    })
}

fn pulls_of(wire: &Wire, repo: &Repo, commit: &Commit, paging: &Paging) -> Response {
    let has_it = |pull: &&Pull| {
        pull.merge_commit_sha.as_ref() == Some(&commit.sha)
            || wire.pull_commits(pull).iter().any(|known| known.sha == commit.sha)
    };
    let pulls: Vec<&Pull> = wire.state.pulls_of(repo.id).filter(has_it).collect();
    paging.answer(&pulls, |pull| wire.simple_pull(pull))
}

/// `base...head`; each side may be `owner:branch`.
pub async fn compare(cx: Cx, Path((owner, name, range)): Path<(String, String, String)>) -> Answer {
    cx.read(|wire| {
        let repo = wire.state.load_repo(&(owner, name))?;
        let (base, head) = range.split_once("...").ok_or_else(Refusal::not_found)?;
        let find = |text: &str| {
            let text = text.rsplit(':').next().unwrap_or(text);
            wire.state.find_commit(repo.id, text).ok_or_else(Refusal::not_found)
        };
        let (base, head) = (find(base)?, find(head)?);
        let missing = || Refusal::new(StatusCode::NOT_FOUND, "No common ancestor");
        let origin = wire.state.merge_base(&base.sha, &head.sha).ok_or_else(missing)?;
        let ahead = wire.state.commits_between(&base.sha, &head.sha);
        let behind = wire.state.commits_between(&head.sha, &base.sha).len();
        let changes =
            diff::changed_files(&wire.state.files_of_commit(&origin), &wire.state.files(&head.tree));
        let status = match (ahead.len(), behind) {
            (0, 0) => "identical",
            (_, 0) => "ahead",
            (0, _) => "behind",
            _ => "diverged",
        };
        let origin = wire.state.commits.find(&origin).ok_or_else(Refusal::not_found)?;
        let html = format!("{}/compare/{range}", wire.repo_html_url(&repo));
        Ok(ok(json!({
            "url": format!("{}/compare/{range}", wire.repo_url(&repo)),
            "html_url": html,
            "permalink_url": html,
            "diff_url": format!("{html}.diff"),
            "patch_url": format!("{html}.patch"),
            "base_commit": wire.commit(&repo, base),
            "merge_base_commit": wire.commit(&repo, origin),
            "status": status,
            "ahead_by": ahead.len(),
            "behind_by": behind,
            "total_commits": ahead.len(),
            "commits": ahead.iter().map(|commit| wire.commit(&repo, commit)).collect::<Value>(),
            "files": changes.iter().map(|change| wire.file_change(&repo, change, &head.sha)).collect::<Value>(),
        })))
    })
}
