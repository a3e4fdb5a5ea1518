//! Scopes in words, as the consent page shows them.

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

fn is_granular(scope: &str) -> bool {
    let mut parts = scope.split(':');
    let is_verb = matches!(parts.next(), Some("read" | "write" | "delete" | "manage"));
    is_verb && parts.next().is_some() && parts.next().is_some_and(|product| product.starts_with("jira"))
}
