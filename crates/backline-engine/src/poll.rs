//! Asks GitHub which pull requests changed, so that everything works without a webhook too.
//!
//! The first page of the list is read conditionally: an unchanged repository costs one request that does not
//! count against the limit.

use crate::clock::later;
use crate::context::Context;
use crate::github::{self, Turn};
use backline_clients::github::{GitHub, GitHubError, Listing};
use backline_core::ids::RepositoryName;
use backline_store::StoreError;
use backline_store::repository::Repository;
use backline_store::timeline::{TimelineEntry, TimelineKind};
use backline_store::work::{Due, Lease, Next, Priority, WorkKey};
use jiff::Timestamp;
use std::time::Duration;

/// How long a default branch is believed to stay the same.
const BRANCH_READ_EVERY: Duration = Duration::from_hours(24);

pub async fn poll(cx: &Context, repository: &RepositoryName, lease: &Lease) -> Result<(), StoreError> {
    let now = cx.clock.now();
    let client = match github::turn(cx, repository).await? {
        Turn::Now(client) => client,
        Turn::NotNow(next) => return cx.ledger.finish(lease, next).await,
    };
    let known = cx.store.load_repository(repository).await?;
    read_default_branch(cx, &client, repository, known.as_ref(), now).await?;
    match read(cx, &client, repository, known, now).await? {
        Ok(()) => {
            github::was_read(cx, repository).await?;
            cx.ledger.finish(lease, Next::At(later(now, cx.settings().github_poll))).await
        }
        Err(error) => {
            let next = github::failed(cx, lease, repository, &error).await?;
            cx.ledger.finish(lease, next).await
        }
    }
}

/// Asks once a day; where GitHub does not tell, the next look asks again.
async fn read_default_branch(
    cx: &Context,
    client: &GitHub,
    repository: &RepositoryName,
    known: Option<&Repository>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let read_at = known.and_then(|known| known.branch_read_at);
    if read_at.is_some_and(|read_at| now < later(read_at, BRANCH_READ_EVERY)) {
        return Ok(());
    }
    if let Ok(found) = client.repository(repository).await {
        cx.store.set_default_branch(repository, &found.default_branch, now).await?;
    }
    Ok(())
}

/// Has every pull request that changed looked at.
async fn read(
    cx: &Context,
    client: &GitHub,
    repository: &RepositoryName,
    known: Option<Repository>,
    now: Timestamp,
) -> Result<Result<(), GitHubError>, StoreError> {
    let etag = known.as_ref().and_then(|known| known.etag.clone());
    let since = known.as_ref().and_then(|known| known.newest_change_at);
    let found = match client.pull_requests_updated_since(repository, since, etag.as_deref()).await {
        Ok(found) => found,
        Err(error) => return Ok(Err(error)),
    };
    let Listing::Changed { etag, pull_requests, is_complete } = found else { return Ok(Ok(())) };
    let newest = pull_requests.iter().map(|summary| summary.updated_at).max().or(since);
    let due = pull_requests.iter().map(|summary| Due {
        key: WorkKey::PullRequest { repository: repository.clone(), number: summary.number },
        site: None,
        at: now,
        priority: Priority::PullRequest,
        reason: "changed on GitHub".to_owned(),
    });
    cx.ledger.mark_due(due.collect()).await?;
    if !is_complete {
        let count = pull_requests.len();
        let text =
            format!("Read the newest {count} pull requests of {repository}, and not those before them");
        let detail = "An older one is followed from its next change on";
        let entry = TimelineEntry::new(now, TimelineKind::Noted, text).with_detail(detail);
        cx.store.add_timeline(vec![entry]).await?;
        tracing::warn!(%repository, count, "more pull requests changed than are read at once");
    }
    cx.store.polled(repository, etag, newest, now).await?;
    Ok(Ok(()))
}

#[cfg(test)]
mod tests;
