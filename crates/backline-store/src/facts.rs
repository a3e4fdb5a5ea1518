//! Everything that is known of a subject, read as of one moment.

use crate::column::{from_json, unsigned};
use crate::entity::{
    connected_project, mapping_version, remediation, remediation_fix, subject, subject_member, ticket,
};
use crate::error::StoreError;
use crate::pull_request;
use crate::store::Store;
use crate::vulnerability;
use crate::workflow::{self, Of};
use backline_core::ids::{CloudId, IssueTypeId, JiraProjectId, SubjectId};
use backline_core::mapping::ConnectedProject;
use backline_core::ticket::{Facts, Subject, Ticket};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

impl Store {
    /// `None` when there is no such subject.
    pub async fn load_facts(&self, id: SubjectId) -> Result<Option<Facts>, StoreError> {
        let db = self.snapshot().await?;
        let Some(row) = subject::Entity::find_by_id(id.0).one(&db).await? else { return Ok(None) };
        let members: Vec<Uuid> = subject_member::Entity::find()
            .filter(subject_member::Column::Subject.eq(id.0))
            .all(&db)
            .await?
            .into_iter()
            .map(|member| member.vulnerability)
            .collect();
        let vulnerabilities =
            vulnerability::by_id(&db, members.iter().copied()).await?.into_values().collect();
        let project = project_of(&db, &row).await?;
        let row_of_ticket = ticket::Entity::find_by_id(id.0).one(&db).await?;
        let stale = row_of_ticket.as_ref().map_or(Ok(0), |row| unsigned(row.stale))?;
        let ticket: Option<Ticket> = row_of_ticket.map(|row| from_json(row.document)).transpose()?;
        let pull_requests = pull_requests_of(&db, &members).await?;
        let learned = match (&ticket, &project) {
            (Some(_), Some(project)) => workflow::load(&db, &of(&row, &project.issue_type.id)).await?,
            _ => Vec::new(),
        };
        let subject = model(&row)?;
        Ok(Some(Facts { subject, project, vulnerabilities, pull_requests, ticket, learned, stale }))
    }
}

pub(crate) fn model(row: &subject::Model) -> Result<Subject, StoreError> {
    Ok(Subject {
        id: SubjectId(row.id),
        cloud_id: CloudId(row.cloud_id.clone()),
        project: JiraProjectId(row.jira_project.clone()),
        group_key: row.group_key.clone(),
        generation: unsigned(row.generation)?,
    })
}

/// Whose workflow a subject's ticket goes through.
pub(crate) fn of(subject: &subject::Model, issue_type: &IssueTypeId) -> Of {
    Of {
        site: CloudId(subject.cloud_id.clone()),
        project: JiraProjectId(subject.jira_project.clone()),
        issue_type: issue_type.clone(),
    }
}

/// The project that a subject is written by, with the mapping of the version that its ticket stays on.
async fn project_of<C: ConnectionTrait>(
    db: &C,
    subject: &subject::Model,
) -> Result<Option<ConnectedProject>, StoreError> {
    let Some(id) = subject.connected_project else { return Ok(None) };
    let row = connected_project::Entity::find_by_id(id)
        .filter(connected_project::Column::IsDeleted.eq(false))
        .one(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let mut project: ConnectedProject = from_json(row.document)?;
    if let Some(version) = subject.kept_version
        && let Some(row) = mapping_version::Entity::find_by_id((id, version)).one(db).await?
    {
        // How it is reached, and which vulnerabilities it takes, is a matter of today.
        let kept: ConnectedProject = from_json(row.document)?;
        project.issue_type = kept.issue_type;
        project.mapping = kept.mapping;
    }
    Ok(Some(project))
}

/// The pull requests that fix any of these, the oldest first.
async fn pull_requests_of<C: ConnectionTrait>(
    db: &C,
    vulnerabilities: &[Uuid],
) -> Result<Vec<backline_core::pull_request::Tracked>, StoreError> {
    let fixes = remediation_fix::Entity::find()
        .filter(remediation_fix::Column::Vulnerability.is_in(vulnerabilities.to_vec()))
        .filter(remediation_fix::Column::IsRemoved.eq(false))
        .all(db)
        .await?;
    if fixes.is_empty() {
        return Ok(Vec::new());
    }
    let remediations = remediation::Entity::find()
        .filter(remediation::Column::Id.is_in(fixes.iter().map(|fix| fix.remediation)))
        .all(db)
        .await?;
    pull_request::by_id(db, remediations.into_iter().map(|row| row.pull_request)).await
}
