//! Follows one pull request: reads it, finds what it fixes, tells the tickets, and has its description carry their keys.
//!
//! Told only which pull request is due; a webhook's own values are never trusted.

mod block;

use crate::context::Context;
use crate::github::{self, Turn};
use backline_clients::github::{GitHub, GitHubError};
use backline_core::ids::RepositoryName;
use backline_core::pull_request::{PullRequest, Tracked};
use backline_core::remediation::matching::{self, Candidate, Match};
use backline_core::remediation::{Fix, Mode};
use backline_store::StoreError;
use backline_store::pull_request::MatchCandidate;
use backline_store::remediation::Matched;
use backline_store::work::{Lease, Next};

pub async fn follow(
    cx: &Context,
    repository: &RepositoryName,
    number: u64,
    lease: &Lease,
) -> Result<(), StoreError> {
    let client = match github::turn(cx, repository).await? {
        Turn::Now(client) => client,
        Turn::NotNow(next) => return cx.ledger.finish(lease, next).await,
    };
    let next = match read(cx, &client, repository, number).await {
        Ok(()) => Next::Done,
        Err(Stopped::Store(error)) => return Err(error),
        Err(Stopped::GitHub(error)) => github::failed(cx, lease, repository, &error).await?,
    };
    tracing::debug!(%repository, number, "followed");
    cx.wake.notify_one();
    cx.ledger.finish(lease, next).await
}

async fn read(
    cx: &Context,
    client: &GitHub,
    repository: &RepositoryName,
    number: u64,
) -> Result<(), Stopped> {
    let found = client.pull_request(repository, number).await?;
    if let Some(branch) = &found.default_branch {
        learn_default_branch(cx, &found.pull_request.repository, branch).await?;
    }
    let tracked = record(cx, found.pull_request).await?;
    block::keep(cx, client, tracked).await
}

/// A repository may name another default branch on any pull request: reports of that one count from here on.
async fn learn_default_branch(
    cx: &Context,
    repository: &RepositoryName,
    branch: &str,
) -> Result<(), StoreError> {
    let known = cx.store.load_repository(repository).await?.and_then(|known| known.default_branch);
    if known.as_deref() == Some(branch) {
        return Ok(());
    }
    tracing::info!(%repository, branch, "the default branch is this one now");
    cx.store.set_default_branch(repository, branch, cx.clock.now()).await
}

/// Keeps what the code host says, matches it, and makes its subjects due where something changed.
async fn record(cx: &Context, pull_request: PullRequest) -> Result<Tracked, StoreError> {
    let now = cx.clock.now();
    let candidates = cx.store.match_candidates(&pull_request).await?;
    let views: Vec<Candidate<'_>> = candidates.iter().map(MatchCandidate::view).collect();
    let found = matching::find(&pull_request, &views);
    let fix = |found: Match| Fix { vulnerability: found.vulnerability, reason: found.sentence() };
    let matched = Matched {
        fixes: found.certain.into_iter().map(fix).collect(),
        suggestions: found.suggestions.into_iter().map(fix).collect(),
        judged: views.iter().map(|candidate| candidate.vulnerability).collect(),
    };
    let mode = if pull_request.author_is_bot { Mode::Automated } else { Mode::Hybrid };
    cx.store.follow_pull_request(pull_request, matched, mode, now).await
}

enum Stopped {
    Store(StoreError),
    GitHub(GitHubError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<GitHubError> for Stopped {
    fn from(error: GitHubError) -> Self {
        Self::GitHub(error)
    }
}

#[cfg(test)]
mod tests;
