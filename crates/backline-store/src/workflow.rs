//! What was seen of workflows: the transitions offered from a status, for each issue type of a Jira project.

use crate::column::{from_json, ms, time, to_json};
use crate::entity::workflow_step;
use crate::error::StoreError;
use crate::store::Store;
use crate::writer::Tx;
use backline_core::ids::{CloudId, IssueTypeId, JiraProjectId, StatusId};
use backline_core::mapping::ConnectedProject;
use backline_core::ticket::Learned;
use jiff::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// Whose workflow it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Of {
    pub site: CloudId,
    pub project: JiraProjectId,
    pub issue_type: IssueTypeId,
}

impl Of {
    pub fn project(project: &ConnectedProject) -> Self {
        Self {
            site: project.cloud_id.clone(),
            project: project.project.id.clone(),
            issue_type: project.issue_type.id.clone(),
        }
    }
}

/// What was offered from one status, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenAt {
    pub learned: Learned,
    pub at: Timestamp,
}

impl Store {
    pub async fn load_workflow(&self, of: &Of) -> Result<Vec<SeenAt>, StoreError> {
        rows(self.reader(), of).await?.into_iter().map(model).collect()
    }

    /// Keeps what was seen just now; what was seen of other statuses stays.
    pub async fn learn_workflow(
        &self,
        of: Of,
        learned: Vec<Learned>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_beside(move |tx| Box::pin(async move { learn(tx, &of, &learned, now).await })).await
    }
}

/// What was seen, by status.
pub(crate) async fn load<C: ConnectionTrait>(db: &C, of: &Of) -> Result<Vec<Learned>, StoreError> {
    rows(db, of).await?.into_iter().map(|row| Ok(model(row)?.learned)).collect()
}

pub(crate) async fn learn(tx: &Tx, of: &Of, learned: &[Learned], now: Timestamp) -> Result<(), StoreError> {
    use workflow_step::Column::{CloudId, FromStatus, IssueType, JiraProject, SeenAt, Transitions};
    for learned in learned {
        let row = workflow_step::ActiveModel {
            cloud_id: Set(of.site.0.clone()),
            jira_project: Set(of.project.0.clone()),
            issue_type: Set(of.issue_type.0.clone()),
            from_status: Set(learned.from.0.clone()),
            seen_at: Set(ms(now)),
            transitions: Set(to_json(&learned.transitions)),
        };
        let over = OnConflict::columns([CloudId, JiraProject, IssueType, FromStatus])
            .update_columns([SeenAt, Transitions])
            .to_owned();
        workflow_step::Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn rows<C: ConnectionTrait>(db: &C, of: &Of) -> Result<Vec<workflow_step::Model>, StoreError> {
    Ok(workflow_step::Entity::find()
        .filter(workflow_step::Column::CloudId.eq(of.site.as_str()))
        .filter(workflow_step::Column::JiraProject.eq(of.project.as_str()))
        .filter(workflow_step::Column::IssueType.eq(of.issue_type.as_str()))
        .order_by_asc(workflow_step::Column::FromStatus)
        .all(db)
        .await?)
}

fn model(row: workflow_step::Model) -> Result<SeenAt, StoreError> {
    let learned = Learned { from: StatusId(row.from_status), transitions: from_json(row.transitions)? };
    Ok(SeenAt { learned, at: time(row.seen_at)? })
}
