//! Makes tickets: the one of a pass, together with those of up to 49 others that wait for the same project.
//!
//! A pass that is to make a ticket leads: it takes others beside it ([`crate::ledger::Ledger::lease_alike`]) and runs their
//! passes too. Each of them hands its wish over when it comes to its create, or ends without one; then all wishes are one
//! call. From the answer on each goes its own way again, and records what came of it under its own lease.
//!
//! Nobody waits for a clock here, and no wish waits for a call of another kind: what is taken beside a pass has no ticket
//! and nothing under way, so that nothing stands between it and its create.
//!
//! Invariant: no byte leaves before the intents of all that it carries are durable, in one step, and whatever has no
//! intent is not in it.

mod call;
mod crew;
mod wish;

use crate::apply::CALL_DEADLINE;
use crate::audit;
use crate::clock::later;
use crate::context::Context;
use crate::failure::Failure;
use crate::marker;
use crate::pass::{Company, Pass, adopt};
use crate::reconcile;
use crate::worker::{self, LEASE_MS};
use backline_clients::jira::{CREATE_MAX, CreateIssue, Created, JiraError};
use backline_core::ids::{FieldId, IntentId, IssueKey};
use backline_core::ticket::plan::{Fields, Planned};
use backline_store::StoreError;
use backline_store::intent::Intent;
use backline_store::work::{Lease, WorkKey};
pub use crew::Crew;
use futures_util::future::join_all;
use std::pin::Pin;
use tokio::sync::oneshot;
pub use wish::{Answer, CreateIntent, Wish};

/// Makes the ticket of a pass, and records it there.
pub async fn create(
    cx: &Context,
    pass: &mut Pass<'_>,
    step: &Planned,
    fields: &Fields,
    version: u32,
) -> Result<(), Failure> {
    let (answer, answered) = oneshot::channel();
    let wish = wish(cx, pass, fields, version, answer)?;
    match std::mem::take(&mut pass.company) {
        Company::Joins(crew) => {
            crew.wish(wish).await;
        }
        company @ (Company::Alone | Company::Leads(_)) => {
            lead(cx, pass, &company, wish).await;
            pass.company = company;
        }
    }
    // Whoever leads is gone where nothing was answered; what it had begun, its intents know.
    let Answer { token, intent, heard, made } =
        answered.await.map_err(|_| Failure::Store(StoreError::Unknown))?;
    pass.token = token.or(pass.token);
    let Some(intent) = intent else { return made.map(drop) };
    let made = made.and_then(|created| plausible(pass, &intent, created));
    pass.calls.extend(heard.map(|heard| audit::created(pass, step, intent.id, heard, &made)));
    match made {
        Ok(created) => {
            pass.confirmed.push(intent.id);
            adopt(pass, created.id, created.key, fields.applied.clone(), version, intent.begun_at, None);
            Ok(())
        }
        Err(failure) => {
            if matches!(&failure, Failure::Jira(error) if !error.effect_unknown()) {
                pass.failed.push(intent.id);
            }
            Err(failure)
        }
    }
}

/// Takes others beside the pass, and makes all that is wished for.
async fn lead(cx: &Context, pass: &Pass<'_>, company: &Company<'_>, own: Wish) {
    let beside = match company {
        Company::Leads(hands) => {
            let beside = beside(cx, pass).await;
            hands.take(&beside);
            beside
        }
        Company::Alone | Company::Joins(_) => Vec::new(),
    };
    let (crew, wishes) = Crew::new();
    let others: Vec<_> = beside.into_iter().map(|lease| follow(cx, lease, crew.clone())).collect();
    crew.wish(own).await;
    // From here on the channel ends when the last of them has handed its wish over, or has ended without one.
    drop(crew);
    tokio::join!(call::call(cx, &pass.facts, wishes), join_all(others));
}

async fn beside(cx: &Context, pass: &Pass<'_>) -> Vec<Lease> {
    let Some(project) = &pass.facts.project else { return Vec::new() };
    // Those that are taken along are a backfill, and cost a point each.
    if cx.pace.is_saving(pass.facts.subject.cloud_id.as_str(), cx.clock.now()) {
        return Vec::new();
    }
    let taken = cx.ledger.lease_alike(pass.lease, project.id, cx.clock.now(), LEASE_MS, CREATE_MAX - 1).await;
    // They stay due, and somebody else takes them.
    taken.inspect_err(|error| tracing::warn!(%error, "none could be taken along")).unwrap_or_default()
}

/// The whole pass of one that is taken along.
fn follow<'c>(cx: &'c Context, lease: Lease, crew: Crew) -> Pin<Box<dyn Future<Output = ()> + Send + 'c>> {
    Box::pin(async move {
        let WorkKey::Subject(subject) = lease.key else { return };
        let done = reconcile::reconcile(cx, subject, &lease, Company::Joins(crew)).await;
        worker::tell(&lease, done);
    })
}

fn wish(
    cx: &Context,
    pass: &Pass<'_>,
    fields: &Fields,
    version: u32,
    answer: oneshot::Sender<Answer>,
) -> Result<Wish, Failure> {
    pass.connection()?;
    let now = cx.clock.now();
    let kept = CreateIntent { fields: fields.applied.clone(), mapping_version: version, number_before: 0 };
    let intent = Intent {
        id: IntentId(cx.ledger.fresh_id(now)),
        subject: pass.facts.subject.id,
        kind: "create".to_owned(),
        nonce: cx.ledger.fresh_id(now),
        operation: serde_json::Value::Null,
        begun_at: now,
        deadline_at: later(now, CALL_DEADLINE),
    };
    let body = body(pass, fields, &intent, version);
    Ok(Wish { lease: pass.lease.clone(), intent, kept, body, failed: pass.failed_before(), answer })
}

fn body(pass: &Pass<'_>, fields: &Fields, intent: &Intent, version: u32) -> CreateIssue {
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
    CreateIssue {
        fields: json,
        update: crate::apply::verbs(&fields.update),
        properties: vec![(marker::PROPERTY.to_owned(), property)],
    }
}

/// Whether an answered key can be that of an issue made after the intent. Where it cannot, what was made is looked
/// for by its marker, as after a lost answer.
fn plausible(pass: &Pass<'_>, intent: &Intent, created: Created) -> Result<Created, Failure> {
    #[cfg(feature = "sabotage")]
    if crate::sabotage::has(crate::sabotage::Bug::AnswerNotReadBack) {
        return Ok(created);
    }
    let project = pass.facts.project.as_ref().map_or("", |project| project.project.key.as_str());
    let number_before = intent.operation["number_before"].as_u64();
    let is_above = |number: u64| number_before.is_none_or(|before| number > before);
    if number(&created.key, project).is_some_and(is_above) {
        return Ok(created);
    }
    let detail = format!("{} for an issue just made", created.key);
    Err(JiraError::Garbled { is_html: false, detail }.into())
}

pub(crate) fn number(key: &IssueKey, project: &str) -> Option<u64> {
    key.as_str().strip_prefix(project)?.strip_prefix('-')?.parse().ok()
}
