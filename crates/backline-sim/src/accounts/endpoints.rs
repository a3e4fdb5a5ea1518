//! What of Atlassian's accounts is simulated.

use crate::coverage::{Endpoint, Support};

const APPS: &str = "https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/";

/// Paths as this simulator has them: `/auth` stands for `auth.atlassian.com` and `/api` for `api.atlassian.com`.
pub fn endpoints() -> Vec<Endpoint> {
    let row = |method, path: &str, support, anchor: &str| Endpoint {
        service: "auth",
        method,
        path: path.to_owned(),
        support,
        source: format!("{APPS}{anchor}"),
    };
    vec![
        row(
            "GET",
            "/auth/authorize",
            Support::Full,
            "#1--direct-the-user-to-the-authorization-url-to-get-an-authorization-code",
        ),
        row("POST", "/auth/oauth/token", Support::Full, "#2--exchange-authorization-code-for-access-token"),
        row(
            "GET",
            "/api/oauth/token/accessible-resources",
            Support::Full,
            "#3-1-get-the-cloudid-for-your-site",
        ),
        Endpoint {
            service: "auth",
            method: "GET",
            path: "/api/me".into(),
            support: Support::Partial("the extended profile is empty"),
            source: "https://developer.atlassian.com/cloud/confluence/user-identity-api-reference/".into(),
        },
    ]
}
