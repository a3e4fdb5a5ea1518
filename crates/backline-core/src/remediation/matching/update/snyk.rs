//! Snyk's metadata comment, and its title. Its author is a real user, so the author tells nothing.
//!
//! Source: descriptions of public pull requests by Snyk (2021-2025); the comment is
//! `[//]: # 'snyk:metadata:{…}'`, in older ones with round brackets or as an HTML comment.

use super::{Update, claims, lower_bound};
use crate::pull_request::PullRequest;
use crate::remediation::matching::{Tool, package};
use serde_json::{Deserializer, Value};

const METADATA: &str = "snyk:metadata:";

pub fn is_author(pull_request: &PullRequest) -> bool {
    ["snyk-fix-", "snyk-upgrade-"].iter().any(|prefix| pull_request.branch.starts_with(prefix))
        || pull_request.title.starts_with("[Snyk")
        || pull_request.body.contains(METADATA)
}

pub fn read(pull_request: &PullRequest) -> Vec<Update> {
    let stated = stated(&pull_request.body).unwrap_or_default();
    if stated.is_empty() {
        return claims(&pull_request.title).map(|claim| claim.update(Tool::Snyk)).collect();
    }
    stated
}

fn stated(body: &str) -> Option<Vec<Update>> {
    let (_, text) = body.split_once(METADATA)?;
    let metadata: Value = Deserializer::from_str(text).into_iter().next()?.ok()?;
    let ecosystem = metadata.get("packageManager").and_then(Value::as_str).map(package::ecosystem);
    let dependencies = metadata.get("dependencies")?.as_array()?;
    let updates = dependencies.iter().filter_map(|dependency| {
        Some(Update {
            tool: Tool::Snyk,
            package: dependency.get("name")?.as_str()?.to_owned(),
            to: lower_bound(dependency.get("to")?.as_str()?),
            ecosystem: ecosystem.clone(),
            folder: None,
            is_guess: false,
        })
    });
    Some(updates.collect())
}
