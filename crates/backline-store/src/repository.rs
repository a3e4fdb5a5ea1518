//! Repositories of code hosts, and how far their pull requests were read.

use crate::column::{ms, ms_of, time_of};
use crate::entity::repository;
use crate::error::StoreError;
use crate::store::Store;
use backline_core::ids::RepositoryName;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

/// Names that are a default branch where the code host has not been asked.
const USUAL_DEFAULTS: [&str; 2] = ["main", "master"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    pub name: RepositoryName,
    pub default_branch: Option<String>,
    /// When the code host last told which branch that is.
    pub branch_read_at: Option<Timestamp>,
    /// Of the first page of its pull requests.
    pub etag: Option<String>,
    /// The newest change that was seen.
    pub newest_change_at: Option<Timestamp>,
}

impl Store {
    pub async fn load_repository(&self, name: &RepositoryName) -> Result<Option<Repository>, StoreError> {
        let row = repository::Entity::find_by_id(name.as_str()).one(self.reader()).await?;
        row.map(|row| {
            Ok(Repository {
                name: RepositoryName(row.name),
                default_branch: row.default_branch,
                branch_read_at: time_of(row.branch_read_at)?,
                etag: row.etag,
                newest_change_at: time_of(row.polled_at)?,
            })
        })
        .transpose()
    }

    /// Whether a ref of a report names the branch whose reports count.
    pub async fn is_default_branch(&self, name: &RepositoryName, git_ref: &str) -> Result<bool, StoreError> {
        let branch = git_ref.strip_prefix("refs/heads/").unwrap_or(git_ref);
        Ok(match self.load_repository(name).await?.and_then(|known| known.default_branch) {
            Some(default) => branch == default,
            None => USUAL_DEFAULTS.contains(&branch),
        })
    }

    /// Records how far the pull requests of a repository were read.
    pub async fn polled(
        &self,
        name: &RepositoryName,
        etag: Option<String>,
        newest_change_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.put_repository(
            repository::ActiveModel {
                name: Set(name.0.clone()),
                host: Set("github".to_owned()),
                default_branch: Set(None),
                branch_read_at: Set(None),
                etag: Set(etag),
                polled_at: Set(ms_of(newest_change_at)),
                hook: Set(None),
                added_at: Set(ms(now)),
            },
            vec![repository::Column::Etag, repository::Column::PolledAt],
        )
        .await
    }

    /// Records which branch is the default one.
    pub async fn set_default_branch(
        &self,
        name: &RepositoryName,
        branch: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.put_repository(
            repository::ActiveModel {
                name: Set(name.0.clone()),
                host: Set("github".to_owned()),
                default_branch: Set(Some(branch.to_owned())),
                branch_read_at: Set(Some(ms(now))),
                etag: Set(None),
                polled_at: Set(None),
                hook: Set(None),
                added_at: Set(ms(now)),
            },
            vec![repository::Column::DefaultBranch, repository::Column::BranchReadAt],
        )
        .await
    }

    /// Forgets how far the pull requests of a repository were read: the next poll reads them all.
    pub async fn forget_poll(&self, name: &RepositoryName) -> Result<(), StoreError> {
        let name = name.0.clone();
        self.write_beside(move |tx| {
            Box::pin(async move {
                repository::Entity::update_many()
                    .col_expr(repository::Column::Etag, Expr::null())
                    .col_expr(repository::Column::PolledAt, Expr::null())
                    .filter(repository::Column::Name.eq(name))
                    .exec(tx)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    async fn put_repository(
        &self,
        row: repository::ActiveModel,
        changed: Vec<repository::Column>,
    ) -> Result<(), StoreError> {
        self.write_beside(move |tx| {
            Box::pin(async move {
                let over = OnConflict::column(repository::Column::Name).update_columns(changed).to_owned();
                repository::Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
                Ok(())
            })
        })
        .await
    }
}
