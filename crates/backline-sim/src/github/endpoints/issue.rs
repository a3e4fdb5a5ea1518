//! Issues, as far as pull requests are ones: comments and labels.

use super::Row;
use crate::coverage::Support::{Full, Partial};

const LISTS: &str = "filters beside those of pull requests";

pub const ROWS: &[Row] = &[
    ("GET", "/repos/{owner}/{repo}/issues", Partial(LISTS), "issues/issues#list-repository-issues"),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{issue_number}",
        Partial("pull requests only"),
        "issues/issues#get-an-issue",
    ),
    (
        "PATCH",
        "/repos/{owner}/{repo}/issues/{issue_number}",
        Partial("pull requests only"),
        "issues/issues#update-an-issue",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{issue_number}/comments",
        Full,
        "issues/comments#list-issue-comments",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/{issue_number}/comments",
        Full,
        "issues/comments#create-an-issue-comment",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/comments/{comment_id}",
        Full,
        "issues/comments#get-an-issue-comment",
    ),
    (
        "PATCH",
        "/repos/{owner}/{repo}/issues/comments/{comment_id}",
        Full,
        "issues/comments#update-an-issue-comment",
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/issues/comments/{comment_id}",
        Full,
        "issues/comments#delete-an-issue-comment",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{issue_number}/labels",
        Full,
        "issues/labels#list-labels-for-an-issue",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/{issue_number}/labels",
        Full,
        "issues/labels#add-labels-to-an-issue",
    ),
    (
        "PUT",
        "/repos/{owner}/{repo}/issues/{issue_number}/labels",
        Full,
        "issues/labels#set-labels-for-an-issue",
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/issues/{issue_number}/labels",
        Full,
        "issues/labels#remove-all-labels-from-an-issue",
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}",
        Full,
        "issues/labels#remove-a-label-from-an-issue",
    ),
];
