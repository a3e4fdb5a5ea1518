//! One pass over one subject: recover, observe, desire, plan, apply, record.
//!
//! Is told which subject is due, never what happened: the reasons are logged, not branched on.
//! Any pass may be cut off at any point and run again: an intent stands before every call that must not happen
//! twice, and every other call is safe to repeat.

use crate::apply;
use crate::clock::later;
use crate::context::Context;
use crate::failure::{self, Failure};
use crate::pass::{Company, Ended, Pass};
use crate::{drift, observe, recover};
use backline_core::ids::SubjectId;
use backline_core::mapping::lifecycle::Stage;
use backline_core::notice::{Blocked, End};
use backline_core::ticket::desired::{Desired, desired};
use backline_core::ticket::plan::{self, Plan};
use backline_core::ticket::{Facts, Ticket};
use backline_store::StoreError;
use backline_store::reconcile::{Outcome, Verdict};
use backline_store::work::{Lease, Next, WorkKey};
use jiff::Timestamp;

/// Most operations that follow each other in one pass; the rest comes with the next.
const HOPS_MAX: usize = 8;

/// Works on a leased subject and gives the lease back.
pub async fn reconcile(
    cx: &Context,
    subject: SubjectId,
    lease: &Lease,
    company: Company<'_>,
) -> Result<(), StoreError> {
    let turn = match &company {
        Company::Joins(crew) => crew.turn().await,
        Company::Alone | Company::Leads(_) => None,
    };
    let facts = cx.ledger.load_facts(subject).await?;
    drop(turn);
    let Some(facts) = facts else {
        return cx.ledger.finish(lease, Next::Done).await;
    };
    let mut pass = Pass::new(cx, lease, facts);
    pass.company = company;
    let ran = run(cx, &mut pass).await;
    // Nobody waits any longer for what it may wish for.
    pass.company = Company::Alone;
    let ended = match ran {
        Ok(ended) => ended,
        Err(failure) => failure::ended(cx, &pass, failure).await?,
    };
    let ended = ended.and_again(pass.again);
    record(cx, lease, pass, ended).await
}

async fn run(cx: &Context, pass: &mut Pass<'_>) -> Result<Ended, Failure> {
    let doubts = recover::recover(cx, pass).await?;
    pass.again = doubts.next();
    if let Some(until) = doubts.create_until {
        return Ok(Ended::waiting(until));
    }
    // What was found after its answer was lost was written after all.
    let mut was_written = !pass.confirmed.is_empty();
    for _ in 0..HOPS_MAX {
        let Some(wanted) = desired(&pass.facts, &cx.settings().public_url) else {
            let is_kept = pass.facts.project.is_some();
            return Ok(Ended::done(if is_kept { End::NotNeeded } else { End::ProjectRemoved }));
        };
        if !plan::may_act(&pass.facts, &wanted) && pass.facts.stale == 0 {
            return Ok(Ended::done(end_without_act(wanted.stage, was_written)));
        }
        let mut planned = look(cx, pass, &wanted).await?;
        planned.operations.retain(|step| !doubts.covers(&step.operation));
        pass.settle(&planned, &wanted, cx.clock.now());
        if pass.decided.is_some() {
            return Ok(Ended::decided());
        }
        if planned.operations.is_empty() {
            return Ok(finished(planned.blocked, doubts.comments_until));
        }
        let was_created = pass.facts.ticket.is_none();
        if was_created && let Some(blocked) = changed(cx, pass, false).await? {
            return Ok(finished(Some(blocked), doubts.comments_until));
        }
        was_written = true;
        let blocked = planned.blocked.take();
        match apply::apply(cx, pass, planned).await {
            // What Jira demands may have changed since the mapping was saved, and then that is the cause.
            Err(failure) if was_created && failure.is_refusal() => {
                match changed(cx, pass, true).await {
                    Ok(Some(blocked)) => return Ok(finished(Some(blocked), doubts.comments_until)),
                    Err(Failure::Store(error)) => return Err(error.into()),
                    // That Jira cannot be asked now is no better reason than the one that it gave.
                    Ok(None) | Err(_) => return Err(failure),
                }
            }
            applied => applied?,
        }
        if blocked.is_some() {
            return Ok(finished(blocked, doubts.comments_until));
        }
        // A fresh ticket is looked at again only if something follows its creation.
        if was_created && !follows(cx, pass) {
            return Ok(finished(None, doubts.comments_until));
        }
    }
    // A workflow that moves it back again and again is not fought over at full speed.
    Ok(Ended::retry(later(cx.clock.now(), failure::backoff(pass.lease.attempt))))
}

/// Why no ticket can be made because of what Jira changed.
async fn changed(cx: &Context, pass: &Pass<'_>, was_refused: bool) -> Result<Option<Blocked>, Failure> {
    match &pass.facts.project {
        Some(project) => drift::blocking(cx, project, was_refused).await,
        None => Ok(None),
    }
}

/// Whether it works again is known only of what was tried.
fn end_without_act(stage: Stage, was_written: bool) -> End {
    match stage {
        _ if was_written => End::Mended,
        Stage::Done | Stage::Dismissed => End::Resolved,
        _ => End::NotNeeded,
    }
}

fn follows(cx: &Context, pass: &Pass<'_>) -> bool {
    desired(&pass.facts, &cx.settings().public_url).is_some_and(|wanted| plan::may_act(&pass.facts, &wanted))
}

/// A comment that waits for an earlier one is left to do.
fn finished(blocked: Option<Blocked>, comments_until: Option<Timestamp>) -> Ended {
    match (blocked, comments_until) {
        (Some(blocked), _) => Ended::blocked(blocked),
        (None, Some(until)) => Ended::waiting(until),
        (None, None) => Ended::done(End::Mended),
    }
}

/// Reads what Jira has, where there is a ticket, and plans.
async fn look(cx: &Context, pass: &mut Pass<'_>, wanted: &Desired) -> Result<Plan, Failure> {
    let Some(ticket) = pass.facts.ticket.clone() else { return Ok(plan::plan(&pass.facts, wanted, None)) };
    let jira = pass.jira(cx).await?;
    let Some(mut issue) = observe::issue(&jira, &ticket, wanted).await? else {
        pass.looked(None);
        return Err(Failure::Gone);
    };
    // The answer to its creation named it: before anything follows it must show itself to be that issue.
    if ticket.status.is_none() && !observe::is_the_one(&issue, &ticket, pass) {
        return Err(Failure::Foreign);
    }
    pass.saw(&issue, cx.clock.now());
    let transitions = match plan::wants_transitions(&pass.facts, wanted, &issue) {
        true => observe::transitions(&jira, pass, &issue).await?,
        false => Vec::new(),
    };
    observe::screen(&jira, &pass.facts, wanted, &mut issue, &transitions).await?;
    Ok(plan::plan(&pass.facts, wanted, Some((&issue, &transitions))))
}

/// The plan for a subject as it would be carried out now. Reads from Jira, writes nothing anywhere.
///
/// # Errors
/// As reading from Jira fails.
pub async fn preview(cx: &Context, facts: Facts) -> Result<Option<(Facts, Plan)>, Failure> {
    let Some(wanted) = desired(&facts, &cx.settings().public_url) else { return Ok(None) };
    if !plan::may_act(&facts, &wanted) && facts.stale == 0 {
        let kept = plan::standing(&facts, &wanted);
        return Ok(Some((facts, Plan { kept, ..Plan::default() })));
    }
    let lease = nobody(&facts, cx.clock.now());
    let mut pass = Pass::new(cx, &lease, facts);
    let planned = look(cx, &mut pass, &wanted).await?;
    Ok(Some((pass.facts, planned)))
}

/// A preview holds no lease: it writes nothing that one would guard.
fn nobody(facts: &Facts, now: Timestamp) -> Lease {
    Lease {
        key: WorkKey::Subject(facts.subject.id),
        site: Some(facts.subject.cloud_id.clone()),
        owner: String::new(),
        epoch: 0,
        generation: 0,
        attempt: 1,
        reasons: Vec::new(),
        until: now,
    }
}

async fn record(cx: &Context, lease: &Lease, pass: Pass<'_>, ended: Ended) -> Result<(), StoreError> {
    let verdict = match ended.blocked {
        Some(blocked) => Verdict::Blocked { blocked, look_at: later(cx.clock.now(), cx.look_again) },
        None => ended.clear.map_or(Verdict::Unchanged, Verdict::Clear),
    };
    let ticket: Option<Ticket> = pass.changed_ticket();
    let outcome = Outcome {
        subject: pass.facts.subject.id,
        ticket,
        looked: pass.looked,
        decided: pass.decided,
        confirmed: pass.confirmed,
        failed: pass.failed,
        calls: pass.calls,
        timeline: pass.timeline,
        learned: pass.learned,
        verdict,
        due: pass.due,
        next: ended.next,
    };
    cx.ledger.finish_reconcile(lease, outcome, cx.clock.now()).await?;
    cx.wake.notify_one();
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
