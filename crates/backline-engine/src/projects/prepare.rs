//! Everything that is checked before a version is saved: what Jira says of it now, what the newest vulnerabilities
//! say of it, and whether it speaks of the project that its tickets are in.

use super::{Draft, NEWEST, SaveError};
use crate::context::Context;
use crate::failure::Failure;
use crate::metadata;
use backline_core::ids::{ConnectedProjectId, ConnectionId, IssueTypeId, JiraProjectId};
use backline_core::jira::field::FieldMeta;
use backline_core::jira::issue::Site;
use backline_core::jira::workflow::Status;
use backline_core::mapping::closing::ClosedBy;
use backline_core::mapping::doctor::{self, Chosen, Effect, MappingProblem, Verdict};
use backline_core::mapping::read::View;
use backline_core::mapping::rule::Rule;
use backline_core::mapping::{ConnectedProject, Mapping, place};
use backline_core::ticket::plan::page_of;

/// What Jira says of a project and issue type at one moment.
#[derive(Debug, Clone)]
pub struct Target {
    /// Of the create screen.
    pub fields: Vec<FieldMeta>,
    pub statuses: Vec<Status>,
    pub resolution: FieldMeta,
}

impl Target {
    pub async fn read(
        cx: &Context,
        connection: ConnectionId,
        project: &JiraProjectId,
        issue_type: &IssueTypeId,
    ) -> Result<Self, Failure> {
        Ok(Self {
            fields: metadata::create_fields(cx, connection, project, issue_type).await?,
            statuses: metadata::statuses(cx, connection, project, issue_type).await?,
            resolution: metadata::resolutions(cx, connection).await?,
        })
    }

    /// A field as it is now; steps of the lifecycle can have the resolution besides what the create screen has.
    pub fn field_at_step(&self, known: &FieldMeta) -> Option<&FieldMeta> {
        self.fields.iter().chain([&self.resolution]).find(|fresh| fresh.id == known.id)
    }
}

/// The next version of a project, checked and ready to be kept. `projects` are those that are connected now.
pub async fn prepare(
    cx: &Context,
    draft: Draft,
    projects: &[ConnectedProject],
) -> Result<ConnectedProject, SaveError> {
    let connection = cx.store.load_connection(draft.connection).await?.ok_or(Failure::Disconnected)?;
    let site = connection.site.ok_or(Failure::Disconnected)?;
    if let Some(problem) = elsewhere(&draft, &site, projects) {
        return Err(SaveError::Refused(vec![problem]));
    }
    let target = Target::read(cx, draft.connection, &draft.project.id, &draft.issue_type.id).await?;
    prepare_on(cx, draft, site, &target, projects).await
}

/// As [`prepare`], where Jira was asked already and the place is known to be right.
pub async fn prepare_on(
    cx: &Context,
    draft: Draft,
    site: Site,
    target: &Target,
    projects: &[ConnectedProject],
) -> Result<ConnectedProject, SaveError> {
    let mut mapping = draft.mapping;
    let mut problems = renew(&mut mapping, target);
    let gone = metadata::gone(cx, draft.connection, &mapping).await?;
    problems.extend(gone.iter().map(Chosen::gone));
    if !problems.is_empty() {
        return Err(SaveError::Refused(problems));
    }
    if !draft.accepts_blocked {
        let blocking = blocking(cx, &mapping, &draft.rule).await?;
        if !blocking.is_empty() {
            return Err(SaveError::Blocks(blocking));
        }
    }
    let known = projects.iter().find(|known| Some(known.id) == draft.id);
    let behind = || projects.iter().map(|known| known.position + 1).max().unwrap_or(0);
    let now = cx.clock.now();
    Ok(ConnectedProject {
        id: draft.id.unwrap_or_else(|| ConnectedProjectId(cx.store.ids().uuid(now))),
        connection: draft.connection,
        cloud_id: site.cloud_id,
        site_url: site.url,
        project: draft.project,
        issue_type: draft.issue_type,
        position: known.map_or_else(behind, |known| known.position),
        rule: draft.rule,
        mapping,
    })
}

/// Puts what Jira says at this moment into a mapping, never what was sent, and names what it would refuse: that is
/// what drift is measured against later.
fn renew(mapping: &mut Mapping, target: &Target) -> Vec<MappingProblem> {
    let screen = &target.fields;
    mapping.takes_labels = screen.iter().any(|field| field.id.as_str() == "labels");
    for field in &mut mapping.fields {
        if let Some(fresh) = screen.iter().find(|fresh| fresh.id == field.field.id) {
            field.field = fresh.clone();
        }
    }
    let mut problems = Vec::new();
    for (stage, step) in &mut mapping.lifecycle.0 {
        for field in &mut step.fields {
            match target.field_at_step(&field.field) {
                Some(fresh) => field.field = fresh.clone(),
                None => problems.push(doctor::unknown_at_step(*stage, &field.field)),
            }
        }
        if let Some(status) = &mut step.status
            && let Some(fresh) = target.statuses.iter().find(|fresh| fresh.id == status.id)
        {
            *status = fresh.clone();
        }
    }
    for rule in &mut mapping.closing.rules {
        let resolutions = target.resolution.allowed.iter().flatten();
        let resolution =
            || resolutions.clone().find(|known| known.id == rule.id).map(|known| known.label.clone());
        let status = || {
            target.statuses.iter().find(|known| known.id.as_str() == rule.id).map(|known| known.name.clone())
        };
        let fresh = match rule.by {
            ClosedBy::Resolution => resolution(),
            ClosedBy::Status => status(),
        };
        rule.name = fresh.unwrap_or_else(|| rule.name.clone());
    }
    problems.extend(doctor::check(screen, mapping));
    problems.extend(doctor::closing(&mapping.closing, &target.resolution, &target.statuses));
    problems.extend(doctor::lost_statuses(&mapping.lifecycle, &target.statuses));
    problems
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
    verdicts.retain(|verdict| verdict.effect == Effect::Blocked && verdict.problem.stage.is_none());
    Ok(verdicts)
}

/// Why a draft would speak of another Jira project than its tickets are in, or double a connected project.
pub fn elsewhere(draft: &Draft, site: &Site, projects: &[ConnectedProject]) -> Option<MappingProblem> {
    let is_there =
        |known: &ConnectedProject| known.cloud_id == site.cloud_id && known.project.id == draft.project.id;
    let place = place(&draft.project, &draft.issue_type);
    if let Some(known) = projects.iter().find(|known| Some(known.id) == draft.id) {
        return (!is_there(known)).then(|| {
            problem(
                format!("{} cannot become {place} of {}", known.project.key, site.name),
                "Its tickets are in another Jira project, and their numbers mean other issues there",
                "Add the other project as one of its own, and delete this one if it is no longer wanted",
            )
        });
    }
    let is_same = |known: &&ConnectedProject| {
        is_there(known) && known.issue_type.id == draft.issue_type.id && known.rule == draft.rule
    };
    projects.iter().find(is_same).map(doubled)
}

/// The project stands there already, for the same vulnerabilities.
pub fn doubled(known: &ConnectedProject) -> MappingProblem {
    problem(
        format!("{} is connected already, for the same vulnerabilities", known.place()),
        "Only the first of two with one rule would ever get any",
        &format!("Edit it at {}, or give this one another rule", page_of(known)),
    )
}

fn problem(what: String, why: &str, remedy: &str) -> MappingProblem {
    MappingProblem {
        field: None,
        stage: None,
        field_name: String::new(),
        what,
        why: why.to_owned(),
        remedy: remedy.to_owned(),
        repair: None,
    }
}
