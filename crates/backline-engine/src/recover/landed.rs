//! Edits and transitions whose answer was lost: what of them is in the issue now was written by us.
//!
//! One that is not there yet may still land, over what was written since: it stays open until the settle time is over,
//! and each pass until then looks for it. Nothing waits for it meanwhile: the plan is made of what is there, so that to
//! write the same again changes nothing.
//!
//! That the issue holds what was written proves nothing where we have written the same again. Where something else of
//! ours came in between, and where much time went by, a person may have put it there: the issue's history tells.
//!
//! Invariant: our own write is never taken for a person's, nor a person's for ours, whatever became of the desired state
//! meanwhile.

use super::Doubts;
use crate::apply::WriteIntent;
use crate::clock::later;
use crate::context::Context;
use crate::failure::Failure;
use crate::pass::Pass;
use backline_clients::jira::JiraError;
use backline_core::ids::FieldId;
use backline_core::jira::issue::Issue;
use backline_core::jira::kind;
use backline_core::jira::value::Value;
use backline_core::mapping::FieldMapping;
use backline_core::ticket::{Ticket, merge};
use backline_store::intent::Intent;
use std::collections::BTreeMap;

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
    let settled_at = later(intent.deadline_at, cx.settings().settle);
    #[cfg(feature = "sabotage")]
    let settled_at = match crate::sabotage::has(crate::sabotage::Bug::LostEditSettled) {
        true => intent.begun_at,
        false => settled_at,
    };
    let may_land = cx.clock.now() < settled_at;
    // Where nobody may ask, nothing is known of it: without a project, or connected to another site.
    let issue = match pass.connection() {
        Ok(_) => read(cx, pass, &ticket, &kept).await?,
        Err(_) => None,
    };
    let Some(issue) = issue else {
        unsettled(pass, intent, doubts, may_land.then_some(settled_at));
        return Ok(());
    };
    let mut proofs = Proofs::of(pass, &ticket, kept, &issue);
    if proofs.has_any() && (proofs.is_covered || !may_land) {
        let ours = pass.account(cx).await?;
        let changed_by = pass.jira(cx).await?.last_changes(&ticket.issue).await?;
        proofs.keep(|field| ours.is_some() && changed_by.get(field) == ours.as_ref());
    }
    // Jira carries a write out as a whole or not at all.
    if !proofs.has_any() && !proofs.is_empty {
        unsettled(pass, intent, doubts, may_land.then_some(settled_at));
        return Ok(());
    }
    pass.confirmed.push(intent.id);
    let Some(ticket) = &mut pass.facts.ticket else { return Ok(()) };
    ticket.applied.fields.extend(proofs.fields);
    if proofs.has_moved {
        ticket.status = Some(issue.status);
        if proofs.kept.stage.is_some() {
            ticket.applied.stage = proofs.kept.stage;
        }
    }
    Ok(())
}

/// What of it is not seen in the issue: looked for again, or known to have come to nothing.
fn unsettled(pass: &mut Pass<'_>, intent: &Intent, doubts: &mut Doubts, until: Option<jiff::Timestamp>) {
    match until {
        Some(until) => doubts.watch_until = doubts.watch_until.max(Some(until)),
        None => pass.failed.push(intent.id),
    }
}

/// `None` where it is gone, which is said where the plan is made.
async fn read(
    cx: &Context,
    pass: &mut Pass<'_>,
    ticket: &Ticket,
    kept: &WriteIntent,
) -> Result<Option<Issue>, Failure> {
    let fields: Vec<FieldId> = kept.fields.keys().cloned().collect();
    match pass.jira(cx).await?.load_issue(&ticket.issue, &fields, &[]).await {
        Ok(issue) => Ok(Some(issue)),
        Err(JiraError::Gone) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What in an issue shows that a write was carried out.
struct Proofs {
    kept: WriteIntent,
    fields: BTreeMap<FieldId, Value>,
    has_moved: bool,
    /// Something of ours was written over it since.
    is_covered: bool,
    /// It wrote nothing that could be seen.
    is_empty: bool,
}

impl Proofs {
    fn of(pass: &Pass<'_>, ticket: &Ticket, mut kept: WriteIntent, issue: &Issue) -> Self {
        let (mut fields, mut is_covered, mut is_empty) = (BTreeMap::new(), false, kept.to.is_none());
        for (id, written) in std::mem::take(&mut kept.fields) {
            let Some(mapping) = mapping_of(pass, &id) else { continue };
            let Ok(kind) = kind::of(&mapping.field) else { continue };
            is_empty = false;
            let (known, before) = (ticket.applied.fields.get(&id), kept.before.get(&id));
            let observed = issue.fields.get(&id).and_then(|json| kind.read(json));
            let has_landed = merge::has_landed(mapping.owner, before, &written, observed.as_ref());
            if has_landed && known != Some(&written) {
                is_covered |= known != before;
                fields.insert(id, written);
            }
        }
        let known = ticket.status.as_ref().map(|status| &status.id);
        let has_moved = kept.to.as_ref() == Some(&issue.status.id) && known != kept.to.as_ref();
        is_covered |= has_moved && known != kept.from.as_ref();
        Self { kept, fields, has_moved, is_covered, is_empty }
    }

    fn has_any(&self) -> bool {
        self.has_moved || !self.fields.is_empty()
    }

    /// Only what was written by us, as the issue's history says.
    fn keep(&mut self, is_ours: impl Fn(&FieldId) -> bool) {
        self.fields.retain(|id, _| is_ours(id));
        self.has_moved &= is_ours(&FieldId::new("status"));
    }
}

/// The mapping of a field, be it of the ticket or of the screen of a lifecycle step.
fn mapping_of<'p>(pass: &'p Pass<'_>, id: &FieldId) -> Option<&'p FieldMapping> {
    let mapping = &pass.facts.project.as_ref()?.mapping;
    let of_steps = mapping.lifecycle.0.values().flat_map(|step| &step.fields);
    mapping.fields.iter().chain(of_steps).find(|mapping| mapping.field.id == *id)
}
