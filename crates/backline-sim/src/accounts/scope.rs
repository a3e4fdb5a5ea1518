//! Scopes in words, as the pages of consent and of connected apps show them.

use std::collections::BTreeSet;

/// What a scope lets the app do; `None` when there is no such scope.
pub fn describe(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "read:jira-work" => "View Jira issue data: projects, issues, comments, attachments",
        "write:jira-work" => {
            "Create and edit issues, comments and links, and move issues through their workflow"
        }
        "read:jira-user" => "View the profiles of Jira users",
        "manage:jira-webhook" => "Register, list, refresh and delete Jira webhooks",
        "manage:jira-project" => "Create and edit project settings, versions and components",
        "manage:jira-configuration" => "View and change Jira's global settings",
        "read:confluence-content.summary" => "View summaries of Confluence content",
        "write:confluence-content" => "Create and edit Confluence content",
        "read:me" => "View your profile: name and e-mail address",
        "read:account" => "View your account",
        "offline_access" => "Do all of this also while you are not signed in",
        _ if is_granular(scope) => "A granular permission of Jira",
        _ => return None,
    })
}

/// What these scopes let the app do; those that are in words of their own come first.
pub fn in_words(scopes: &BTreeSet<String>) -> Vec<String> {
    let (granular, plain): (Vec<_>, Vec<_>) = scopes.iter().partition(|scope| is_granular(scope));
    let plain = plain.into_iter().filter_map(|scope| describe(scope)).map(str::to_owned);
    plain.chain(granular.into_iter().map(|scope| format!("Granular permission {scope}"))).collect()
}

fn is_granular(scope: &str) -> bool {
    let mut parts = scope.split(':');
    let is_verb = matches!(parts.next(), Some("read" | "write" | "delete" | "manage"));
    is_verb && parts.next().is_some() && parts.next().is_some_and(|product| product.starts_with("jira"))
}
