//! Repositories, by name or by the id that survives a rename.

use super::call::repository_path;
use super::{GitHub, GitHubError};
use crate::transport::Method;
use backline_core::ids::RepositoryName;
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    pub id: u64,
    /// As GitHub has it now, in lower case.
    pub name: RepositoryName,
    pub default_branch: String,
}

#[derive(Deserialize)]
pub(super) struct Wire {
    id: u64,
    full_name: String,
    #[serde(default)]
    pub(super) default_branch: String,
}

impl Wire {
    pub(super) fn name(&self) -> RepositoryName {
        RepositoryName(self.full_name.to_lowercase())
    }
}

impl GitHub {
    /// # Errors
    /// [`GitHubError::Moved`] after a rename: use [`GitHub::repository_by_id`].
    ///
    /// Source: <https://docs.github.com/en/rest/repos/repos#get-a-repository>
    pub async fn repository(&self, repository: &RepositoryName) -> Result<Repository, GitHubError> {
        self.load(self.request(Method::Get, &repository_path(repository, &[]))).await.map(read)
    }

    /// The repository under its present name.
    pub async fn repository_by_id(&self, id: u64) -> Result<Repository, GitHubError> {
        self.load(self.request(Method::Get, &format!("/repositories/{id}"))).await.map(read)
    }
}

fn read(wire: Wire) -> Repository {
    Repository { id: wire.id, name: wire.name(), default_branch: wire.default_branch }
}
