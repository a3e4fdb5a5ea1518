//! What a person does with an issue in the browser only: move it, clone it, put it away.

use super::{Done, answered, call, done, main_site, make, site};
use crate::control::Asked;
use crate::jira::Jira;
use crate::jira::admin::AdminChange;
use crate::jira::refusal::Refusal;
use crate::jira::write::{clone, moving};
use axum::extract::State;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    #[serde(default = "main_site")]
    site: String,
    issue: String,
    project: String,
}

/// Moves an issue to another project; answers its new key.
pub async fn change_project(State(jira): State<Arc<Jira>>, Asked(body): Asked<Move>) -> Done {
    let site = site(&jira, &body.site)?;
    let key = moving::run(&call(&site), &mut site.write(), &body.issue, &body.project)?;
    answered(json!({"key": key}))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clone {
    #[serde(default = "main_site")]
    site: String,
    issue: String,
}

/// Clones an issue with its labels and other fields; answers the clone's id and key.
pub async fn duplicate(State(jira): State<Arc<Jira>>, Asked(body): Asked<Clone>) -> Done {
    let site = site(&jira, &body.site)?;
    let (id, key) = clone::run(&call(&site), &mut site.write(), &body.issue)?;
    answered(json!({"id": id.to_string(), "key": key}))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    #[serde(default = "main_site")]
    site: String,
    issue: String,
    /// False restores it.
    #[serde(default = "yes")]
    archived: bool,
}

fn yes() -> bool {
    true
}

/// Archives or restores an issue.
pub async fn archive(State(jira): State<Arc<Jira>>, Asked(body): Asked<Archive>) -> Done {
    let site = site(&jira, &body.site)?;
    let mut state = site.write();
    let issue = state.find_issue(&body.issue).ok_or_else(Refusal::no_issue)?.id;
    make(&mut state, AdminChange::Issue { issue, archived: body.archived }, "issue", issue);
    done()
}
