//! Asks Jira what people changed, so that everything works without a webhook too.
//!
//! A webhook tells of a change at once, where there is one; one search an interval names the issues of a site that were
//! changed since the last one. Our own writes are among them: so the changed issues are read together, and only where
//! one no longer holds what it should, or a person has moved it, its ticket is looked at by a pass. Once a day every
//! ticket is compared, a hundred a call, for what no search tells: issues that were deleted or archived.
//!
//! The time that is asked back overlaps with the time before, because the index of a site lags.

mod audit;
mod double;
pub mod hook;
mod pages;
mod quiet;
mod sweep;

use crate::clock::later;
use crate::context::Context;
use crate::failure::{Failure, backoff};
use backline_clients::jira::JiraError;
use backline_core::ids::{CloudId, ConnectionId, FieldId, JiraProjectId, SubjectId};
use backline_core::jira::issue::Issue;
use backline_core::mapping::ConnectedProject;
use backline_store::StoreError;
use backline_store::connection::Connection;
use backline_store::stale::Known;
use backline_store::work::{Due, Lease, Next, Priority, WorkKey};
use jiff::Timestamp;
use pages::Pages;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Tickets that a webhook told of and that one look compares.
const TOLD_MAX: u64 = 500;
/// Pages of a hundred that one look reads: 50,000 issues.
const PAGES_MAX: u32 = 500;
/// Time that goes by for each page before the next look.
const PAGE_REST: Duration = Duration::from_secs(6);
/// The longest that people's changes are not asked for.
const REST_MAX: Duration = Duration::from_secs(600);
/// How far the first look goes back.
const FIRST: Duration = Duration::from_secs(3_600);

/// The row that has a connection's changes asked for.
pub fn due(connection: ConnectionId, site: Option<CloudId>, at: Timestamp) -> Due {
    let reason = "changes in Jira are asked for".to_owned();
    Due { key: WorkKey::Feed(connection), site, at, priority: Priority::Update, reason }
}

/// A change that needs no pass: whose, what had made the ticket stale, and when it was.
type Seen = (SubjectId, u64, Timestamp);

/// One look, and the next in its time.
pub async fn follow(cx: &Context, id: ConnectionId, lease: &Lease) -> Result<(), StoreError> {
    let connection = cx.store.load_connection(id).await?.filter(Connection::is_usable);
    let mut projects = cx.store.list_projects().await?;
    projects.retain(|project| project.connection == id);
    let site = connection.and_then(|connection| connection.site);
    let Some(site) = site.filter(|_| !projects.is_empty()) else {
        hook::forget(cx, id).await;
        // Connecting again, and saving a project, make it due.
        return cx.ledger.finish(lease, Next::Done).await;
    };
    let every = cx.settings().jira_poll;
    let next = match look(cx, id, &site.cloud_id, &projects).await {
        Ok(next) => Next::At(next),
        Err(Failure::Store(error)) => return Err(error),
        Err(Failure::GrantLost | Failure::Disconnected) => Next::Done,
        Err(failure) => {
            tracing::info!(%failure, connection = %id, "changes could not be asked for");
            let wait = match failure {
                Failure::Jira(JiraError::Throttled { wait: Some(wait), .. }) => wait.max(every),
                _ => backoff(lease.attempt).max(every),
            };
            Next::Retry(later(cx.clock.now(), wait))
        }
    };
    cx.ledger.finish(lease, next).await
}

async fn look(
    cx: &Context,
    id: ConnectionId,
    site: &CloudId,
    projects: &[ConnectedProject],
) -> Result<Timestamp, Failure> {
    let told = cx.store.stale_tickets(site, TOLD_MAX).await?;
    heed_known(cx, id, site, told, Vec::new(), "changed in Jira").await?;
    let mut feed = cx.store.load_feed(id).await?;
    if let Some(from) = feed.sweep_from {
        sweep::sweep(cx, id, site, projects, from).await?;
        feed.sweep_from = None;
        cx.store.save_feed(id, feed.clone()).await?;
        cx.wake.notify_one();
    }
    let (now, every) = (cx.clock.now(), cx.settings().jira_poll);
    let next = feed.read_to.map(|read_to| later(read_to, every));
    // Where every ticket is to be compared anyway, nobody waits for that.
    let next = next.filter(|_| feed.audited_at.is_some());
    if let Some(next) = next.filter(|next| *next > now) {
        return Ok(next);
    }
    let from = feed.read_to.unwrap_or_else(|| earlier(now, FIRST));
    let pages = read(cx, id, site, projects, (now, from)).await?;
    if pages == PAGES_MAX {
        tracing::warn!(connection = %id, pages, "more changed than is read at once; every ticket is compared");
        feed.audited_at = None;
    }
    feed.read_to = Some(now);
    audit::step(cx, id, site, projects, &mut feed).await?;
    hook::keep(cx, id, projects, &mut feed).await?;
    cx.store.save_feed(id, feed).await?;
    Ok(later(now, rest(every, pages)))
}

/// Reads the issues of the projects that were changed lately, the latest change first, and heeds them page by page;
/// answers how many pages there were.
///
/// It goes through to the end: a look that began again where the last one stopped would, with the time that overlaps,
/// read the same pages for ever.
async fn read(
    cx: &Context,
    id: ConnectionId,
    site: &CloudId,
    projects: &[ConnectedProject],
    (now, from): (Timestamp, Timestamp),
) -> Result<u32, Failure> {
    let of = project_list(projects);
    let jql = format!(
        "project in ({of}) AND updated >= -{}m ORDER BY updated DESC",
        minutes_back(now, from, cx.settings().settle)
    );
    let mut pages = Pages::of(jql, vec![FieldId::new("created")], &[]);
    while let Some(issues) = pages.read(cx, id).await? {
        heed(cx, id, site, issues, "changed in Jira").await?;
    }
    Ok(pages.count)
}

/// As JQL lists them.
fn project_list(projects: &[ConnectedProject]) -> String {
    let of: BTreeSet<&JiraProjectId> = projects.iter().map(|project| &project.project.id).collect();
    of.into_iter().map(JiraProjectId::as_str).collect::<Vec<_>>().join(", ")
}

/// Time until the next look. After a backfill the overlap is long to read, and is not read again each minute.
fn rest(every: Duration, pages: u32) -> Duration {
    every.max(PAGE_REST.saturating_mul(pages).min(REST_MAX))
}

/// Whole minutes, as JQL counts relative times: from the last look on, and over what an index may lag behind.
fn minutes_back(now: Timestamp, from: Timestamp, settle: Duration) -> u64 {
    let since = Duration::try_from(from.duration_until(now)).unwrap_or_default();
    (since + settle).as_secs().div_ceil(60) + 1
}

/// Of changed issues, has those of our tickets looked at that are worth it; the others are noted.
async fn heed(
    cx: &Context,
    id: ConnectionId,
    site: &CloudId,
    changed: Vec<Issue>,
    reason: &str,
) -> Result<(), Failure> {
    let issues: BTreeMap<_, _> = changed.into_iter().map(|issue| (issue.id.clone(), issue)).collect();
    let names: Vec<_> = issues.keys().cloned().collect();
    let mut news = Vec::new();
    let mut seen = Vec::new();
    for known in cx.store.tickets_of_issues(site, &names).await? {
        let Some(issue) = issues.get(&known.issue) else { continue };
        let Some(updated_at) = issue.updated_at else {
            news.push(known);
            continue;
        };
        if known.changed_at.is_some_and(|changed_at| changed_at >= updated_at) {
            continue;
        }
        match known.changed_at.is_none() && is_untouched(issue, updated_at) {
            true => seen.push((known.subject, known.stale, updated_at)),
            false => news.push(known),
        }
    }
    heed_known(cx, id, site, news, seen, reason).await
}

/// Of tickets whose issues may have changed, has those looked at that are worth it. `seen` are noted beside them.
async fn heed_known(
    cx: &Context,
    id: ConnectionId,
    site: &CloudId,
    news: Vec<Known>,
    mut seen: Vec<Seen>,
    reason: &str,
) -> Result<(), Failure> {
    let (loud, quiet) = quiet::tell_apart(cx, id, &news).await?;
    seen.extend(quiet);
    if !seen.is_empty() {
        cx.store.note_changes(seen).await?;
    }
    if !loud.is_empty() {
        cx.store.touch(site.clone(), loud, reason, cx.clock.now()).await?;
        cx.wake.notify_one();
    }
    Ok(())
}

/// Whether nothing happened to an issue since it was made.
fn is_untouched(issue: &Issue, updated_at: Timestamp) -> bool {
    let created = issue.fields.get(&FieldId::new("created"));
    let created = created.and_then(backline_clients::jira::moment);
    // Whoever is quick changes it within the second.
    created == Some(updated_at)
}

fn earlier(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

/// What a comparison of tickets with their issues goes by.
fn names(known: &[Known]) -> Vec<backline_core::ids::IssueId> {
    known.iter().map(|known| known.issue.clone()).collect()
}

#[cfg(test)]
mod tests;
