//! Saving and deleting connected projects, checked against what Jira says now.

use crate::context::Context;
use crate::drift;
use crate::failure::Failure;
use crate::metadata;
use backline_core::ids::{ConnectedProjectId, ConnectionId};
use backline_core::jira::issue::{IssueType, JiraProject, Site};
use backline_core::mapping::doctor::{self, Effect, MappingProblem, Verdict};
use backline_core::mapping::read::View;
use backline_core::mapping::rule::Rule;
use backline_core::mapping::{ConnectedProject, Mapping};
use backline_core::ticket::plan::page_of;
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
    /// Save even if some vulnerabilities would get no ticket: they stay blocked until it is mended.
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
pub async fn save(cx: &Context, draft: Draft) -> Result<ConnectedProject, SaveError> {
    let connection = cx.store.load_connection(draft.connection).await?.ok_or(Failure::Disconnected)?;
    let site = connection.site.clone().ok_or(Failure::Disconnected)?;
    if let Some(problem) = elsewhere(cx, &draft, &site).await? {
        return Err(SaveError::Refused(vec![problem]));
    }
    let screen =
        metadata::create_fields(cx, draft.connection, &draft.project.id, &draft.issue_type.id).await?;
    let resolution = metadata::resolutions(cx, draft.connection).await?;
    let mut mapping = draft.mapping;
    mapping.takes_labels = screen.iter().any(|field| field.id.as_str() == "labels");
    // What is checked, and what drift is measured against, is what Jira says at this moment; never what was sent.
    for field in &mut mapping.fields {
        if let Some(fresh) = screen.iter().find(|fresh| fresh.id == field.field.id) {
            field.field = fresh.clone();
        }
    }
    let mut problems = Vec::new();
    for field in mapping.lifecycle.0.values_mut().flat_map(|step| &mut step.fields) {
        let known = screen.iter().chain([&resolution]).find(|fresh| fresh.id == field.field.id);
        match known {
            Some(fresh) => field.field = fresh.clone(),
            None => problems.push(doctor::unknown_at_step(&field.field)),
        }
    }
    problems.extend(doctor::check(&screen, &mapping));
    if !problems.is_empty() {
        return Err(SaveError::Refused(problems));
    }
    if !draft.accepts_blocked {
        let blocking = blocking(cx, &mapping, &draft.rule).await?;
        if !blocking.is_empty() {
            return Err(SaveError::Blocks(blocking));
        }
    }
    let now = cx.clock.now();
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
    // What was seen against the version before is looked at anew.
    cx.store.mark_due(vec![drift::due(&saved, now, "the mapping was saved")]).await?;
    cx.wake.notify_one();
    Ok(saved)
}

/// The causes for which some of the newest vulnerabilities would get no ticket.
async fn blocking(cx: &Context, mapping: &Mapping, rule: &Rule) -> Result<Vec<Verdict>, Failure> {
    let newest = cx.store.latest_vulnerabilities(NEWEST).await?;
    let settings = cx.settings();
    let views = newest.iter().filter(|vulnerability| rule.matches(vulnerability)).map(|vulnerability| View {
        vulnerability,
        pull_requests: &[],
        public_url: &settings.public_url,
    });
    let mut verdicts = doctor::examine(mapping, views);
    verdicts.retain(|verdict| verdict.effect == Effect::Blocked && verdict.stage.is_none());
    Ok(verdicts)
}

/// Why a draft would speak of another Jira project than its tickets are in, or double a connected project.
async fn elsewhere(cx: &Context, draft: &Draft, site: &Site) -> Result<Option<MappingProblem>, Failure> {
    let problem = |what: String, why: &str, remedy: &str| MappingProblem {
        field: None,
        field_name: String::new(),
        what,
        why: why.to_owned(),
        remedy: remedy.to_owned(),
        repair: None,
    };
    let is_there =
        |known: &ConnectedProject| known.cloud_id == site.cloud_id && known.project.id == draft.project.id;
    let place = format!("{} / {}", draft.project.key, draft.issue_type.name);
    let projects = cx.store.list_projects().await?;
    if let Some(known) = projects.iter().find(|known| Some(known.id) == draft.id) {
        return Ok((!is_there(known)).then(|| {
            problem(
                format!("{} cannot become {place} of {}", known.project.key, site.name),
                "Its tickets are in another Jira project, and their numbers mean other issues there",
                "Add the other project as one of its own, and delete this one if it is no longer wanted",
            )
        }));
    }
    let is_same = |known: &&ConnectedProject| {
        is_there(known) && known.issue_type.id == draft.issue_type.id && known.rule == draft.rule
    };
    Ok(projects.iter().find(is_same).map(|known| {
        problem(
            format!("{place} is connected already, for the same vulnerabilities"),
            "Only the first of two with one rule would ever get any",
            &format!("Edit it at {}, or give this one another rule", page_of(known)),
        )
    }))
}

/// Ends the connection to a project. Tickets stay as they are; adding it again picks them up.
pub async fn delete(cx: &Context, id: ConnectedProjectId, author: &str) -> Result<(), Failure> {
    cx.store.delete_project(id, author, cx.clock.now()).await?;
    cx.wake.notify_one();
    Ok(())
}
