//! Carries a plan out, one operation at a time: write the intent, call, confirm. How a ticket is made is
//! [`crate::create`]'s.
//!
//! Invariant: no byte of a call that must not happen twice leaves before its intent is durable.

use crate::audit;
use crate::clock::later;
use crate::context::Context;
use crate::create::create;
use crate::failure::Failure;
use crate::pass::Pass;
use backline_clients::jira::{FieldProblem, Jira, JiraError, RemoteLink};
use backline_clients::transport::TransportError;
use backline_core::ids::{FieldId, IntentId, StatusId};
use backline_core::jira::value::Value;
use backline_core::mapping::lifecycle::Stage;
use backline_core::ticket::link;
use backline_core::ticket::news::Tells;
use backline_core::ticket::plan::{Fields, Operation, Plan, Planned};
use backline_store::intent::Intent;
use backline_store::timeline::TimelineKind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// A call to Jira is given up after this long.
pub const CALL_DEADLINE: Duration = Duration::from_secs(30);
/// What was announced is sent within this time or not at all.
const SEND_WITHIN: Duration = Duration::from_secs(10);

/// Asked right before a call leaves. A process that stood still after it had begun an intent is awaited no longer than
/// until its deadline and the settle time are over: what it sent then would be done a second time.
///
/// # Errors
/// It is too late, and nothing was sent.
pub fn in_time(cx: &Context, begun_at: Timestamp) -> Result<(), JiraError> {
    if cx.clock.now() < later(begun_at, SEND_WITHIN) {
        return Ok(());
    }
    let reason = "this process stood still, and others may be at it".to_owned();
    Err(JiraError::Unreachable { not_sent: true, source: TransportError::NotSent { reason } })
}

/// What an intent to comment keeps, so that a comment whose answer was lost counts as said.
#[derive(Debug, Serialize, Deserialize)]
pub struct CommentIntent {
    pub key: String,
    #[serde(default)]
    pub tells: Option<Tells>,
}

/// What an intent to edit or to move keeps, so that what landed without an answer is known to be ours.
#[derive(Debug, Serialize, Deserialize)]
pub struct WriteIntent {
    pub fields: BTreeMap<FieldId, Value>,
    /// The status that a transition leads to, and the stage that it completes.
    pub to: Option<StatusId>,
    pub stage: Option<Stage>,
    /// What was there before, for all we knew.
    #[serde(default)]
    pub before: BTreeMap<FieldId, Value>,
    #[serde(default)]
    pub from: Option<StatusId>,
}

fn write_intent(
    pass: &Pass<'_>,
    fields: &Fields,
    to: Option<StatusId>,
    stage: Option<Stage>,
) -> serde_json::Value {
    let ticket = pass.facts.ticket.as_ref();
    let known = ticket.map(|ticket| &ticket.applied.fields);
    let fields = fields.applied.clone();
    let before = fields.keys().filter_map(|id| Some((id.clone(), known?.get(id)?.clone()))).collect();
    let from = ticket.and_then(|ticket| ticket.status.as_ref()).map(|status| status.id.clone());
    let kept = WriteIntent { fields, to, stage, before, from };
    serde_json::to_value(kept).expect("an intent is plain JSON")
}

/// Carries the operations out in order, and stops after one that changes what can be done next.
///
/// Fields that Jira refuses hold nothing else up: the others still go, and so does what follows; then the refusal
/// is told.
pub async fn apply(cx: &Context, pass: &mut Pass<'_>, plan: Plan) -> Result<(), Failure> {
    let version = plan.mapping_version;
    let mut refused = None;
    for step in plan.operations {
        let ends = matches!(step.operation, Operation::Transition { .. } | Operation::Create(_));
        match perform(cx, pass, &step, version).await {
            Ok(()) => {}
            Err(Failure::Jira(JiraError::Refused { fields })) => {
                if let Some(rest) = without(&step, &fields) {
                    perform(cx, pass, &rest, version).await?;
                } else if matches!(step.operation, Operation::Create(_)) {
                    return Err(Failure::Refused { doing: step.operation.word(), fields });
                }
                refused.get_or_insert(Failure::Refused { doing: step.operation.word(), fields });
                // A move that was refused changes nothing for what follows.
                continue;
            }
            Err(failure) => return Err(failure),
        }
        if ends {
            break;
        }
    }
    if let Some(refused) = refused {
        return Err(refused);
    }
    pass.applied().mapping_version = version;
    Ok(())
}

/// Write the intent, call, confirm.
async fn perform(cx: &Context, pass: &mut Pass<'_>, step: &Planned, version: u32) -> Result<(), Failure> {
    if let Operation::Create(fields) = &step.operation {
        create(cx, pass, step, fields, version).await?;
    } else {
        // The right to call comes first: an intent without a call would be taken for a lost one.
        let jira = pass.jira(cx).await?;
        let intent = begin(cx, pass, step).await?;
        let (watched, watch) = jira.watched();
        let result = match in_time(cx, intent.begun_at) {
            Ok(()) => call(&watched, pass, &step.operation, intent.begun_at).await,
            Err(late) => Err(late),
        };
        drop(jira);
        pass.calls.extend(audit::called(pass, step, intent.id, &watch, result.as_ref().err()));
        match result {
            Ok(()) => pass.confirmed.push(intent.id),
            Err(error) => {
                if !error.effect_unknown() {
                    pass.failed.push(intent.id);
                }
                return Err(error.into());
            }
        }
    }
    let key = pass.facts.ticket.as_ref().map_or_else(String::new, |ticket| ticket.key.to_string());
    let text = in_words(&step.operation, &key);
    pass.note(cx.clock.now(), TimelineKind::Done, text, Some(step.reason.clone()));
    Ok(())
}

/// An edit without the fields that were refused; `None` where nothing would be left, or nothing was named.
fn without(step: &Planned, refused: &[FieldProblem]) -> Option<Planned> {
    let Operation::Edit(fields) = &step.operation else { return None };
    let named: Vec<&FieldId> = refused.iter().filter_map(|problem| problem.field.as_ref()).collect();
    let mut fields = fields.clone();
    let before = fields.json.len() + fields.update.len();
    fields.json.retain(|id, _| !named.contains(&id));
    fields.applied.retain(|id, _| !named.contains(&id));
    fields.update.retain(|id, _| !named.contains(&id));
    let left = fields.json.len() + fields.update.len();
    (left > 0 && left < before).then(|| Planned {
        operation: Operation::Edit(fields),
        rule: step.rule,
        reason: step.reason.clone(),
    })
}

async fn begin(cx: &Context, pass: &Pass<'_>, step: &Planned) -> Result<Intent, Failure> {
    let now = cx.clock.now();
    let operation = match &step.operation {
        Operation::Create(_) => unreachable!("it has its own way"),
        Operation::Comment { key, tells, .. } => {
            let kept = CommentIntent { key: key.clone(), tells: tells.clone() };
            serde_json::to_value(kept).expect("an intent is plain JSON")
        }
        Operation::Transition { to, fields, stage, .. } => {
            write_intent(pass, fields, Some(to.id.clone()), *stage)
        }
        Operation::Edit(fields) => write_intent(pass, fields, None, None),
        Operation::Link(_) => serde_json::Value::Null,
    };
    let intent = Intent {
        id: IntentId(cx.ledger.fresh_id(now)),
        subject: pass.facts.subject.id,
        kind: step.operation.word().to_owned(),
        nonce: cx.ledger.fresh_id(now),
        operation,
        begun_at: now,
        deadline_at: later(now, CALL_DEADLINE),
    };
    cx.ledger.begin_intent(pass.lease, &intent, &pass.failed_before()).await?;
    Ok(intent)
}

async fn call(
    jira: &Jira,
    pass: &mut Pass<'_>,
    operation: &Operation,
    begun_at: Timestamp,
) -> Result<(), JiraError> {
    match operation {
        Operation::Create(_) => unreachable!("it has its own way"),
        Operation::Transition { id, to, fields, stage, .. } => {
            let issue = issue_of(pass);
            jira.transition(&issue, id, &fields.json, &verbs(&fields.update)).await?;
            let ticket = pass.facts.ticket.as_mut().expect("it was just named");
            ticket.status = Some(to.clone());
            ticket.applied.fields.extend(fields.applied.clone());
            if stage.is_some() {
                ticket.applied.stage = *stage;
            }
            Ok(())
        }
        Operation::Edit(fields) => {
            let issue = issue_of(pass);
            jira.edit_issue(&issue, &fields.json, &verbs(&fields.update)).await?;
            let applied = pass.applied();
            // Written as before: somebody had changed it since.
            let again = fields.applied.iter().filter(|(id, value)| applied.fields.get(*id) == Some(*value));
            let again: Vec<FieldId> = again.map(|(id, _)| id.clone()).collect();
            for id in again {
                applied.overruled.entry(id).or_default().push(begun_at);
            }
            applied.fields.extend(fields.applied.clone());
            // What was just written is ours again.
            for id in fields.applied.keys() {
                applied.yielded.remove(id);
                applied.told.remove(id);
            }
            Ok(())
        }
        Operation::Comment { key, body, tells } => {
            let issue = issue_of(pass);
            jira.add_comment(&issue, body, key).await?;
            pass.said(key.clone(), tells.clone());
            Ok(())
        }
        Operation::Link(link) => {
            let issue = issue_of(pass);
            jira.put_remote_link(&issue, &remote_link(link)).await?;
            pass.applied().links.insert(link.global_id.clone(), link.hash());
            Ok(())
        }
    }
}

fn issue_of(pass: &Pass<'_>) -> backline_core::ids::IssueId {
    pass.facts.ticket.as_ref().expect("only a create has no ticket").issue.clone()
}

fn in_words(operation: &Operation, key: &str) -> String {
    match operation {
        Operation::Create(_) => format!("Created {key}"),
        Operation::Transition { to, .. } => format!("Moved {key} to {}", to.name),
        Operation::Edit(_) => format!("Updated {key}"),
        Operation::Comment { .. } => format!("Commented on {key}"),
        Operation::Link(link) => format!("Linked {key} to {}", link.title),
    }
}

/// A plan holds the verbs of a field as one JSON list.
pub(crate) fn verbs(
    update: &BTreeMap<FieldId, serde_json::Value>,
) -> BTreeMap<FieldId, Vec<serde_json::Value>> {
    update.iter().map(|(id, verbs)| (id.clone(), verbs.as_array().cloned().unwrap_or_default())).collect()
}

fn remote_link(link: &link::RemoteLink) -> RemoteLink {
    RemoteLink {
        global_id: link.global_id.clone(),
        relationship: link.relationship.clone(),
        url: link.url.clone(),
        title: link.title.clone(),
        summary: link.summary.clone(),
        resolved: link.is_resolved,
    }
}
