//! The order of a project's versions, as people have put them.

use super::super::{Answer, ok};
use super::{absent, find, of_project, owned, text};
use crate::jira::call::{Body, Call};
use crate::jira::config::Id;
use crate::jira::refusal::Refusal;
use crate::jira::webhook::{self, VersionEvent};
use crate::journal::Batch;
use axum::extract::Path;

/// Puts a version elsewhere in the order: `{"position": …}` or `{"after": address}`.
pub async fn change(call: Call, Path(id): Path<String>, Body(body): Body) -> Answer {
    let mut state = call.site.write();
    let version = owned(&call, &state, &id)?;
    let mut order: Vec<Id> = of_project(&state, version.project).iter().map(|version| version.id).collect();
    let from = order.iter().position(|id| *id == version.id).ok_or_else(absent)?;
    let (position, after) = (text(&body, "position"), text(&body, "after"));
    let to = match (position.as_deref(), after.as_deref()) {
        (Some("First"), None) => 0,
        (Some("Last"), None) => order.len() - 1,
        (Some("Earlier"), None) => from.saturating_sub(1),
        (Some("Later"), None) => (from + 1).min(order.len() - 1),
        (None, Some(after)) => {
            let other = find(&state, after.rsplit('/').next().unwrap_or_default())?.id;
            let other = order.iter().position(|id| *id == other).ok_or_else(absent)?;
            if other < from { other + 1 } else { other }
        }
        _ => return Err(Refusal::bad("Exactly one of 'position' and 'after' must be given, and be valid.")),
    };
    order.remove(from);
    order.insert(to, version.id);
    let mut batch = Batch::default();
    for (sequence, id) in order.into_iter().enumerate() {
        if let Some(version) = state.config.change().versions.get_mut(&id) {
            version.sequence = Some(sequence as u64);
            batch.put("version", id, version);
        }
    }
    webhook::tell_of_version(&call, &mut state, &version, VersionEvent::Moved, &mut batch);
    state.commit(&batch);
    ok(call.look(&state).version_row(find(&state, &id)?))
}
