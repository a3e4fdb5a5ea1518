//! What the server says about itself.

use crate::github::answer::{Answer, ok};
use crate::github::gate::LIMIT_PER_HOUR;
use crate::github::request::Cx;
use axum::response::{IntoResponse, Response};
use serde_json::json;

pub async fn root(cx: Cx) -> Answer {
    let api = cx.base.api();
    Ok(ok(json!({
        "current_user_url": format!("{api}/user"),
        "rate_limit_url": format!("{api}/rate_limit"),
        "repository_url": format!("{api}/repos/{{owner}}/{{repo}}"),
        "user_url": format!("{api}/users/{{user}}"),
        "organization_url": format!("{api}/orgs/{{org}}"),
    })))
}

pub async fn meta(_: Cx) -> Answer {
    Ok(ok(json!({
        "verifiable_password_authentication": false,
        "installed_version": "3.19.0",
        "hooks": ["127.0.0.0/8", "::1/128"],
        "web": [], "api": [], "git": [], "packages": [], "pages": [], "importer": [], "actions": [], "dependabot": [],
    })))
}

pub async fn zen(_: Cx) -> Response {
    "Non-blocking is better than blocking.".into_response()
}

pub async fn rate_limit(cx: Cx) -> Answer {
    let limit = json!({"limit": LIMIT_PER_HOUR, "used": 0, "remaining": LIMIT_PER_HOUR, "reset": cx.github.reset_second()});
    Ok(ok(json!({
        "resources": {"core": limit, "search": limit, "graphql": limit, "integration_manifest": limit},
        "rate": limit,
    })))
}
