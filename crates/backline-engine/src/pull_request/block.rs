//! Keeps the reference to the tickets in a description.
//!
//! Who throws the block away gets it back a few times a day; then a comment carries it, until the description does
//! again. A block whose content is new is always written.
//!
//! Invariant: outside Backline's fence every byte of a description stays as it is.

use super::Stopped;
use crate::audit;
use crate::context::Context;
use crate::github;
use backline_clients::github::{Comment, GitHub};
use backline_core::ids::PullRequestId;
use backline_core::pull_request::{PullRequest, State, Tracked};
use backline_core::remediation::reference::{self, Block, GITHUB_LIMIT_CHARS, Merge, TicketLink};
use backline_store::audit::Action;
use backline_store::timeline::{TimelineEntry, TimelineKind};

/// A description that keeps losing the block gets it back so often in a day; then a comment carries it.
const RESTORES_PER_DAY_MAX: u32 = 3;
/// Times that a description which changes under our hands is read again.
const RACES_MAX: usize = 3;

/// Writes the ticket's reference into the description, only when the block differs from what is there; takes the
/// block away when no ticket is left to name.
pub(super) async fn keep(cx: &Context, client: &GitHub, tracked: Tracked) -> Result<(), Stopped> {
    let id = tracked.id;
    cx.store.end_left_writes(id, cx.clock.now()).await?;
    let tickets: Vec<TicketLink> = cx.store.ticket_links(id).await?;
    let block = reference::render(&tickets);
    let wanted = block.as_ref().map(Block::as_str);
    let mut pull_request = tracked.pull_request;
    for _ in 0..RACES_MAX {
        if reference::merge(&pull_request.body, block.as_ref(), GITHUB_LIMIT_CHARS) == Merge::Unchanged {
            return in_place(cx, client, id, &pull_request, wanted).await;
        }
        // There is no lock on a description: it is read again right before it is written, and looked at after.
        pull_request = again(client, &pull_request).await?;
        let body = match reference::merge(&pull_request.body, block.as_ref(), GITHUB_LIMIT_CHARS) {
            Merge::Unchanged => return in_place(cx, client, id, &pull_request, wanted).await,
            Merge::Write(body) => body,
            Merge::Repair { body, problem } => {
                tracing::info!(pull_request = pull_request.label(), %problem, "the block is mended");
                body
            }
            Merge::TooLong { .. } => return comment(cx, client, id, &pull_request, wanted).await,
        };
        if pull_request.state == State::Closed {
            return Ok(());
        }
        let now = cx.clock.now();
        let written = cx.store.load_written_block(id, now).await?;
        let is_restored = written.was(wanted);
        if is_restored && written.restored_today >= RESTORES_PER_DAY_MAX {
            return comment(cx, client, id, &pull_request, wanted).await;
        }
        let label = pull_request.label();
        let reason = if is_restored { "its reference was taken out" } else { "its reference differs" };
        let act = (Action::GithubBody, reason);
        audit::write(cx, client, (id, &label), act, async |client: GitHub| {
            client.update_body(&pull_request.repository, pull_request.number, &body).await
        })
        .await??;
        github::was_written(cx, &pull_request.repository).await?;
        match is_restored {
            true => cx.store.count_restored_block(id, now).await?,
            false => cx.store.wrote_block(id, wanted).await?,
        }
        let text = match tickets.is_empty() {
            true => format!("took the reference out of the description of {}", pull_request.label()),
            false => format!("wrote {} into the description of {}", keys(&tickets), pull_request.label()),
        };
        let entry = TimelineEntry::new(now, TimelineKind::Done, text).about_pull_request(id);
        cx.store.add_timeline(vec![entry]).await?;
        pull_request = again(client, &pull_request).await?;
    }
    Ok(())
}

async fn again(client: &GitHub, pull_request: &PullRequest) -> Result<PullRequest, Stopped> {
    Ok(client.pull_request(&pull_request.repository, pull_request.number).await?.pull_request)
}

fn keys(tickets: &[TicketLink]) -> String {
    tickets.iter().map(|ticket| ticket.key.as_str()).collect::<Vec<_>>().join(", ")
}

/// The description is as it is wanted: that is remembered, and a comment that stood in for it goes.
async fn in_place(
    cx: &Context,
    client: &GitHub,
    id: PullRequestId,
    pull_request: &PullRequest,
    wanted: Option<&str>,
) -> Result<(), Stopped> {
    let written = cx.store.load_written_block(id, cx.clock.now()).await?;
    if !written.was(wanted) {
        cx.store.wrote_block(id, wanted).await?;
    }
    if written.has_comment { remove_comment(cx, client, id, pull_request).await } else { Ok(()) }
}

/// One comment, found again by the fence and edited in place; none where no ticket is left to name.
async fn comment(
    cx: &Context,
    client: &GitHub,
    id: PullRequestId,
    pull_request: &PullRequest,
    wanted: Option<&str>,
) -> Result<(), Stopped> {
    let has_comment = cx.store.load_written_block(id, cx.clock.now()).await?.has_comment;
    let Some(block) = wanted else {
        return if has_comment { remove_comment(cx, client, id, pull_request).await } else { Ok(()) };
    };
    if !has_comment {
        // Durable before it is sent: whoever comes after a crash knows that there may be one to take away.
        cx.store.set_block_comment(id, true).await?;
    }
    let text = format!("{}\n{block}\n{}", reference::START, reference::END);
    let known = ours(client, pull_request).await?;
    if known.as_ref().is_some_and(|known| known.body == text) {
        return Ok(());
    }
    let (repository, label) = (&pull_request.repository, pull_request.label());
    let act = (Action::GithubComment, "the description does not keep its reference");
    let send = async |client: GitHub| match known {
        Some(known) => client.update_comment(repository, known.id, &text).await,
        None => client.create_comment(repository, pull_request.number, &text).await.map(drop),
    };
    Ok(audit::write(cx, client, (id, &label), act, send).await??)
}

async fn remove_comment(
    cx: &Context,
    client: &GitHub,
    id: PullRequestId,
    pull_request: &PullRequest,
) -> Result<(), Stopped> {
    if let Some(known) = ours(client, pull_request).await? {
        let label = pull_request.label();
        let act = (Action::GithubCommentDeleted, "the description has its reference, or needs none");
        let send = async |client: GitHub| client.delete_comment(&pull_request.repository, known.id).await;
        audit::write(cx, client, (id, &label), act, send).await??;
    }
    cx.store.set_block_comment(id, false).await?;
    Ok(())
}

async fn ours(client: &GitHub, pull_request: &PullRequest) -> Result<Option<Comment>, Stopped> {
    let comments = client.comments(&pull_request.repository, pull_request.number).await?;
    Ok(comments.into_iter().find(|comment| comment.body.trim_start().starts_with(reference::START)))
}
