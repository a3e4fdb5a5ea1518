//! Everything that Jira says of one project and issue type, read together and kept for a minute, so that a form
//! which is refreshed field by field does not ask Jira each time. Saving asks afresh.

use crate::app::App;
use backline_core::ids::{ConnectionId, IssueTypeId};
use backline_core::jira::field::FieldMeta;
use backline_core::jira::issue::{IssueType, JiraProject};
use backline_core::jira::workflow::Status;
use backline_engine::failure::Failure;
use backline_engine::metadata;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

const KEPT: SignedDuration = SignedDuration::from_mins(1);
const SCREENS_MAX: usize = 64;

#[derive(Debug)]
pub struct Screen {
    pub project: JiraProject,
    /// Those that a ticket can have: subtasks need a parent and are left out.
    pub issue_types: Vec<IssueType>,
    pub issue_type: IssueType,
    /// Of the create screen.
    pub fields: Vec<FieldMeta>,
    pub statuses: Vec<Status>,
    /// For closing transitions; absent where Jira does not tell.
    pub resolution: Option<FieldMeta>,
    pub read_at: Timestamp,
}

impl Screen {
    /// What the screen of a transition may ask: the resolution, and what the create screen has, each once.
    pub fn at_steps(&self) -> impl Iterator<Item = &FieldMeta> {
        let is_other = |meta: &&FieldMeta| !self.resolution.iter().any(|known| known.id == meta.id);
        self.resolution.iter().chain(self.fields.iter().filter(is_other))
    }
}

type Key = (ConnectionId, String, String);

/// The screens that were read lately.
#[derive(Debug, Default)]
pub struct Screens(Mutex<HashMap<Key, Arc<Screen>>>);

impl Screens {
    fn find(&self, key: &Key, now: Timestamp) -> Option<Arc<Screen>> {
        let screens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        screens.get(key).filter(|screen| now.duration_since(screen.read_at) < KEPT).cloned()
    }

    fn keep(&self, key: Key, screen: Arc<Screen>) {
        let mut screens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if screens.len() >= SCREENS_MAX {
            screens.retain(|_, kept| screen.read_at.duration_since(kept.read_at) < KEPT);
        }
        if screens.len() < SCREENS_MAX {
            screens.insert(key, screen);
        }
    }
}

/// What a form is about: ids as they stand in addresses and fields.
#[derive(Debug, Clone, Copy)]
pub struct Target<'t> {
    pub connection: ConnectionId,
    /// Id or key.
    pub project: &'t str,
    /// Empty for the first that Jira offers.
    pub issue_type: &'t str,
}

/// Reads a screen, or answers the one that was read less than a minute ago.
pub async fn load(app: &App, target: Target<'_>, is_fresh: bool) -> Result<Arc<Screen>, Failure> {
    let now = app.now();
    let key = (target.connection, target.project.to_owned(), target.issue_type.to_owned());
    if !is_fresh && let Some(screen) = app.screens.find(&key, now) {
        return Ok(screen);
    }
    let (engine, id) = (&app.engine, target.connection);
    let project = metadata::project(engine, id, target.project).await?;
    let types = metadata::issue_types(engine, id, &project.id).await?;
    let issue_types: Vec<IssueType> = types.into_iter().filter(|kind| !kind.is_subtask).collect();
    let issue_type = choose(&issue_types, target.issue_type)
        .ok_or(Failure::Jira(backline_clients::jira::JiraError::Gone))?
        .clone();
    let (fields, statuses, resolution) = tokio::try_join!(
        metadata::create_fields(engine, id, &project.id, &issue_type.id),
        metadata::statuses(engine, id, &project.id, &issue_type.id),
        metadata::resolutions(engine, id),
    )?;
    let screen = Arc::new(Screen {
        project,
        issue_types,
        issue_type,
        fields,
        statuses,
        resolution: Some(resolution)
            .filter(|field| field.allowed.as_ref().is_some_and(|all| !all.is_empty())),
        read_at: now,
    });
    app.screens.keep(key, screen.clone());
    Ok(screen)
}

fn choose<'t>(types: &'t [IssueType], wanted: &str) -> Option<&'t IssueType> {
    if wanted.is_empty() {
        types.first()
    } else {
        types.iter().find(|kind| IssueTypeId::as_str(&kind.id) == wanted)
    }
}
