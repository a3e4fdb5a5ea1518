//! What is not simulated.

use super::Row;
use crate::coverage::Support::Not;

pub const ROWS: &[Row] = &[
    ("GET", "/app", Not, "apps/apps#get-the-authenticated-app"),
    (
        "POST",
        "/app/installations/{installation_id}/access_tokens",
        Not,
        "apps/apps#create-an-installation-access-token-for-an-app",
    ),
    (
        "GET",
        "/installation/repositories",
        Not,
        "apps/installations#list-repositories-accessible-to-the-app-installation",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/code-scanning/alerts",
        Not,
        "code-scanning/code-scanning#list-code-scanning-alerts-for-a-repository",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/dependabot/alerts",
        Not,
        "dependabot/alerts#list-dependabot-alerts-for-a-repository",
    ),
    ("POST", "/repos/{owner}/{repo}/check-runs", Not, "checks/runs#create-a-check-run"),
    ("POST", "/repos/{owner}/{repo}/statuses/{sha}", Not, "commits/statuses#create-a-commit-status"),
    ("POST", "/repos/{owner}/{repo}/issues", Not, "issues/issues#create-an-issue"),
    (
        "POST",
        "/repos/{owner}/{repo}/pulls/{pull_number}/comments",
        Not,
        "pulls/comments#create-a-review-comment-for-a-pull-request",
    ),
    (
        "PUT",
        "/repos/{owner}/{repo}/pulls/{pull_number}/update-branch",
        Not,
        "pulls/pulls#update-a-pull-request-branch",
    ),
    ("GET", "/repos/{owner}/{repo}/releases", Not, "releases/releases#list-releases"),
    ("GET", "/repos/{owner}/{repo}/traffic/views", Not, "metrics/traffic#get-page-views"),
    ("POST", "/orgs/{org}/hooks", Not, "orgs/webhooks#create-an-organization-webhook"),
    ("GET", "/search/issues", Not, "search/search#search-issues-and-pull-requests"),
];
