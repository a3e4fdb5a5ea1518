//! What an administrator does to people: take a permission, deactivate, no longer let them be assigned.

use super::{Done, done, main_site, make, project_id, site};
use crate::control::Asked;
use crate::jira::Jira;
use crate::jira::admin::AdminChange;
use crate::jira::permission;
use crate::jira::refusal::Refusal;
use crate::people::{self, ADA};
use axum::extract::State;
use serde::Deserialize;
use std::sync::Arc;

fn ada() -> String {
    ADA.account_id.to_owned()
}

fn known(account_id: &str) -> Result<(), Refusal> {
    let text = "Nobody has this account id.";
    people::find(account_id).map(drop).ok_or_else(|| Refusal::field("account_id", text))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePermission {
    #[serde(default = "main_site")]
    site: String,
    #[serde(default = "ada")]
    account_id: String,
    permission: String,
    /// In this project only.
    project: Option<String>,
    held: bool,
}

pub async fn change_permission(State(jira): State<Arc<Jira>>, Asked(body): Asked<ChangePermission>) -> Done {
    let site = site(&jira, &body.site)?;
    known(&body.account_id)?;
    let found = permission::find(&body.permission);
    let permission =
        found.ok_or_else(|| Refusal::field("permission", "Unrecognized permission"))?.key.to_owned();
    let mut state = site.write();
    let project = body.project.as_deref().map(|key| project_id(&state, key)).transpose()?;
    let (account_id, held) = (body.account_id.clone(), body.held);
    let change = AdminChange::Permission { account_id, permission, project, held };
    make(&mut state, change, "user", &body.account_id);
    done()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeUser {
    #[serde(default = "main_site")]
    site: String,
    account_id: String,
    active: Option<bool>,
    assignable: Option<bool>,
}

pub async fn change_user(State(jira): State<Arc<Jira>>, Asked(body): Asked<ChangeUser>) -> Done {
    let site = site(&jira, &body.site)?;
    known(&body.account_id)?;
    if body.active.is_none() && body.assignable.is_none() {
        return Err(Refusal::bad("Give 'active' or 'assignable'."));
    }
    let (active, assignable) = (body.active, body.assignable);
    let change = AdminChange::User { account_id: body.account_id.clone(), active, assignable };
    make(&mut site.write(), change, "user", &body.account_id);
    done()
}

#[derive(Debug, Deserialize)]
pub struct Crowd {
    #[serde(default = "main_site")]
    site: String,
    size: usize,
}

/// Gives a site as many further users, for searches that see a part of them.
pub async fn let_in(State(jira): State<Arc<Jira>>, Asked(body): Asked<Crowd>) -> Done {
    site(&jira, &body.site)?.let_in(body.size);
    done()
}
