//! Carries a plan out, one operation at a time: write the intent, call, confirm.
//!
//! Invariant: no byte of a call that must not happen twice leaves before its intent is durable.

use crate::admission;
use crate::clock::later;
use crate::context::Context;
use crate::failure::Failure;
use crate::marker;
use crate::pass::{Pass, adopt};
use backline_clients::jira::{CreateIssue, FieldProblem, Jira, JiraError, RemoteLink};
use backline_core::ids::{FieldId, IntentId, IssueKey, StatusId};
use backline_core::jira::value::Value;
use backline_core::mapping::lifecycle::Stage;
use backline_core::ticket::link;
use backline_core::ticket::news::Tells;
use backline_core::ticket::plan::{Fields, Operation, Plan, Planned};
use backline_store::StoreError;
use backline_store::intent::{Begun, Intent};
use backline_store::timeline::TimelineKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// A call to Jira is given up after this long.
pub const CALL_DEADLINE: Duration = Duration::from_secs(30);

/// What an intent to create keeps, so that a ticket whose answer was lost can be adopted.
#[derive(Debug, Serialize, Deserialize)]
pub struct CreateIntent {
    pub fields: BTreeMap<FieldId, Value>,
    pub mapping_version: u32,
    /// The highest issue number that was known in the project; the new one is above it.
    pub number_before: u64,
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
}

fn write_intent(kept: WriteIntent) -> serde_json::Value {
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
    // The right to call comes first: an intent without a call would be taken for a lost one.
    let jira = pass.jira(cx).await?;
    let intent = begin(cx, &jira, pass, step, version).await?;
    let result = call(&jira, pass, &step.operation, &intent, version).await;
    drop(jira);
    match result {
        Ok(()) => pass.confirmed.push(intent.id),
        Err(error) => {
            if !error.effect_unknown() {
                pass.failed.push(intent.id);
            }
            return Err(error.into());
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

async fn begin(
    cx: &Context,
    jira: &Jira,
    pass: &Pass<'_>,
    step: &Planned,
    version: u32,
) -> Result<Intent, Failure> {
    let now = cx.clock.now();
    let operation = match &step.operation {
        Operation::Create(fields) => {
            admit(cx, pass).await?;
            let number_before = number_before(cx, jira, pass).await?;
            let kept =
                CreateIntent { fields: fields.applied.clone(), mapping_version: version, number_before };
            serde_json::to_value(kept).expect("an intent is plain JSON")
        }
        Operation::Comment { key, tells, .. } => {
            let kept = CommentIntent { key: key.clone(), tells: tells.clone() };
            serde_json::to_value(kept).expect("an intent is plain JSON")
        }
        Operation::Transition { to, fields, stage, .. } => {
            let to = Some(to.id.clone());
            write_intent(WriteIntent { fields: fields.applied.clone(), to, stage: *stage })
        }
        Operation::Edit(fields) => {
            write_intent(WriteIntent { fields: fields.applied.clone(), to: None, stage: None })
        }
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
    if !matches!(step.operation, Operation::Create(_)) {
        cx.ledger.begin_intent(pass.lease, &intent, &pass.failed).await?;
        return Ok(intent);
    }
    let begun = Begun { lease: pass.lease.clone(), intent, failed: pass.failed.clone() };
    let is_limited = cx.settings().creations_per_hour.is_some();
    let answer = cx.ledger.begin_creates(std::slice::from_ref(&begun), is_limited, now).await?.pop();
    match answer.unwrap_or(Err(StoreError::Unknown))? {
        true => Ok(begun.intent),
        // Its approval was taken back since it got leave.
        false => Err(held(cx, pass)),
    }
}

/// Asks for leave to make the ticket, where so many may be made in an hour.
async fn admit(cx: &Context, pass: &Pass<'_>) -> Result<(), Failure> {
    let Some(per_hour) = cx.settings().creations_per_hour else { return Ok(()) };
    let asked = [(pass.lease.clone(), pass.facts.subject.id)];
    let answer = cx.ledger.admit_creates(&asked, per_hour, cx.clock.now()).await?.pop();
    if answer.unwrap_or(Err(StoreError::Unknown))? { Ok(()) } else { Err(held(cx, pass)) }
}

fn held(cx: &Context, pass: &Pass<'_>) -> Failure {
    let project = pass.facts.project.as_ref().expect("a ticket is made for a connected project");
    let per_hour = cx.settings().creations_per_hour.unwrap_or_default();
    Failure::Blocked { blocked: admission::held(project, per_hour) }
}

async fn call(
    jira: &Jira,
    pass: &mut Pass<'_>,
    operation: &Operation,
    intent: &Intent,
    version: u32,
) -> Result<(), JiraError> {
    match operation {
        Operation::Create(fields) => create(jira, pass, fields, intent, version).await,
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
                applied.overruled.entry(id).or_default().push(intent.begun_at);
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

/// Where the search for a lost create begins: what it makes has a higher number.
///
/// Jira is asked before the first ticket of a project only; its index may be behind, which only starts lower.
async fn number_before(cx: &Context, jira: &Jira, pass: &Pass<'_>) -> Result<u64, Failure> {
    let project = pass.facts.project.as_ref().ok_or(Failure::Disconnected)?;
    let key = project.project.key.as_str();
    if let Some(number) = cx.ledger.highest_number(&pass.facts.subject, key).await? {
        return Ok(number);
    }
    let newest = format!("project = {} ORDER BY created DESC", pass.facts.subject.project);
    let page = jira.search(&newest, &[], None).await?;
    let prefix = format!("{key}-");
    let numbers =
        page.issues.iter().filter_map(|issue| issue.key.as_str().strip_prefix(&prefix)?.parse().ok());
    Ok(numbers.max().unwrap_or_default())
}

fn issue_of(pass: &Pass<'_>) -> backline_core::ids::IssueId {
    pass.facts.ticket.as_ref().expect("only a create has no ticket").issue.clone()
}

async fn create(
    jira: &Jira,
    pass: &mut Pass<'_>,
    fields: &Fields,
    intent: &Intent,
    version: u32,
) -> Result<(), JiraError> {
    let project = pass.facts.project.as_ref().expect("a ticket is made for a connected project");
    let mut json = fields.json.clone();
    json.insert(FieldId::new("project"), serde_json::json!({"id": project.project.id}));
    json.insert(FieldId::new("issuetype"), serde_json::json!({"id": project.issue_type.id}));
    let subject = pass.facts.subject.id;
    if project.mapping.takes_labels {
        let labels = json.entry(FieldId::new("labels")).or_insert_with(|| serde_json::json!([]));
        if let Some(labels) = labels.as_array_mut() {
            labels.push(serde_json::json!(marker::label(&pass.instance, subject)));
        }
    }
    let property = marker::property(&pass.instance, subject, intent.nonce, version);
    let created = jira
        .create_issue(&CreateIssue {
            fields: json,
            update: verbs(&fields.update),
            properties: vec![(marker::PROPERTY.to_owned(), property)],
        })
        .await?;
    if !is_plausible(&created.key, &project.project.key, intent) {
        return Err(JiraError::Garbled {
            is_html: false,
            detail: format!("{} for an issue just made", created.key),
        });
    }
    adopt(pass, created.id, created.key, fields.applied.clone(), version, intent.begun_at, None);
    Ok(())
}

/// Whether an answered key can be that of an issue made after the intent. Where it cannot, what was made is looked
/// for by its marker, as after a lost answer.
fn is_plausible(key: &IssueKey, project: &str, intent: &Intent) -> bool {
    let number =
        key.as_str().strip_prefix(project).and_then(|rest| rest.strip_prefix('-')?.parse::<u64>().ok());
    let kept: Option<CreateIntent> = serde_json::from_value(intent.operation.clone()).ok();
    number.is_some_and(|number| kept.is_none_or(|kept| number > kept.number_before))
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
fn verbs(update: &BTreeMap<FieldId, serde_json::Value>) -> BTreeMap<FieldId, Vec<serde_json::Value>> {
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
