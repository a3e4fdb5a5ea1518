//! After the store was restored from a backup: finds the tickets that were made since, before any is made.
//!
//! Keys are walked, since a search lags; what is found is kept as a create whose answer was lost, so that each is adopted
//! by the ordinary way when its subject is looked at, also where its subject comes with a later report.

use super::double::unknown;
use crate::context::Context;
use crate::create::number;
use crate::failure::Failure;
use crate::marker;
use crate::metadata::ask;
use crate::recover::{self, WALK_KEYS};
use backline_core::ids::{CloudId, ConnectionId, IssueKey, JiraProjectId};
use backline_core::mapping::ConnectedProject;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Goes through the keys above the last one known, in every project of a connection.
pub(super) async fn sweep(
    cx: &Context,
    id: ConnectionId,
    site: &CloudId,
    projects: &[ConnectedProject],
    from: Timestamp,
) -> Result<(), Failure> {
    let of: BTreeMap<&JiraProjectId, &str> =
        projects.iter().map(|project| (&project.project.id, project.project.key.as_str())).collect();
    let mut found = 0;
    for (project, key) in of {
        let mut first = 1 + last_known(cx, id, site, project, key, from).await?;
        loop {
            let keys: Vec<IssueKey> =
                (first..first + WALK_KEYS).map(|number| IssueKey(format!("{key}-{number}"))).collect();
            let issues = ask(cx, id, |jira| {
                let keys = keys.clone();
                async move { jira.bulk_fetch_keys(&keys, &[], &[marker::PROPERTY]).await }
            })
            .await?;
            if issues.is_empty() {
                break;
            }
            for (issue, subject, nonce) in unknown(cx, site, issues).await? {
                let lost = recover::lost(cx, &issue.key, subject, nonce);
                cx.store.expect_ticket(site, lost, "its ticket was found in Jira", cx.clock.now()).await?;
                found += 1;
            }
            first += WALK_KEYS;
        }
    }
    tracing::info!(connection = %id, found, "tickets that were made after the backup were looked for");
    Ok(())
}

/// A number above which everything is that was made after the backup.
async fn last_known(
    cx: &Context,
    id: ConnectionId,
    site: &CloudId,
    project: &JiraProjectId,
    key: &str,
    from: Timestamp,
) -> Result<u64, Failure> {
    if let Some(known) = cx.store.highest_number_of(site, project, key).await? {
        return Ok(known);
    }
    // Of what is that old the index knows.
    let minutes = from.duration_until(cx.clock.now()).as_mins().max(0) + recover::CLOCK_SKEW_MINUTES;
    let jql = format!("project = {project} AND created < -{minutes}m ORDER BY created DESC");
    let before = ask(cx, id, |jira| {
        let jql = jql.clone();
        async move { jira.search(&jql, &[], None).await }
    })
    .await?;
    Ok(before.issues.iter().filter_map(|issue| number(&issue.key, key)).max().unwrap_or_default())
}
