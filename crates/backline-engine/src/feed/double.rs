//! Second tickets: issues with our marker that no ticket row knows. Looked for once a day, linked to the first, told
//! until they are closed or deleted.
//!
//! One comes about only when Jira carries out a create after everybody had stopped waiting for it.

use super::minutes_back;
use super::pages::Pages;
use crate::context::Context;
use crate::failure::Failure;
use crate::marker;
use crate::metadata::ask;
use crate::recover;
use backline_clients::jira::JiraError;
use backline_core::ids::{CloudId, ConnectionId, IssueId, IssueKey, SubjectId};
use backline_core::jira::issue::Issue;
use backline_core::jira::workflow::Category;
use backline_core::mapping::ConnectedProject;
use backline_core::notice::Blocked;
use backline_store::audit::{Action, AuditEntry};
use backline_store::double::Double;
use backline_store::timeline::{TimelineEntry, TimelineKind};
use jiff::Timestamp;
use uuid::Uuid;

/// Doubles whose state is read in one look.
const REVIEWED_MAX: u64 = 100;

/// Looks through everything that was made in the projects since `from`.
pub(super) async fn look(
    cx: &Context,
    id: ConnectionId,
    site: &CloudId,
    projects: &[ConnectedProject],
    from: Timestamp,
) -> Result<(), Failure> {
    let of = super::project_list(projects);
    let minutes = minutes_back(cx.clock.now(), from, cx.settings().settle);
    let jql = format!("project in ({of}) AND created >= -{minutes}m ORDER BY created DESC");
    let mut pages = Pages::of(jql, Vec::new(), &[marker::PROPERTY]);
    while let Some(issues) = pages.read(cx, id).await? {
        for (issue, subject, nonce) in unknown(cx, site, issues).await? {
            heed(cx, id, site, &issue, subject, nonce).await?;
        }
    }
    review(cx, id, site).await
}

/// Of these issues, those that carry our marker and are no ticket that we know, each with what its marker says.
pub(super) async fn unknown(
    cx: &Context,
    site: &CloudId,
    issues: Vec<Issue>,
) -> Result<Vec<(Issue, SubjectId, Uuid)>, Failure> {
    let instance = cx.ledger.instance();
    let ours: Vec<(Issue, SubjectId, Uuid)> = issues
        .into_iter()
        .filter_map(|issue| {
            let property = issue.properties.get(marker::PROPERTY)?;
            let (subject, nonce) = (marker::subject(property, &instance)?, marker::nonce(property)?);
            Some((issue, subject, nonce))
        })
        .collect();
    let ids: Vec<IssueId> = ours.iter().map(|(issue, ..)| issue.id.clone()).collect();
    let unknown = cx.store.unknown_issues(site, &ids).await?;
    Ok(ours.into_iter().filter(|(issue, ..)| unknown.contains(&issue.id)).collect())
}

async fn heed(
    cx: &Context,
    id: ConnectionId,
    site: &CloudId,
    issue: &Issue,
    subject: SubjectId,
    nonce: Uuid,
) -> Result<(), Failure> {
    let Some(facts) = cx.store.load_facts(subject).await? else { return Ok(()) };
    if !cx.store.was_tried(subject, nonce).await? {
        // Of no attempt of ours: somebody copied the marker. It is theirs, and never written to.
        tracing::warn!(issue = %issue.key, %subject, "an issue carries a marker that is not its own");
        return Ok(());
    }
    let Some(ticket) = facts.ticket else {
        let lost = recover::lost(cx, &issue.key, subject, nonce);
        cx.store.expect_ticket(site, lost, "its ticket was found in Jira", cx.clock.now()).await?;
        cx.wake.notify_one();
        return Ok(());
    };
    // Recorded since it was looked up.
    if ticket.issue == issue.id {
        return Ok(());
    }
    let is_linked = link(cx, id, &issue.id, &ticket.issue).await?;
    if is_linked {
        let object = format!("{} as a duplicate of {}", issue.key, ticket.key);
        let entry =
            AuditEntry::new(cx.clock.now(), "Backline", Action::JiraLink, object).about_subject(subject);
        cx.store.audit(entry).await?;
    }
    let double = Double {
        site: site.clone(),
        issue: issue.id.clone(),
        key: issue.key.clone(),
        subject,
        found_at: cx.clock.now(),
    };
    let blocked = told(issue, &ticket.key, subject, is_linked);
    let entry = TimelineEntry::new(double.found_at, TimelineKind::Failed, blocked.what.clone())
        .with_detail(blocked.why.clone())
        .about_subject(subject);
    cx.store.add_double(double, blocked, entry).await?;
    cx.wake.notify_one();
    Ok(())
}

/// Links the second to the first, where Jira has a word for it. Repeated with each look that finds it, which Jira takes
/// as the same link.
async fn link(cx: &Context, id: ConnectionId, second: &IssueId, first: &IssueId) -> Result<bool, Failure> {
    let linked = ask(cx, id, |jira| async move {
        let types = jira.link_types().await?;
        let is_of_doubles = |words: &str| words.to_lowercase().contains("duplicate");
        match types.iter().find(|kind| is_of_doubles(&kind.outward)) {
            Some(kind) => jira.link_issues(&kind.id, second, first).await.map(|()| true),
            None => Ok(false),
        }
    })
    .await;
    match linked {
        Err(Failure::Jira(JiraError::Gone | JiraError::Forbidden { .. } | JiraError::Refused { .. })) => {
            Ok(false)
        }
        linked => linked,
    }
}

/// Ends what was told of doubles that are closed by now, or gone.
async fn review(cx: &Context, id: ConnectionId, site: &CloudId) -> Result<(), Failure> {
    let open = cx.store.open_doubles(site, REVIEWED_MAX).await?;
    if open.is_empty() {
        return Ok(());
    }
    let ids: Vec<IssueId> = open.iter().map(|double| double.issue.clone()).collect();
    let (issues, missing) = ask(cx, id, |jira| {
        let ids = ids.clone();
        async move { jira.bulk_fetch(&ids, &[], &[]).await }
    })
    .await?;
    let is_closed =
        |id: &IssueId| issues.iter().any(|issue| issue.id == *id && issue.status.category == Category::Done);
    for double in open.iter().filter(|double| missing.contains(&double.issue) || is_closed(&double.issue)) {
        cx.store.end_double(double, &cause(&double.issue), cx.clock.now()).await?;
    }
    Ok(())
}

fn cause(second: &IssueId) -> String {
    format!("double:{second}")
}

fn told(issue: &Issue, first: &IssueKey, subject: SubjectId, is_linked: bool) -> Blocked {
    let second = &issue.key;
    let linked = if is_linked { "It is linked as a duplicate. " } else { "" };
    Blocked {
        cause: cause(&issue.id),
        what: format!("{second} is a second ticket beside {first}"),
        why: format!(
            "Jira carried out a create after Backline had waited for it and tried again. {linked}Backline writes to \
             {first} only."
        ),
        remedy: format!("Close or delete {second} in Jira"),
        page: format!("/tickets/{subject}"),
    }
}
