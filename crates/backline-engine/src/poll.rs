//! Asks GitHub which pull requests changed, so that everything works without a webhook too.
//!
//! The first page of the list is read conditionally: an unchanged repository costs one request that does not
//! count against the limit.

use crate::clock::later;
use crate::context::Context;
use crate::github::{self, Turn};
use backline_clients::github::Listing;
use backline_core::ids::RepositoryName;
use backline_store::StoreError;
use backline_store::work::{Due, Lease, Next, Priority, WorkKey};

pub async fn poll(cx: &Context, repository: &RepositoryName, lease: &Lease) -> Result<(), StoreError> {
    let now = cx.clock.now();
    let settings = cx.settings();
    let client = match github::turn(cx) {
        Turn::Now(client) => client,
        Turn::NotNow(next) => return cx.ledger.finish(lease, next).await,
    };
    if cx.store.load_repository(repository).await?.and_then(|known| known.default_branch).is_none()
        && let Ok(found) = client.repository(repository).await
    {
        cx.store.set_default_branch(repository, &found.default_branch, now).await?;
    }
    let known = cx.store.load_repository(repository).await?;
    let again = later(now, settings.github_poll);
    let etag = known.as_ref().and_then(|known| known.etag.clone());
    let since = known.as_ref().and_then(|known| known.newest_change_at);
    match client.pull_requests_updated_since(repository, since, etag.as_deref()).await {
        Ok(Listing::NotModified) => {}
        Ok(Listing::Changed { etag, pull_requests, .. }) => {
            let newest = pull_requests.iter().map(|summary| summary.updated_at).max().or(since);
            let due = pull_requests
                .iter()
                .map(|summary| Due {
                    key: WorkKey::PullRequest { repository: repository.clone(), number: summary.number },
                    site: None,
                    at: now,
                    priority: Priority::PullRequest,
                    reason: "changed on GitHub".to_owned(),
                })
                .collect();
            cx.ledger.mark_due(due).await?;
            cx.store.polled(repository, etag, newest, now).await?;
        }
        Err(error) => {
            let next = github::failed(cx, lease, repository, &error).await?;
            return cx.ledger.finish(lease, next).await;
        }
    }
    github::was_read(cx, repository).await?;
    cx.ledger.finish(lease, Next::At(again)).await
}
