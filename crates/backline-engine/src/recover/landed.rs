//! Edits and transitions whose answer was lost: what of them is in the issue now was written by us.
//!
//! One that is not there yet may still land, over what was written since: it stays open until the settle time is over,
//! and each pass until then looks for it. Nothing waits for it meanwhile, for to write the same again does no harm.
//!
//! Invariant: our own write is never taken for a person's, whatever became of the desired state meanwhile.

use super::Doubts;
use crate::apply::WriteIntent;
use crate::clock::later;
use crate::context::Context;
use crate::failure::Failure;
use crate::pass::Pass;
use backline_clients::jira::JiraError;
use backline_core::ids::FieldId;
use backline_core::jira::kind;
use backline_core::mapping::FieldMapping;
use backline_core::ticket::merge;
use backline_store::intent::Intent;

pub async fn lost_write(
    cx: &Context,
    pass: &mut Pass<'_>,
    intent: &Intent,
    doubts: &mut Doubts,
) -> Result<(), Failure> {
    let kept: Result<WriteIntent, _> = serde_json::from_value(intent.operation.clone());
    let (Some(ticket), Ok(kept)) = (pass.facts.ticket.clone(), kept) else {
        pass.failed.push(intent.id);
        return Ok(());
    };
    let fields: Vec<FieldId> = kept.fields.keys().cloned().collect();
    let jira = pass.jira(cx).await?;
    let issue = match jira.load_issue(&ticket.issue, &fields, &[]).await {
        Ok(issue) => issue,
        // Said where the plan is made.
        Err(JiraError::Gone) => {
            pass.failed.push(intent.id);
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    drop(jira);
    let has_moved = kept.to.as_ref().is_none_or(|to| *to == issue.status.id);
    let written: Vec<_> = kept
        .fields
        .into_iter()
        .filter_map(|(id, written)| {
            let mapping = mapping_of(pass, &id)?;
            let kind = kind::of(&mapping.field).ok()?;
            let observed = issue.fields.get(&id).and_then(|json| kind.read(json));
            Some((merge::has_landed(mapping.owner, &written, observed.as_ref()), id, written))
        })
        .collect();
    let is_whole = has_moved && written.iter().all(|(has_landed, ..)| *has_landed);
    let is_begun = kept.to.is_some() && has_moved || written.iter().any(|(has_landed, ..)| *has_landed);
    let Some(ticket) = &mut pass.facts.ticket else { return Ok(()) };
    let landed = written.into_iter().filter(|(has_landed, ..)| *has_landed);
    ticket.applied.fields.extend(landed.map(|(_, id, written)| (id, written)));
    if has_moved && kept.to.is_some() {
        ticket.status = Some(issue.status);
        if kept.stage.is_some() {
            ticket.applied.stage = kept.stage;
        }
    }
    let settled_at = later(intent.deadline_at, cx.settings().settle);
    if is_whole {
        pass.confirmed.push(intent.id);
    } else if cx.clock.now() < settled_at {
        doubts.watch_until = doubts.watch_until.max(Some(settled_at));
    } else if is_begun {
        // Carried out, and some of it was changed since.
        pass.confirmed.push(intent.id);
    } else {
        pass.failed.push(intent.id);
    }
    Ok(())
}

/// The mapping of a field, be it of the ticket or of the screen of a lifecycle step.
fn mapping_of<'p>(pass: &'p Pass<'_>, id: &FieldId) -> Option<&'p FieldMapping> {
    let mapping = &pass.facts.project.as_ref()?.mapping;
    let of_steps = mapping.lifecycle.0.values().flat_map(|step| &step.fields);
    mapping.fields.iter().chain(of_steps).find(|mapping| mapping.field.id == *id)
}
