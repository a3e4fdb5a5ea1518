//! Webhooks of a repository.

use super::Row;
use crate::coverage::Support::Full;

pub const ROWS: &[Row] = &[
    ("GET", "/repos/{owner}/{repo}/hooks", Full, "repos/webhooks#list-repository-webhooks"),
    ("POST", "/repos/{owner}/{repo}/hooks", Full, "repos/webhooks#create-a-repository-webhook"),
    ("GET", "/repos/{owner}/{repo}/hooks/{hook_id}", Full, "repos/webhooks#get-a-repository-webhook"),
    ("PATCH", "/repos/{owner}/{repo}/hooks/{hook_id}", Full, "repos/webhooks#update-a-repository-webhook"),
    ("DELETE", "/repos/{owner}/{repo}/hooks/{hook_id}", Full, "repos/webhooks#delete-a-repository-webhook"),
    (
        "GET",
        "/repos/{owner}/{repo}/hooks/{hook_id}/config",
        Full,
        "repos/webhooks#get-a-webhook-configuration-for-a-repository",
    ),
    (
        "PATCH",
        "/repos/{owner}/{repo}/hooks/{hook_id}/config",
        Full,
        "repos/webhooks#update-a-webhook-configuration-for-a-repository",
    ),
    ("POST", "/repos/{owner}/{repo}/hooks/{hook_id}/pings", Full, "repos/webhooks#ping-a-repository-webhook"),
    (
        "POST",
        "/repos/{owner}/{repo}/hooks/{hook_id}/tests",
        Full,
        "repos/webhooks#test-the-push-repository-webhook",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries",
        Full,
        "repos/webhooks#list-deliveries-for-a-repository-webhook",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}",
        Full,
        "repos/webhooks#get-a-delivery-for-a-repository-webhook",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts",
        Full,
        "repos/webhooks#redeliver-a-delivery-for-a-repository-webhook",
    ),
];
