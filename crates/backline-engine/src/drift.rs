//! Reads a project's fields again and says what became of them, before the next ticket fails on it.
//!
//! Only reads at Jira. What breaks the mapping is one notice, which is over by itself once mapping or Jira is mended.

use crate::clock::later;
use crate::context::Context;
use crate::failure::Failure;
use crate::metadata;
use backline_core::ids::ConnectedProjectId;
use backline_core::mapping::ConnectedProject;
use backline_core::mapping::doctor::Chosen;
use backline_core::mapping::drift::{Change, compare};
use backline_core::notice::Blocked;
use backline_core::ticket::plan::page_of;
use backline_store::StoreError;
use backline_store::drift::Drift;
use backline_store::work::{Due, Lease, Next, Priority, WorkKey};
use backline_store::workflow::{Of, SeenAt};
use jiff::Timestamp;
use std::time::Duration;

/// Tickets that are refused one after the other are one reason to ask.
const AFTER_REFUSAL: Duration = Duration::from_millis(200);

/// How long what was seen of a workflow is believed without another look.
const WORKFLOW_KEPT: Duration = Duration::from_secs(24 * 3_600);

/// Looks on schedule.
pub async fn watch(cx: &Context, id: ConnectedProjectId, lease: &Lease) -> Result<(), StoreError> {
    let Some(project) = cx.store.load_project(id).await? else {
        return cx.ledger.finish(lease, Next::Done).await;
    };
    let next = Next::Retry(later(cx.clock.now(), cx.settings().metadata_every));
    let looks = [("fields", look(cx, &project).await.map(drop)), ("workflow", learn(cx, &project).await)];
    for (what, looked) in looks {
        match looked {
            Ok(()) => {}
            Err(Failure::Store(error)) => return Err(error),
            // That Jira cannot be asked is told where tickets are written.
            Err(failure) => tracing::info!(%failure, what, project = %id, "could not be read again"),
        }
    }
    cx.ledger.finish(lease, next).await
}

/// Why no ticket can be made in a project now; `None` where nothing is known to stand against it.
///
/// What breaks it is looked at again after a while, and at once when Jira has just refused something.
pub async fn blocking(
    cx: &Context,
    project: &ConnectedProject,
    was_refused: bool,
) -> Result<Option<Blocked>, Failure> {
    let known = cx.store.load_drift(project.id).await?;
    let is_older = |known: &Drift, than: Duration| later(known.read_at, than) <= cx.clock.now();
    let breaks = |known: &Drift| known.changes.iter().any(|change| change.breaks);
    let is_asked = match &known {
        Some(known) if breaks(known) => is_older(known, cx.look_again),
        Some(known) => was_refused && is_older(known, AFTER_REFUSAL),
        None => was_refused,
    };
    let changes = match known {
        Some(known) if !is_asked => known.changes,
        None if !is_asked => Vec::new(),
        _ => look(cx, project).await?,
    };
    Ok(broken(project, &changes).ok())
}

/// Asks Jira, and keeps what it says.
async fn look(cx: &Context, project: &ConnectedProject) -> Result<Vec<Change>, Failure> {
    let (connection, kind) = (project.connection, &project.issue_type.id);
    let screen = metadata::create_fields(cx, connection, &project.project.id, kind).await?;
    let gone = metadata::gone(cx, connection, &project.mapping).await?;
    let mut changes = compare(project, &screen);
    changes.extend(gone.iter().map(Chosen::went));
    let seen = Drift { changes: changes.clone(), read_at: cx.clock.now() };
    cx.store.save_drift(project.id, seen, broken(project, &changes)).await?;
    cx.wake.notify_one();
    Ok(changes)
}

/// Looks at the workflow where it was not looked at lately, so that its screens are known before a ticket stands there.
async fn learn(cx: &Context, project: &ConnectedProject) -> Result<(), Failure> {
    let of = Of::project(project);
    let known = cx.store.load_workflow(&of).await?;
    let is_fresh = |seen: &&SeenAt| later(seen.at, WORKFLOW_KEPT) > cx.clock.now();
    let known = known.iter().filter(is_fresh).map(|seen| seen.learned.from.clone()).collect();
    let place = (&project.project.id, &project.issue_type.id);
    let learned = metadata::workflow(cx, project.connection, place, &known).await?;
    Ok(cx.store.learn_workflow(of, learned, cx.clock.now()).await?)
}

/// The row that has a project's fields read again.
pub fn due(project: &ConnectedProject, at: Timestamp, reason: &str) -> Due {
    Due {
        key: WorkKey::Drift(project.id),
        site: Some(project.cloud_id.clone()),
        at,
        priority: Priority::Update,
        reason: reason.to_owned(),
    }
}

/// What people are told, or the cause that is over.
fn broken(project: &ConnectedProject, changes: &[Change]) -> Result<Blocked, String> {
    let cause = format!("drift:{}", project.id);
    let breaking: Vec<&str> =
        changes.iter().filter(|change| change.breaks).map(|change| change.what.as_str()).collect();
    if breaking.is_empty() {
        return Err(cause);
    }
    Ok(Blocked {
        cause,
        what: format!("Jira changed the fields of {}, and new tickets will be refused", project.place()),
        why: breaking.join("; "),
        remedy: "Mend the mapping, or change the field back in Jira; Backline then goes on by itself"
            .to_owned(),
        page: page_of(project),
    })
}
