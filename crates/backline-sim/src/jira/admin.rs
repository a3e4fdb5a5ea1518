//! What an administrator has changed since the first day: who may do what, which projects and issues are put away,
//! what became of transitions and options.
//!
//! Owns the changes as values that are kept, and what they leave behind in the configuration. Screens are changed by
//! [`super::screen_change`]; a move, an edit or a comment is a person's act and no change of these.
//!
//! Invariant: a change is applied the same way when it is made and when it is read back at a start.

mod option;
mod transition;

pub use option::{ToOption, find as find_option};
pub use transition::ToTransition;

use super::config::{Config, Id, OptionRow, Project, Transition};
use super::field::FieldNo;
use super::state::State;
use crate::witness::{self, Change, Commit, FieldChange};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One change of the configuration.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdminChange {
    /// A person loses or regains a permission, in one project or everywhere.
    Permission {
        account_id: String,
        permission: String,
        project: Option<Id>,
        held: bool,
    },
    /// Absent: as it was.
    User {
        account_id: String,
        active: Option<bool>,
        assignable: Option<bool>,
    },
    Issue {
        issue: Id,
        archived: bool,
    },
    Project {
        project: Id,
        to: Standing,
        #[serde(default)]
        done: Option<PutAway>,
    },
    /// Nothing brings it back. Its issues are deleted beside this.
    ProjectGone {
        project: Id,
    },
    /// A new key; the old one goes on leading to the project.
    Rename {
        project: Id,
        key: String,
        name: Option<String>,
    },
    Transition {
        workflow: Id,
        transition: Id,
        to: ToTransition,
    },
    Option {
        field: FieldNo,
        option: Id,
        to: ToOption,
    },
}

/// Whether a project can be worked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Live,
    /// Not listed, not searched, and its issues are read-only.
    Archived,
    /// As if it did not exist, with its issues, until it is restored.
    Trashed,
}

/// When and by whom a project was put away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutAway {
    pub at_ms: i64,
    /// An account id.
    pub by: String,
}

/// A rule of a transition that no metadata shows.
/// Source: seen on a live site, 2026-08: the administrator's prose comes in `errorMessages`, `errors` is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validator {
    pub text: String,
    /// Passes once this field has a value; absent: never passes.
    pub field: Option<FieldNo>,
}

/// What the changes have left behind.
#[derive(Debug, Default)]
pub struct Admin {
    taken: BTreeSet<(String, String, Option<Id>)>,
    inactive: BTreeSet<String>,
    not_assignable: BTreeSet<String>,
    archived_issues: BTreeSet<Id>,
    archived_projects: BTreeMap<Id, Option<PutAway>>,
    trashed: BTreeMap<Id, (Project, Option<PutAway>)>,
    gone: BTreeMap<(Id, Id), Transition>,
    validators: BTreeMap<(Id, Id), Validator>,
    /// By id, with the field and the option that they were below.
    removed_options: BTreeMap<Id, (FieldNo, Option<Id>, OptionRow)>,
}

impl Admin {
    pub fn is_taken(&self, account_id: &str, permission: &str, project: Option<Id>) -> bool {
        let key = |project| (account_id.to_owned(), permission.to_owned(), project);
        !self.taken.is_empty()
            && (self.taken.contains(&key(None)) || project.is_some() && self.taken.contains(&key(project)))
    }

    pub fn is_active(&self, account_id: &str) -> bool {
        !self.inactive.contains(account_id)
    }

    pub fn is_assignable(&self, account_id: &str) -> bool {
        self.is_active(account_id) && !self.not_assignable.contains(account_id)
    }

    /// Whether an issue is put away: by itself, or with its project.
    pub fn is_archived(&self, issue: Id, project: Id) -> bool {
        self.archived_issues.contains(&issue) || self.is_project_archived(project)
    }

    pub fn is_issue_archived(&self, issue: Id) -> bool {
        self.archived_issues.contains(&issue)
    }

    pub fn is_project_archived(&self, project: Id) -> bool {
        self.archived_projects.contains_key(&project)
    }

    pub fn is_trashed(&self, project: Id) -> bool {
        self.trashed.contains_key(&project)
    }

    /// When and by whom a project was archived or thrown away, where that is known.
    pub fn put_away(&self, project: Id) -> Option<&PutAway> {
        let archived = self.archived_projects.get(&project);
        archived.or_else(|| self.trashed.get(&project).map(|(_, done)| done))?.as_ref()
    }

    /// The projects in the trash.
    pub fn trashed(&self) -> impl Iterator<Item = &Project> {
        self.trashed.values().map(|(project, _)| project)
    }

    /// A project in the trash, by id or key.
    pub fn find_trashed(&self, id_or_key: &str) -> Option<&Project> {
        let is_named = |project: &&Project| {
            project.id.to_string() == id_or_key || project.key.eq_ignore_ascii_case(id_or_key)
        };
        self.trashed().find(is_named)
    }

    pub fn is_option_removed(&self, option: Id) -> bool {
        self.removed_options.contains_key(&option)
    }

    pub fn is_transition_gone(&self, workflow: Id, transition: Id) -> bool {
        self.gone.contains_key(&(workflow, transition))
    }

    pub fn validator(&self, workflow: Id, transition: Id) -> Option<&Validator> {
        self.validators.get(&(workflow, transition))
    }
}

/// Keeps a change, applies it and tells history of it.
pub fn make(state: &mut State, change: AdminChange, object: &str, id: impl ToString) {
    let (object, id, to) = (object.to_owned(), id.to_string(), serde_json::to_value(&change));
    state.change_admin(change);
    witness::note(|| {
        let fields = vec![FieldChange::new("to", Value::Null, to.unwrap_or_default())];
        vec![Commit::new(&object, id, Change::Changed).fields(fields)]
    });
}

impl AdminChange {
    pub fn apply(&self, config: &mut Config) {
        let admin = &mut config.admin;
        match self {
            Self::Permission { account_id, permission, project, held } => {
                let key = (account_id.clone(), permission.clone(), *project);
                keep(&mut admin.taken, key, !held);
            }
            Self::User { account_id, active, assignable } => {
                if let Some(active) = active {
                    keep(&mut admin.inactive, account_id.clone(), !active);
                }
                if let Some(assignable) = assignable {
                    keep(&mut admin.not_assignable, account_id.clone(), !assignable);
                }
            }
            Self::Issue { issue, archived } => keep(&mut admin.archived_issues, *issue, *archived),
            Self::Project { project, to, done } => put_away(config, *project, *to, done.as_ref()),
            Self::ProjectGone { project } => {
                config.projects.remove(project);
                config.admin.archived_projects.remove(project);
                config.admin.trashed.remove(project);
            }
            Self::Rename { project, key, name } => {
                if let Some(project) = config.projects.get_mut(project) {
                    project.key.clone_from(key);
                    project.name = name.clone().unwrap_or_else(|| std::mem::take(&mut project.name));
                    config.project_keys.insert(key.clone(), project.id);
                }
            }
            Self::Transition { workflow, transition, to } => {
                transition::apply(config, *workflow, *transition, to)
            }
            Self::Option { field, option, to } => option::apply(config, *field, *option, to),
        }
    }
}

fn keep<T: Ord>(set: &mut BTreeSet<T>, key: T, is_in: bool) {
    if is_in {
        set.insert(key);
    } else {
        set.remove(&key);
    }
}

fn put_away(config: &mut Config, project: Id, to: Standing, done: Option<&PutAway>) {
    if to == Standing::Archived {
        config.admin.archived_projects.insert(project, done.cloned());
    } else {
        config.admin.archived_projects.remove(&project);
    }
    if to == Standing::Trashed {
        if let Some(gone) = config.projects.remove(&project) {
            config.admin.trashed.insert(project, (gone, done.cloned()));
        }
    } else if let Some((back, _)) = config.admin.trashed.remove(&project) {
        config.projects.insert(project, back);
    }
}

/// A name that an administrator gives. Those of the first day live as long as the process, and so do the few of these.
fn kept(name: &str) -> &'static str {
    name.to_owned().leak()
}
