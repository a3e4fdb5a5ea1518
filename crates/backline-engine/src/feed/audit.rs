//! Compares every ticket with its issue, a hundred at a look, once a day: what was deleted, archived or hidden is told
//! by no search. And looks for second tickets. It waits where the hour's points run out.

use super::{double, earlier, heed, names};
use crate::clock::later;
use crate::context::Context;
use crate::failure::Failure;
use crate::metadata::ask;
use backline_core::ids::{CloudId, ConnectionId, FieldId};
use backline_core::mapping::ConnectedProject;
use backline_store::feed::Feed;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(24 * 3_600);
/// Tickets of one look: one call.
const SLICE: u64 = 100;

/// The next slice, where a comparison is due or under way.
pub(super) async fn step(
    cx: &Context,
    id: ConnectionId,
    site: &CloudId,
    projects: &[ConnectedProject],
    feed: &mut Feed,
) -> Result<(), Failure> {
    let now = cx.clock.now();
    if cx.pace.is_saving(site.as_str(), now) {
        return Ok(());
    }
    let is_under_way = feed.audit_after.is_some();
    if !is_under_way && feed.audited_at.is_some_and(|at| now < later(at, EVERY)) {
        return Ok(());
    }
    if !is_under_way {
        // Each is seen by two of them: what is under way while one looks is settled before the next.
        let from = earlier(feed.audited_at.unwrap_or(now), EVERY);
        double::look(cx, id, site, projects, from).await?;
    }
    let known = cx.store.tickets_after(site, feed.audit_after, SLICE).await?;
    if let Some(last) = known.last() {
        let names = names(&known);
        let (issues, missing) = ask(cx, id, |jira| {
            let names = names.clone();
            async move { jira.bulk_fetch(&names, &[FieldId::new("created")], &[]).await }
        })
        .await?;
        heed(cx, id, site, issues, "compared with Jira").await?;
        let gone = known.iter().filter(|known| !known.is_gone && missing.contains(&known.issue));
        let gone: Vec<_> = gone.map(|known| known.subject).collect();
        if !gone.is_empty() {
            cx.store.touch(site.clone(), gone, "Jira does not show it any more", now).await?;
            cx.wake.notify_one();
        }
        feed.audit_after = Some(last.subject);
    }
    if known.len() < SLICE as usize {
        (feed.audit_after, feed.audited_at) = (None, Some(now));
    }
    Ok(())
}
