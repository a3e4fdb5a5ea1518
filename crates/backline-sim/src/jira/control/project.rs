//! What an administrator does with a whole project: rename, archive, trash, restore.

use super::{Done, done, main_site, make, project_id, site};
use crate::control::Asked;
use crate::jira::Jira;
use crate::jira::admin::{AdminChange, PutAway, Standing};
use crate::jira::refusal::Refusal;
use crate::jira::write::moving;
use crate::people::ADA;
use axum::extract::State;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeProject {
    #[serde(default = "main_site")]
    site: String,
    project: String,
    to: Option<Standing>,
    /// A new key, which every issue takes on.
    key: Option<String>,
    name: Option<String>,
}

pub async fn change(State(jira): State<Arc<Jira>>, Asked(body): Asked<ChangeProject>) -> Done {
    let site = site(&jira, &body.site)?;
    let mut state = site.write();
    let project = project_id(&state, &body.project)?;
    if body.to.is_none() && body.key.is_none() && body.name.is_none() {
        return Err(Refusal::bad("Give 'to', 'key' or 'name'."));
    }
    if let Some(to) = body.to {
        let done = Some(PutAway { at_ms: site.clock.now_ms(), by: ADA.account_id.to_owned() });
        make(&mut state, AdminChange::Project { project, to, done }, "project", project);
    }
    if body.key.is_some() || body.name.is_some() {
        let now = state.config.projects.get(&project).ok_or_else(|| Refusal::no_project(&body.project))?;
        let key = body.key.unwrap_or_else(|| now.key.clone());
        let is_key = key.len() > 1 && key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        if !is_key || !key.starts_with(|c: char| c.is_ascii_uppercase()) {
            return Err(Refusal::field(
                "key",
                "Project keys are two or more capitals and digits, a capital first.",
            ));
        }
        if state.config.project_keys.get(&key).is_some_and(|other| *other != project) {
            return Err(Refusal::field("key", "Another project has or had this key."));
        }
        let change = AdminChange::Rename { project, key, name: body.name };
        make(&mut state, change, "project", project);
        moving::take_new_keys(&mut state, project, site.clock.now_ms());
    }
    done()
}
