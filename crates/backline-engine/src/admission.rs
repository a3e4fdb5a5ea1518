//! What is told of tickets that wait for approval, and the slices in which an approval is carried out or taken back.

use crate::context::Context;
use backline_core::mapping::ConnectedProject;
use backline_core::notice::Blocked;
use backline_store::StoreError;
use backline_store::work::{Lease, Next};
use uuid::Uuid;

/// Where tickets are approved.
pub const PAGE: &str = "/approvals";
/// Subjects of one slice, which is one transaction.
const SLICE: u64 = 300;

/// Why a ticket is not made: one cause for all of a project.
pub fn held(project: &ConnectedProject, per_hour: u32) -> Blocked {
    let place = project.place();
    Blocked {
        cause: format!("approval:{}", project.id),
        what: format!("New tickets in {place} wait for your approval"),
        why: format!("More than {per_hour} would be made within an hour"),
        remedy: "Look at them and approve them, or change the project's rule so that it takes fewer"
            .to_owned(),
        page: PAGE.to_owned(),
    }
}

/// Carries an approval on. Cut off and run again it goes on: what a slice has settled is not in the next one.
pub async fn carry(cx: &Context, batch: Uuid, lease: &Lease) -> Result<(), StoreError> {
    while cx.ledger.carry_batch(lease, batch, SLICE, cx.clock.now()).await? {
        cx.wake.notify_one();
    }
    cx.ledger.finish(lease, Next::Done).await?;
    cx.wake.notify_one();
    Ok(())
}
