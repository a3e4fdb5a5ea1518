//! One pull request, whole.

use super::call::{read, repository_path};
use super::{GitHub, GitHubError, error, repository};
use crate::transport::Method;
use backline_core::ids::RepositoryName;
use backline_core::pull_request::{PullRequest, State};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

/// GitHub lists no more commits of a pull request than this.
const COMMITS_MAX: usize = 250;

#[derive(Deserialize)]
struct Wire {
    number: u64,
    #[serde(default)]
    html_url: String,
    title: String,
    body: Option<String>,
    state: String,
    #[serde(default)]
    draft: Option<bool>,
    merged: Option<bool>,
    merged_at: Option<Timestamp>,
    updated_at: Timestamp,
    head: Side,
    base: Side,
    /// Null where the account was deleted.
    user: Option<User>,
}

#[derive(Deserialize)]
struct Side {
    #[serde(rename = "ref")]
    branch: String,
    sha: String,
    /// Null on the head's side where the fork was deleted.
    repo: Option<repository::Wire>,
}

#[derive(Deserialize)]
struct User {
    login: String,
    #[serde(default, rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Listed {
    commit: Commit,
}

#[derive(Deserialize)]
struct Commit {
    message: String,
}

/// From what both the full form and the list form have; the list form has no `merged`.
pub(super) fn state(state: &str, merged: Option<bool>, merged_at: Option<Timestamp>) -> State {
    match state {
        _ if merged == Some(true) || merged_at.is_some() => State::Merged,
        "open" => State::Open,
        _ => State::Closed,
    }
}

/// A pull request, and what its repository says of itself on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub pull_request: PullRequest,
    /// Of the repository that it goes into; `None` where GitHub does not tell.
    pub default_branch: Option<String>,
}

impl GitHub {
    /// A pull request as it is now, with the messages of at most 250 commits.
    ///
    /// # Errors
    /// [`GitHubError::Gone`] where the repository or number is not visible to the token.
    ///
    /// Source: <https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request>
    pub async fn pull_request(&self, repository: &RepositoryName, number: u64) -> Result<Found, GitHubError> {
        let path = repository_path(repository, &["pulls", &number.to_string()]);
        let wire: Wire = self.load(self.request(Method::Get, &path)).await?;
        expect(number, wire.number)?;
        let commits: Vec<Listed> = self.load_list(&format!("{path}/commits"), COMMITS_MAX).await?;
        let author = wire.user.as_ref().map_or("ghost", |user| user.login.as_str()).to_owned();
        let base_repository = wire.base.repo.as_ref();
        let default_branch =
            base_repository.map(|base| base.default_branch.clone()).filter(|branch| !branch.is_empty());
        let pull_request = PullRequest {
            repository: base_repository.map_or_else(|| repository.clone(), repository::Wire::name),
            number,
            url: wire.html_url,
            title: wire.title,
            body: wire.body.unwrap_or_default(),
            state: state(&wire.state, wire.merged, wire.merged_at),
            is_draft: wire.draft == Some(true),
            branch: wire.head.branch,
            targets_default_branch: default_branch.as_deref() == Some(wire.base.branch.as_str()),
            base: wire.base.branch,
            author_is_bot: author.ends_with("[bot]") || wire.user.is_some_and(|user| user.kind == "Bot"),
            author,
            head_sha: wire.head.sha,
            commit_messages: commits.into_iter().map(|listed| listed.commit.message).collect(),
            merged_at: wire.merged_at,
            updated_at: wire.updated_at,
        };
        Ok(Found { pull_request, default_branch })
    }

    /// Replaces the description. Idempotent, but the last writer wins: read, change and write without delay.
    ///
    /// Source: <https://docs.github.com/en/rest/pulls/pulls#update-a-pull-request>
    pub async fn update_body(
        &self,
        repository: &RepositoryName,
        number: u64,
        body: &str,
    ) -> Result<(), GitHubError> {
        let path = repository_path(repository, &["pulls", &number.to_string()]);
        let response = self.answer(self.request(Method::Patch, &path).json(&json!({"body": body}))).await?;
        if !response.is_success() {
            return Err(error::classify(&response));
        }
        expect(number, read::<Wire>(&response)?.number)
    }
}

/// An answer about another pull request is no answer.
fn expect(asked: u64, given: u64) -> Result<(), GitHubError> {
    if asked == given {
        return Ok(());
    }
    Err(GitHubError::Garbled { detail: format!("pull request {given} where {asked} was asked for") })
}

#[cfg(test)]
mod tests;
