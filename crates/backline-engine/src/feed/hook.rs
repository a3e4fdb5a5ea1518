//! The webhook that Jira keeps for a connection: registered, renewed, and deleted with it.
//!
//! It only makes things quicker: where there is none, everything works by asking. So nothing here fails a look.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/webhooks/>

use crate::clock::later;
use crate::context::Context;
use crate::failure::Failure;
use crate::metadata::ask;
use backline_clients::jira::JiraError;
use backline_core::ids::ConnectionId;
use backline_core::mapping::ConnectedProject;
use backline_store::StoreError;
use backline_store::connection::{Connection, ConnectionKind};
use backline_store::feed::{Feed, Hook};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;

/// The scope that an app needs for it.
pub const SCOPE: &str = "manage:jira-webhook";
/// Where deliveries go, below the public address.
pub const PATH: &str = "/hooks/jira";
const EVENTS: [&str; 2] = ["jira:issue_updated", "jira:issue_deleted"];
/// Jira forgets one after this.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3_600);
/// It is renewed this long before.
const RENEWED_BEFORE: Duration = Duration::from_secs(10 * 24 * 3_600);
/// After a refusal it is tried again so much later.
const AGAIN: Duration = Duration::from_secs(3_600);
/// How long a disconnect waits for Jira to delete it.
const FORGET_MAX: Duration = Duration::from_secs(5);

/// Sees to it that Jira tells of changes in these projects. Asks nothing while all is as it should be.
pub(super) async fn keep(
    cx: &Context,
    id: ConnectionId,
    projects: &[ConnectedProject],
    feed: &mut Feed,
) -> Result<(), StoreError> {
    let connection = cx.store.load_connection(id).await?;
    let Some(url) = connection.filter(may_have_one).and_then(|_| address(cx)) else { return Ok(()) };
    let now = cx.clock.now();
    let filter = filter(projects);
    let kept = feed.hook.clone().filter(|hook| hook.url == url && hook.filter == filter);
    let is_due = match &kept {
        Some(hook) => later(now, RENEWED_BEFORE) >= hook.until,
        None => feed.hook_again.is_none_or(|again| again <= now),
    };
    if !is_due {
        return Ok(());
    }
    match renew(cx, id, kept.as_ref(), &url, &filter).await {
        Ok(hook) => (feed.hook, feed.hook_again) = (Some(hook), None),
        Err(Failure::Store(error)) => return Err(error),
        Err(failure) => {
            tracing::info!(%failure, connection = %id, "Jira keeps no webhook; changes are asked for");
            // What Jira keeps of it still delivers; another attempt finds it by its address.
            (feed.hook, feed.hook_again) = (None, Some(later(now, AGAIN)));
        }
    }
    Ok(())
}

async fn renew(
    cx: &Context,
    id: ConnectionId,
    kept: Option<&Hook>,
    url: &str,
    filter: &str,
) -> Result<Hook, Failure> {
    let known = ask(cx, id, |jira| async move { jira.webhooks().await }).await?;
    let now = cx.clock.now();
    let hook = |id, until: Option<Timestamp>| Hook {
        id,
        url: url.to_owned(),
        filter: filter.to_owned(),
        until: until.unwrap_or_else(|| later(now, KEPT)),
    };
    // Only what Jira lists can be renewed: it passes over numbers that it does not know.
    if let Some(kept) = kept.filter(|kept| known.iter().any(|one| one.id == kept.id)) {
        let number = kept.id;
        let until = ask(cx, id, |jira| async move { jira.refresh_webhook(number).await }).await?;
        return Ok(hook(number, until));
    }
    // Others to the same address are ours, for other projects, or of a start whose answer was lost.
    let older: Vec<i64> = known.iter().filter(|one| one.url == url).map(|one| one.id).collect();
    if !older.is_empty() {
        ask(cx, id, |jira| {
            let older = older.clone();
            async move { jira.delete_webhooks(&older).await }
        })
        .await?;
    }
    let number = ask(cx, id, |jira| {
        let (url, filter) = (url.to_owned(), filter.to_owned());
        async move { jira.register_webhook(&url, &filter, &EVENTS).await }
    })
    .await?;
    Ok(hook(number, None))
}

/// Has Jira forget it, for a connection that ends or has no project left. Tried once: what Jira keeps ends by itself,
/// and delivers to nobody.
pub(crate) async fn forget(cx: &Context, id: ConnectionId) {
    let feed = match cx.store.load_feed(id).await {
        Ok(feed) => feed,
        Err(error) => return tracing::warn!(%error, connection = %id, "its webhook is not known"),
    };
    let Some(hook) = feed.hook.as_ref().map(|hook| hook.id) else { return };
    let deleted = tokio::select! {
        deleted = ask(cx, id, |jira| async move { jira.delete_webhooks(&[hook]).await }) => deleted,
        () = cx.clock.sleep(FORGET_MAX) => Err(Failure::Jira(JiraError::Conflict)),
    };
    if let Err(failure) = deleted {
        tracing::info!(%failure, connection = %id, "its webhook was not deleted, and ends by itself");
    }
    if let Err(error) = cx.store.save_feed(id, Feed { hook: None, hook_again: None, ..feed }).await {
        tracing::warn!(%error, connection = %id, "its webhook is still known");
    }
}

/// Only an app that asked for it may have one.
fn may_have_one(connection: &Connection) -> bool {
    connection.kind == ConnectionKind::JiraApp && connection.scopes.iter().any(|scope| scope == SCOPE)
}

/// Where Jira reaches us; `None` where it cannot: Jira's own cloud calls encrypted addresses only.
fn address(cx: &Context) -> Option<String> {
    let settings = cx.settings();
    let is_cloud = settings.jira_gateway.starts_with("https://");
    let is_reached = !is_cloud || settings.public_url.starts_with("https://");
    is_reached.then(|| format!("{}{PATH}", settings.public_url))
}

fn filter(projects: &[ConnectedProject]) -> String {
    let keys: BTreeSet<&str> = projects.iter().map(|project| project.project.key.as_str()).collect();
    format!("project IN ({})", keys.into_iter().collect::<Vec<_>>().join(", "))
}
