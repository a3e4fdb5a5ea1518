//! Saving, restoring and deleting connected projects, checked against what Jira says now.
//!
//! Invariant: every way to a new version goes through [`prepare`]: no check can be gone around.

mod foresee;
mod prepare;

pub use foresee::{Foreseen, Sample, foresee};
pub use prepare::{Target, doubled, elsewhere, prepare, prepare_on};

use crate::context::Context;
use crate::drift;
use crate::failure::Failure;
use backline_core::ids::{ConnectedProjectId, ConnectionId};
use backline_core::jira::issue::{IssueType, JiraProject};
use backline_core::mapping::doctor::{MappingProblem, Verdict};
use backline_core::mapping::rule::Rule;
use backline_core::mapping::{ConnectedProject, Mapping};
use backline_store::StoreError;
use backline_store::project::Reach;

/// A project as a person filled it in.
#[derive(Debug, Clone)]
pub struct Draft {
    /// `None` for a new one.
    pub id: Option<ConnectedProjectId>,
    pub connection: ConnectionId,
    pub project: JiraProject,
    pub issue_type: IssueType,
    pub rule: Rule,
    pub mapping: Mapping,
    /// Save even if some vulnerabilities would get no ticket: they stay blocked until it is mended.
    pub accepts_blocked: bool,
    pub author: String,
}

/// A version that is wished for again.
#[derive(Debug, Clone)]
pub struct Back {
    pub id: ConnectedProjectId,
    pub version: u32,
    pub accepts_blocked: bool,
    pub author: String,
}

/// How many of the newest vulnerabilities a mapping is tried on.
pub const NEWEST: u64 = 200;

/// Why a project was not saved. The last good version stays live.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("{} problem(s) in the mapping", .0.len())]
    Refused(Vec<MappingProblem>),
    #[error("some vulnerabilities would get no ticket")]
    Blocks(Vec<Verdict>),
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<StoreError> for SaveError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Saves a project as its next version; everything that waited for it is due.
pub async fn save(cx: &Context, draft: Draft, reach: Reach) -> Result<ConnectedProject, SaveError> {
    let projects = cx.store.list_projects().await?;
    let author = draft.author.clone();
    let project = prepare(cx, draft, &projects).await?;
    keep(cx, project, reach, &author).await
}

/// Saves what an older version said as the next one, after the same checks; the place among the rules stays.
///
/// # Errors
/// [`StoreError::Missing`] without such a version; else as [`save`].
pub async fn restore(cx: &Context, back: Back, reach: Reach) -> Result<ConnectedProject, SaveError> {
    let missing = |thing| Failure::Store(StoreError::Missing(thing));
    let known = cx.store.load_project(back.id).await?.ok_or_else(|| missing("the connected project"))?;
    let old = cx.store.load_version(back.id, back.version).await?.ok_or_else(|| missing("the version"))?;
    let draft = Draft {
        id: Some(known.id),
        connection: known.connection,
        project: known.project,
        issue_type: old.project.issue_type,
        rule: old.project.rule,
        mapping: Mapping { version: known.mapping.version, ..old.project.mapping },
        accepts_blocked: back.accepts_blocked,
        author: back.author,
    };
    let projects = cx.store.list_projects().await?;
    let author = draft.author.clone();
    let project = prepare(cx, draft, &projects).await?;
    let now = cx.clock.now();
    let saved = cx.store.restore_project(project, back.version, reach, &author, now).await?;
    saved_anew(cx, saved).await
}

/// Keeps a version that [`prepare`] made.
pub async fn keep(
    cx: &Context,
    project: ConnectedProject,
    reach: Reach,
    author: &str,
) -> Result<ConnectedProject, SaveError> {
    let saved = cx.store.save_project_for(project, reach, author, cx.clock.now()).await?;
    saved_anew(cx, saved).await
}

async fn saved_anew(cx: &Context, saved: ConnectedProject) -> Result<ConnectedProject, SaveError> {
    // What was seen against the version before is looked at anew.
    cx.store.mark_due(vec![drift::due(&saved, cx.clock.now(), "the mapping was saved")]).await?;
    cx.wake.notify_one();
    Ok(saved)
}

/// Ends the connection to a project. Tickets stay as they are; adding it again picks them up.
pub async fn delete(cx: &Context, id: ConnectedProjectId, author: &str) -> Result<(), Failure> {
    cx.store.delete_project(id, author, cx.clock.now()).await?;
    cx.wake.notify_one();
    Ok(())
}
