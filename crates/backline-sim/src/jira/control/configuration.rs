//! What an administrator does to screens, options and workflows.

use super::{Done, done, main_site, make, site};
use crate::control::Asked;
use crate::jira::Jira;
use crate::jira::admin::{AdminChange, ToOption, ToTransition, Validator, find_option};
use crate::jira::config::{Config, Id, TypeInProject};
use crate::jira::field::{FieldNo, no_of};
use crate::jira::refusal::Refusal;
use crate::jira::screen_change::{Place, ScreenChange};
use crate::witness::{self, Change, Commit, FieldChange};
use axum::extract::State;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// The row of an issue type, by name or id, in a project, and the project's id.
fn type_of<'a>(
    config: &'a Config,
    project: &str,
    issue_type: &str,
) -> Result<(Id, &'a TypeInProject), Refusal> {
    let project = config.find_project(project).ok_or_else(|| Refusal::no_project(project))?;
    let is_named = |id: Id| {
        id.to_string() == issue_type || config.issue_types.get(&id).is_some_and(|row| row.name == issue_type)
    };
    let row = project.types.iter().find(|row| is_named(row.issue_type));
    let row = row.ok_or_else(|| Refusal::bad("The project has no such issue type."))?;
    Ok((project.id, row))
}

fn field_of(config: &Config, id: &str) -> Result<FieldNo, Refusal> {
    let field = no_of(id).filter(|no| config.fields.contains_key(no));
    field.ok_or_else(|| Refusal::bad("There is no such field."))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeScreen {
    #[serde(default = "main_site")]
    site: String,
    project: String,
    /// Name or id.
    issue_type: String,
    /// Field id.
    field: String,
    to: Place,
}

/// Makes a field required or optional on a create screen, or takes it off.
pub async fn change_screen(State(jira): State<Arc<Jira>>, Asked(body): Asked<ChangeScreen>) -> Done {
    let site = site(&jira, &body.site)?;
    let mut state = site.write();
    let (project, row) = type_of(&state.config, &body.project, &body.issue_type)?;
    let field = field_of(&state.config, &body.field)?;
    let change = ScreenChange { project, issue_type: row.issue_type, field, to: body.to };
    state.change_screen(&change);
    witness::note(|| {
        let to = serde_json::to_value(body.to).unwrap_or_default();
        let fields = vec![FieldChange::new(&body.field, Value::Null, to)];
        vec![Commit::new("screen", change.key(), Change::Changed).fields(fields)]
    });
    done()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeOption {
    #[serde(default = "main_site")]
    site: String,
    /// Field id.
    field: String,
    /// Id or value. A removed one is named by its id.
    option: String,
    to: OptionVerb,
    /// For `renamed`.
    name: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OptionVerb {
    Removed,
    Disabled,
    Offered,
    Renamed,
}

/// Removes, disables, renames an option of a field or offers it again.
pub async fn change_option(State(jira): State<Arc<Jira>>, Asked(body): Asked<ChangeOption>) -> Done {
    let site = site(&jira, &body.site)?;
    let mut state = site.write();
    let field = field_of(&state.config, &body.field)?;
    let rows = state.config.fields.get(&field).map_or(&[][..], |field| &field.options);
    let found = find_option(rows, &body.option).map(|row| row.id);
    let removed = body.option.parse().ok().filter(|id| state.config.admin.is_option_removed(*id));
    let option = found.or(removed).ok_or_else(|| Refusal::bad("The field has no such option."))?;
    let to = match (body.to, body.name) {
        (OptionVerb::Removed, _) => ToOption::Removed,
        (OptionVerb::Disabled, _) => ToOption::Disabled,
        (OptionVerb::Offered, _) => ToOption::Offered,
        (OptionVerb::Renamed, Some(name)) => ToOption::Renamed(name),
        (OptionVerb::Renamed, None) => return Err(Refusal::field("name", "A new name is needed.")),
    };
    make(&mut state, AdminChange::Option { field, option, to }, "option", option);
    done()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeTransition {
    #[serde(default = "main_site")]
    site: String,
    project: String,
    /// Name or id; the first of the project if left out. Types that share its workflow share the change.
    issue_type: Option<String>,
    /// Id or name. One that is gone is named by its id.
    transition: String,
    to: TransitionVerb,
    /// For `renamed`.
    name: Option<String>,
    /// Field id, for `requires`, `no_longer_requires` and, if it may pass at all, `validated`.
    field: Option<String>,
    /// For `validated`: what the administrator wrote.
    text: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TransitionVerb {
    Gone,
    Offered,
    Renamed,
    Requires,
    NoLongerRequires,
    Validated,
    NotValidated,
}

/// Takes a transition out of a workflow or back in, renames it, asks for a field on it or puts a validator there.
pub async fn change_transition(State(jira): State<Arc<Jira>>, Asked(body): Asked<ChangeTransition>) -> Done {
    let site = site(&jira, &body.site)?;
    let mut state = site.write();
    let config = &state.config;
    let workflow = match &body.issue_type {
        Some(issue_type) => type_of(config, &body.project, issue_type)?.1.workflow,
        None => {
            let project =
                config.find_project(&body.project).ok_or_else(|| Refusal::no_project(&body.project))?;
            project.types.first().map(|row| row.workflow).unwrap_or_default()
        }
    };
    let transitions = config.workflows.get(&workflow).map_or(&[][..], |workflow| &workflow.transitions);
    let is_named = |id: Id, name: &str| id.to_string() == body.transition || name == body.transition;
    let offered = transitions.iter().find(|offer| is_named(offer.id, offer.name)).map(|offer| offer.id);
    let gone = body.transition.parse().ok().filter(|id| config.admin.is_transition_gone(workflow, *id));
    let transition = offered.or(gone).ok_or_else(|| Refusal::bad("The workflow has no such transition."))?;
    let field = body.field.as_deref().map(|id| field_of(config, id)).transpose()?;
    let needed = |name: &str| Refusal::field(name, format!("'{name}' is needed for this."));
    let to = match body.to {
        TransitionVerb::Gone => ToTransition::Gone,
        TransitionVerb::Offered => ToTransition::Offered,
        TransitionVerb::Renamed => ToTransition::Renamed(body.name.ok_or_else(|| needed("name"))?),
        TransitionVerb::Requires => ToTransition::Requires(field.ok_or_else(|| needed("field"))?),
        TransitionVerb::NoLongerRequires => {
            ToTransition::NoLongerRequires(field.ok_or_else(|| needed("field"))?)
        }
        TransitionVerb::Validated => {
            ToTransition::Validated(Validator { text: body.text.ok_or_else(|| needed("text"))?, field })
        }
        TransitionVerb::NotValidated => ToTransition::NotValidated,
    };
    make(&mut state, AdminChange::Transition { workflow, transition, to }, "transition", transition);
    done()
}
