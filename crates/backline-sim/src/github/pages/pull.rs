//! One pull request: what it says, what it changes, who said what.

use super::repo::state_of;
use super::{Cx, Page, Refusal, html, markdown};
use crate::github::clock;
use crate::github::diff::Status;
use crate::github::model::{Pull, ReviewState};
use crate::github::request::PullPath;
use crate::github::seed;
use crate::github::wire::Wire;
use askama::Template;
use axum::extract::Path;
use jiff::Timestamp;

struct CommitLine {
    short_sha: String,
    message: String,
    author: String,
}

struct FileBlock {
    path: String,
    status: &'static str,
    additions: usize,
    deletions: usize,
    /// Class and text.
    lines: Vec<(&'static str, String)>,
}

struct Said {
    at: Timestamp,
    when: String,
    author: String,
    what: &'static str,
    body_html: String,
}

#[derive(Template)]
#[template(path = "github/pull.html")]
struct PullPage {
    person: &'static str,
    full_name: String,
    number: u64,
    title: String,
    body: String,
    body_html: String,
    state: &'static str,
    author: String,
    head: String,
    base: String,
    created_at: String,
    labels: Vec<String>,
    commits: Vec<CommitLine>,
    files: Vec<FileBlock>,
    said: Vec<Said>,
    is_own: bool,
    is_open: bool,
    is_draft: bool,
    is_mergeable: bool,
    /// Who merged it, and when.
    merged: Option<(String, String)>,
}

pub async fn show(cx: Cx, Path(path): Path<PullPath>) -> Page {
    let page = cx.read(|wire| {
        let pull = wire.state.load_pull(&path)?;
        Ok::<_, Refusal>(page(&wire, &pull, cx.user.id))
    });
    html(&page?)
}

fn page(wire: &Wire, pull: &Pull, reader: u64) -> PullPage {
    let login = |id: u64| wire.state.user(id).login.clone();
    let repo = wire.state.repo(pull.repo);
    let body = pull.body.clone().unwrap_or_default();
    let commits = wire.pull_commits(pull);
    PullPage {
        person: seed::PERSON,
        full_name: wire.state.full_name(repo),
        number: pull.number,
        title: pull.title.clone(),
        body_html: markdown::render(&body),
        body,
        state: state_of(pull),
        author: login(pull.author),
        head: pull.head_ref.clone(),
        base: pull.base_ref.clone(),
        created_at: clock::text(pull.created_at),
        labels: pull.labels.iter().filter_map(|key| Some(repo.labels.get(key)?.name.clone())).collect(),
        commits: commits
            .iter()
            .map(|commit| CommitLine {
                short_sha: commit.sha[..7].to_owned(),
                message: commit.message.lines().next().unwrap_or("").to_owned(),
                author: commit.author.name.clone(),
            })
            .collect(),
        files: files(wire, pull),
        said: said(wire, pull),
        is_own: pull.author == reader,
        is_open: pull.is_open,
        is_draft: pull.is_draft,
        is_mergeable: pull.is_open && wire.is_mergeable(pull),
        merged: pull.merged_at.and_then(|at| Some((login(pull.merged_by?), clock::text(at)))),
    }
}

fn files(wire: &Wire, pull: &Pull) -> Vec<FileBlock> {
    let changes = wire.pull_changes(pull);
    let block = changes.into_iter().map(|change| {
        let diff = wire.text_diff(&change);
        let class = |line: &str| match line.bytes().next() {
            Some(b'+') => "added",
            Some(b'-') => "removed",
            Some(b'@') => "hunk",
            _ => "same",
        };
        FileBlock {
            status: match change.status {
                Status::Added => "added",
                Status::Removed => "removed",
                Status::Modified => "modified",
                Status::Renamed => "renamed",
            },
            path: change.path,
            additions: diff.additions,
            deletions: diff.deletions,
            lines: diff
                .patch
                .unwrap_or_default()
                .lines()
                .map(|line| (class(line), line.to_owned()))
                .collect(),
        }
    });
    block.collect()
}

/// Comments and reviews in the order in which they were said.
fn said(wire: &Wire, pull: &Pull) -> Vec<Said> {
    let line = |at: Timestamp, author: u64, what: &'static str, body: &str| Said {
        at,
        when: clock::text(at),
        author: wire.state.user(author).login.clone(),
        what,
        body_html: markdown::render(body),
    };
    let comments = wire.state.comments_of(pull);
    let comments =
        comments.map(|comment| line(comment.created_at, comment.author, "commented", &comment.body));
    let reviews = wire.state.reviews_of(pull).filter_map(|review| {
        let what = match review.state {
            ReviewState::Approved => "approved these changes",
            ReviewState::ChangesRequested => "requested changes",
            ReviewState::Commented => "reviewed",
            ReviewState::Dismissed => "gave a review that was dismissed",
            ReviewState::Pending => return None,
        };
        Some(line(review.submitted_at?, review.author, what, &review.body))
    });
    let mut all: Vec<Said> = comments.chain(reviews).collect();
    all.sort_by_key(|said| said.at);
    all
}
