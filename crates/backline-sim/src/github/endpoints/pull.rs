//! Pull requests and their reviews.

use super::Row;
use crate::coverage::Support::{Full, Partial};

pub const ROWS: &[Row] = &[
    ("GET", "/repos/{owner}/{repo}/pulls", Full, "pulls/pulls#list-pull-requests"),
    ("POST", "/repos/{owner}/{repo}/pulls", Partial("forks"), "pulls/pulls#create-a-pull-request"),
    ("GET", "/repos/{owner}/{repo}/pulls/{pull_number}", Full, "pulls/pulls#get-a-pull-request"),
    ("PATCH", "/repos/{owner}/{repo}/pulls/{pull_number}", Full, "pulls/pulls#update-a-pull-request"),
    ("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files", Full, "pulls/pulls#list-pull-requests-files"),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/{pull_number}/commits",
        Full,
        "pulls/pulls#list-commits-on-a-pull-request",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/{pull_number}/merge",
        Full,
        "pulls/pulls#check-if-a-pull-request-has-been-merged",
    ),
    ("PUT", "/repos/{owner}/{repo}/pulls/{pull_number}/merge", Full, "pulls/pulls#merge-a-pull-request"),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/{pull_number}/comments",
        Partial("always empty"),
        "pulls/comments#list-review-comments-on-a-pull-request",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers",
        Full,
        "pulls/review-requests#get-all-requested-reviewers-for-a-pull-request",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers",
        Partial("teams"),
        "pulls/review-requests#request-reviewers-for-a-pull-request",
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers",
        Partial("teams"),
        "pulls/review-requests#remove-requested-reviewers-from-a-pull-request",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
        Full,
        "pulls/reviews#list-reviews-for-a-pull-request",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
        Partial("comments on lines"),
        "pulls/reviews#create-a-review-for-a-pull-request",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}",
        Full,
        "pulls/reviews#get-a-review-for-a-pull-request",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/events",
        Full,
        "pulls/reviews#submit-a-review-for-a-pull-request",
    ),
    (
        "PUT",
        "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals",
        Full,
        "pulls/reviews#dismiss-a-review-for-a-pull-request",
    ),
];
