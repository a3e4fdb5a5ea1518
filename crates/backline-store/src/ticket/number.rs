//! What the numbers of a Jira project's tickets say of one that is about to be made.

use crate::entity::{subject, ticket};
use crate::error::StoreError;
use crate::store::Store;
use backline_core::ids::{CloudId, JiraProjectId};
use backline_core::ticket::Subject;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Creates that may be under way at once: keys rise with time, but these come back in any order.
const TOGETHER_MAX: u64 = 64;

impl Store {
    /// A number below which no ticket of a Jira project can be made any more; `None` where none with the project's
    /// `key` is known. Tickets that people moved to another project say nothing of this one.
    pub async fn highest_number(&self, of: &Subject, key: &str) -> Result<Option<u64>, StoreError> {
        self.highest_number_of(&of.cloud_id, &of.project, key).await
    }

    /// The same of a project by its id and key.
    pub async fn highest_number_of(
        &self,
        site: &CloudId,
        project: &JiraProjectId,
        key: &str,
    ) -> Result<Option<u64>, StoreError> {
        // Asked of each ticket from the newest on, instead of listing all subjects first.
        let is_of_project = Query::select()
            .expr(Expr::val(1))
            .from(subject::Entity)
            .and_where(
                Expr::col((subject::Entity, subject::Column::Id))
                    .equals((ticket::Entity, ticket::Column::Subject)),
            )
            .and_where(subject::Column::JiraProject.eq(project.as_str()))
            .take();
        let keys: Vec<String> = ticket::Entity::find()
            .select_only()
            .column(ticket::Column::Key)
            .filter(ticket::Column::CloudId.eq(site.as_str()))
            .filter(Expr::exists(is_of_project))
            .order_by_desc(ticket::Column::CreatedAt)
            .limit(TOGETHER_MAX)
            .into_tuple()
            .all(self.reader())
            .await?;
        let numbers = keys.iter().filter_map(|ticket| {
            let (project, number) = ticket.rsplit_once('-')?;
            number.parse::<u64>().ok().filter(|_| project == key)
        });
        Ok(numbers.max().map(|number| number.saturating_sub(TOGETHER_MAX)))
    }
}
