//! Linking an issue to another one, and taking a link off.

use super::form::Typed;
use super::visit::Visit;
use super::{On, browse};
use crate::jira::refusal::Refusal;
use crate::jira::write::link;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

pub async fn add(visit: Visit, Path((_, key)): On, typed: Typed) -> Response {
    let (link_type, end) = typed.one("type").split_once('/').unwrap_or_default();
    let (this, other) = (json!({"key": key}), json!({"key": typed.one("issue")}));
    let (inward, outward) = if end == "inward" { (other, this) } else { (this, other) };
    let body = json!({"type": {"id": link_type}, "inwardIssue": inward, "outwardIssue": outward});
    let made = link::create(&visit.call, &mut visit.call.site.write(), &body).map_err(|refusal| {
        // The API does not say which of the two is meant.
        let is_other = refusal.status() == StatusCode::NOT_FOUND;
        if is_other {
            Refusal::bad("The issue to link does not exist, or you may not see it.")
        } else {
            refusal
        }
    });
    browse::after(&visit, &key, &typed, made.map(|_| format!("{key}#links")))
}

pub async fn remove(visit: Visit, Path((_, key)): On, typed: Typed) -> Response {
    let removed = link::delete(&visit.call, &mut visit.call.site.write(), typed.one("link"));
    browse::after(&visit, &key, &typed, removed.map(|()| format!("{key}#links")))
}
