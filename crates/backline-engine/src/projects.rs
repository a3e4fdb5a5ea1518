//! Saving and deleting connected projects, checked against what Jira says now.

use crate::context::Context;
use crate::failure::Failure;
use crate::metadata;
use backline_core::ids::{ConnectedProjectId, ConnectionId};
use backline_core::jira::issue::{IssueType, JiraProject};
use backline_core::mapping::doctor::{self, MappingProblem};
use backline_core::mapping::rule::Rule;
use backline_core::mapping::{ConnectedProject, Mapping};
use backline_store::StoreError;

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
    pub author: String,
}

/// Why a project was not saved. The last good version stays live.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("{} problem(s) in the mapping", .0.len())]
    Refused(Vec<MappingProblem>),
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<StoreError> for SaveError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Saves a project as its next version; everything that waited for it is due.
pub async fn save(cx: &Context, draft: Draft) -> Result<ConnectedProject, SaveError> {
    let connection = cx.store.load_connection(draft.connection).await?.ok_or(Failure::Disconnected)?;
    let site = connection.site.ok_or(Failure::Disconnected)?;
    let screen =
        metadata::create_fields(cx, draft.connection, &draft.project.id, &draft.issue_type.id).await?;
    let problems = doctor::check(&screen, &draft.mapping);
    if !problems.is_empty() {
        return Err(SaveError::Refused(problems));
    }
    let now = cx.clock.now();
    let mut mapping = draft.mapping;
    mapping.takes_labels = screen.iter().any(|field| field.id.as_str() == "labels");
    // What drift is measured against is the screen as it was at this moment.
    for field in &mut mapping.fields {
        if let Some(fresh) = screen.iter().find(|fresh| fresh.id == field.field.id) {
            field.field = fresh.clone();
        }
    }
    let project = ConnectedProject {
        id: draft.id.unwrap_or_else(|| ConnectedProjectId(cx.store.ids().uuid(now))),
        connection: draft.connection,
        cloud_id: site.cloud_id,
        site_url: site.url,
        project: draft.project,
        issue_type: draft.issue_type,
        position: 0,
        rule: draft.rule,
        mapping,
    };
    let saved = cx.store.save_project(project, &draft.author, now).await?;
    cx.wake.notify_one();
    Ok(saved)
}

/// Ends the connection to a project. Tickets stay as they are; adding it again picks them up.
pub async fn delete(cx: &Context, id: ConnectedProjectId, author: &str) -> Result<(), Failure> {
    cx.store.delete_project(id, author, cx.clock.now()).await?;
    cx.wake.notify_one();
    Ok(())
}
