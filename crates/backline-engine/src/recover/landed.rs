//! Edits and transitions whose answer was lost: what of them is in the issue now was written by us.
//!
//! Invariant: our own write is never taken for a person's, whatever became of the desired state meanwhile.

use crate::apply::WriteIntent;
use crate::context::Context;
use crate::failure::Failure;
use crate::pass::Pass;
use backline_clients::jira::JiraError;
use backline_core::ids::FieldId;
use backline_core::jira::kind;
use backline_core::mapping::FieldMapping;
use backline_core::ticket::merge;
use backline_store::intent::Intent;

pub async fn lost_write(cx: &Context, pass: &mut Pass<'_>, intent: &Intent) -> Result<(), Failure> {
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
    let landed: Vec<_> = kept
        .fields
        .into_iter()
        .filter(|(id, written)| {
            let Some(mapping) = mapping_of(pass, id) else { return false };
            let Ok(kind) = kind::of(&mapping.field) else { return false };
            let observed = issue.fields.get(id).and_then(|json| kind.read(json));
            merge::has_landed(mapping.owner, written, observed.as_ref())
        })
        .collect();
    let Some(ticket) = &mut pass.facts.ticket else { return Ok(()) };
    ticket.applied.fields.extend(landed);
    if has_moved && kept.to.is_some() {
        ticket.status = Some(issue.status);
        if kept.stage.is_some() {
            ticket.applied.stage = kept.stage;
        }
    }
    match has_moved {
        true => pass.confirmed.push(intent.id),
        false => pass.failed.push(intent.id),
    }
    Ok(())
}

/// The mapping of a field, be it of the ticket or of the screen of a lifecycle step.
fn mapping_of<'p>(pass: &'p Pass<'_>, id: &FieldId) -> Option<&'p FieldMapping> {
    let mapping = &pass.facts.project.as_ref()?.mapping;
    let of_steps = mapping.lifecycle.0.values().flat_map(|step| &step.fields);
    mapping.fields.iter().chain(of_steps).find(|mapping| mapping.field.id == *id)
}
