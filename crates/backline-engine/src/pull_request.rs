//! Follows one pull request: reads it, finds what it fixes, tells the tickets, and keeps the reference in its
//! description.
//!
//! Told only which pull request is due; a webhook's own values are never trusted.
//! Invariant: outside Backline's fence every byte of a description stays as it is.

use crate::context::Context;
use crate::github::{self, Turn};
use backline_clients::github::{GitHub, GitHubError};
use backline_core::ids::RepositoryName;
use backline_core::pull_request::{PullRequest, State, Tracked};
use backline_core::remediation::matching::{self, Candidate, Match};
use backline_core::remediation::reference::{self, Block, GITHUB_LIMIT_CHARS, Merge, TicketLink};
use backline_core::remediation::{Fix, Mode};
use backline_store::StoreError;
use backline_store::pull_request::MatchCandidate;
use backline_store::remediation::Matched;
use backline_store::timeline::{TimelineEntry, TimelineKind};
use backline_store::work::{Lease, Next};

/// A description that keeps losing the block gets it back so often in a day; then a comment carries it.
const REWRITES_PER_DAY_MAX: u32 = 3;
/// Times that a description which changes under our hands is read again.
const RACES_MAX: usize = 3;

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
    refer(cx, client, tracked).await
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

/// Writes the ticket's reference into the description, only when the block differs from what is there; takes the
/// block away when no ticket is left to name.
async fn refer(cx: &Context, client: &GitHub, tracked: Tracked) -> Result<(), Stopped> {
    let tickets: Vec<TicketLink> = cx.store.ticket_links(tracked.id).await?;
    let block = reference::render(&tickets);
    let mut pull_request = tracked.pull_request;
    for _ in 0..RACES_MAX {
        if reference::merge(&pull_request.body, block.as_ref(), GITHUB_LIMIT_CHARS) == Merge::Unchanged {
            return Ok(());
        }
        // There is no lock on a description: it is read again right before it is written, and looked at after.
        let found = client.pull_request(&pull_request.repository, pull_request.number).await?;
        pull_request = found.pull_request;
        let body = match reference::merge(&pull_request.body, block.as_ref(), GITHUB_LIMIT_CHARS) {
            Merge::Unchanged => return Ok(()),
            Merge::Write(body) => body,
            Merge::Repair { body, problem } => {
                tracing::info!(pull_request = pull_request.label(), %problem, "the block is mended");
                body
            }
            Merge::TooLong { .. } => return comment(client, &pull_request, block.as_ref()).await,
        };
        if pull_request.state == State::Closed {
            return Ok(());
        }
        if cx.store.rewrites_today(tracked.id, cx.clock.now()).await? >= REWRITES_PER_DAY_MAX {
            return comment(client, &pull_request, block.as_ref()).await;
        }
        client.update_body(&pull_request.repository, pull_request.number, &body).await?;
        github::was_written(cx, &pull_request.repository).await?;
        let now = cx.clock.now();
        cx.store.count_rewrite(tracked.id, now).await?;
        let text = match tickets.is_empty() {
            true => format!("took the reference out of the description of {}", pull_request.label()),
            false => format!("wrote {} into the description of {}", keys(&tickets), pull_request.label()),
        };
        let entry = TimelineEntry::new(now, TimelineKind::Done, text).about_pull_request(tracked.id);
        cx.store.add_timeline(vec![entry]).await?;
        let found = client.pull_request(&pull_request.repository, pull_request.number).await?;
        pull_request = found.pull_request;
    }
    Ok(())
}

fn keys(tickets: &[TicketLink]) -> String {
    tickets.iter().map(|ticket| ticket.key.as_str()).collect::<Vec<_>>().join(", ")
}

/// One comment, found again by the fence and edited in place.
async fn comment(client: &GitHub, pull_request: &PullRequest, block: Option<&Block>) -> Result<(), Stopped> {
    let Some(block) = block else { return Ok(()) };
    let text = format!("{}\n{}\n{}", reference::START, block.as_str(), reference::END);
    let block = text.as_str();
    let comments = client.comments(&pull_request.repository, pull_request.number).await?;
    match comments.iter().find(|comment| comment.body.trim_start().starts_with(reference::START)) {
        Some(known) if known.body == block => Ok(()),
        Some(known) => Ok(client.update_comment(&pull_request.repository, known.id, block).await?),
        None => {
            client.create_comment(&pull_request.repository, pull_request.number, block).await?;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests;
