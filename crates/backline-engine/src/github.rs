//! GitHub as the loop uses it: a client with the configured token, and what a failed call means.
//!
//! Invariants: while GitHub asks to be left alone, nothing is sent to it, and nothing ever about a repository that is
//! not on the list. What its token may not do is told once, and
//! once more when it may.

use crate::clock::later;
use crate::context::Context;
use crate::failure::backoff;
use crate::pace::{self, Scope};
use backline_clients::github::{GitHub, GitHubError};
use backline_core::ids::RepositoryName;
use backline_core::notice::{Blocked, End};
use backline_store::StoreError;
use backline_store::work::{Lease, Next, WorkKey};
use std::time::Duration;

/// The name under which its pauses are kept; no site of Jira's is called so.
const PACE: &str = "github";
/// The cause of a token that works nowhere.
const TOKEN: &str = "github:token";
/// The attempt whose wait is the longest: a person has to act first.
const LATE: u32 = 8;

/// What a piece of work gets that needs GitHub.
pub enum Turn {
    Now(GitHub),
    /// Give the lease back with this.
    NotNow(Next),
}

/// A client for one repository. One that was taken off the list is left alone from here on, and read anew from its
/// beginning if it comes back: what happens to it meanwhile is not followed.
pub async fn turn(cx: &Context, repository: &RepositoryName) -> Result<Turn, StoreError> {
    let settings = cx.settings();
    let Some(github) = &settings.github else { return Ok(Turn::NotNow(Next::OnChange)) };
    if !github.follows(repository) {
        cx.store.forget_poll(repository).await?;
        for cause in [reading(repository), writing(repository)] {
            cx.store.end_notice(&cause, End::NotNeeded, cx.clock.now()).await?;
        }
        return Ok(Turn::NotNow(Next::OnChange));
    }
    Ok(match cx.pace.paused_until(&Scope::site(PACE), cx.clock.now()) {
        Some(until) => Turn::NotNow(Next::At(until)),
        None => Turn::Now(GitHub::new(cx.transport.clone(), github.api_url.clone(), github.token.clone())),
    })
}

/// A repository was read: the token works, and it may read here.
pub async fn was_read(cx: &Context, repository: &RepositoryName) -> Result<(), StoreError> {
    let now = cx.clock.now();
    cx.store.end_notice(TOKEN, End::Mended, now).await?;
    cx.store.end_notice(&reading(repository), End::Mended, now).await
}

/// A pull request was written: the token may do that here.
pub async fn was_written(cx: &Context, repository: &RepositoryName) -> Result<(), StoreError> {
    cx.store.end_notice(&writing(repository), End::Mended, cx.clock.now()).await
}

/// What a failed call means for the work that made it.
pub async fn failed(
    cx: &Context,
    lease: &Lease,
    repository: &RepositoryName,
    error: &GitHubError,
) -> Result<Next, StoreError> {
    let now = cx.clock.now();
    tracing::warn!(key = %lease.key, %error, "github did not do it");
    let is_poll = matches!(lease.key, WorkKey::PollGithub(_));
    let wait = match error {
        // One pull request can be deleted; a repository that was configured should be there.
        GitHubError::Gone if !is_poll => return Ok(Next::OnChange),
        GitHubError::Throttled { wait } => {
            let wait = wait.unwrap_or_else(|| backoff(lease.attempt));
            pace::leave_alone(cx, Scope::site(PACE), later(now, wait)).await;
            wait
        }
        GitHubError::Unauthorized => tell(cx, TOKEN.to_owned(), "", error).await?,
        GitHubError::Gone | GitHubError::Forbidden { .. } if is_poll => {
            tell(cx, reading(repository), repository.as_str(), error).await?
        }
        GitHubError::Forbidden { .. } => tell(cx, writing(repository), repository.as_str(), error).await?,
        GitHubError::Refused { .. } => backoff(LATE),
        _ => backoff(lease.attempt),
    };
    Ok(Next::Retry(later(now, wait)))
}

fn reading(repository: &RepositoryName) -> String {
    format!("github:read:{repository}")
}

fn writing(repository: &RepositoryName) -> String {
    format!("github:write:{repository}")
}

/// Raises the notice of a cause; the wait until a person may have acted.
async fn tell(
    cx: &Context,
    cause: String,
    repository: &str,
    error: &GitHubError,
) -> Result<Duration, StoreError> {
    let of = if repository.is_empty() { String::new() } else { format!(" of {repository}") };
    let blocked = Blocked {
        cause,
        what: format!("Pull requests{of} are not followed"),
        why: format!("GitHub answered: {error}"),
        remedy: "Give Backline a token that may read the repository and write its pull requests".to_owned(),
        page: "/integrations/github".to_owned(),
    };
    cx.store.raise_notice(blocked, cx.clock.now()).await?;
    cx.wake.notify_one();
    Ok(backoff(LATE))
}
