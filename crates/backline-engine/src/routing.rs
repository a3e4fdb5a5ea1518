//! Finds a project for vulnerabilities that have none, after a project or its rule was saved.

use crate::context::Context;
use crate::feed;
use backline_core::ids::ConnectedProjectId;
use backline_store::StoreError;
use backline_store::work::{Lease, Next};

/// Vulnerabilities that are looked at in one transaction.
const BATCH: u64 = 500;

/// Routes everything that is open and belongs nowhere. Cut off and run again, it begins anew: what has a project
/// is not looked at.
pub async fn route(cx: &Context, project: ConnectedProjectId, lease: &Lease) -> Result<(), StoreError> {
    if let Some(project) = cx.store.load_project(project).await? {
        cx.ledger
            .mark_due(vec![feed::due(project.connection, Some(project.cloud_id), cx.clock.now())])
            .await?;
    }
    let mut after = None;
    loop {
        let routed = cx.store.route_unassigned(project, after, BATCH, cx.clock.now()).await?;
        cx.wake.notify_one();
        match routed.next {
            Some(next) => after = Some(next),
            None => return cx.ledger.finish(lease, Next::Done).await,
        }
    }
}
