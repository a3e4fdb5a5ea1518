//! What the loop leaves for the audit: each call as it went out and was answered, and the chain's keeping.
//!
//! A pass hands its calls over with everything else that came of it, so that a row and the outcome that it tells of are
//! one transaction. The chain and its proofs are the store's.

mod keep;

use crate::context::Context;
use crate::create::Wish;
use crate::failure::Failure;
use crate::pass::Pass;
use backline_clients::github::{GitHub, GitHubError};
use backline_clients::jira::{Created, JiraError};
use backline_clients::transport::watch::{Exchange, Watch};
use backline_core::ids::{IntentId, PullRequestId};
use backline_core::ticket::plan::Planned;
use backline_store::StoreError;
use backline_store::audit::{Action, Answer, AuditEntry, Called, Request};
pub use keep::{checkpoint, keep};
use std::error::Error;
use uuid::Uuid;

/// How one ticket's part of a call went out.
#[derive(Debug)]
pub struct Heard {
    /// The same for all that went out together.
    call: Uuid,
    request: Request,
    status: Option<u16>,
}

/// What an operation sent; `None` where nothing was.
pub fn called(
    pass: &Pass<'_>,
    step: &Planned,
    intent: IntentId,
    watch: &Watch,
    error: Option<&JiraError>,
) -> Option<Called> {
    let seen = watch.take()?;
    let heard = Heard { call: intent.0, request: request(&seen, seen.body()), status: seen.status };
    let words = error.map(|error| words(error)).unwrap_or_default();
    Some(told(pass, step, intent, heard, words, None))
}

/// What went out for each of those that are made together.
pub fn heard_each(watch: &Watch, all: &[Wish]) -> Vec<Option<Heard>> {
    let Some(seen) = watch.take() else { return all.iter().map(|_| None).collect() };
    let call = all.first().map(|wish| wish.intent.id.0).unwrap_or_default();
    let body = |index| match all {
        [_] => seen.body(),
        _ => seen.element("issueUpdates", index),
    };
    let heard = |index| Heard { call, request: request(&seen, body(index)), status: seen.status };
    (0..all.len()).map(|index| Some(heard(index))).collect()
}

pub fn created(
    pass: &Pass<'_>,
    step: &Planned,
    intent: IntentId,
    heard: Heard,
    made: &Result<Created, Failure>,
) -> Called {
    match made {
        Ok(created) => told(pass, step, intent, heard, String::new(), Some(created.key.to_string())),
        Err(failure) => told(pass, step, intent, heard, words(failure), None),
    }
}

fn told(
    pass: &Pass<'_>,
    step: &Planned,
    intent: IntentId,
    heard: Heard,
    words: String,
    key: Option<String>,
) -> Called {
    let key = key.or_else(|| pass.facts.ticket.as_ref().map(|ticket| ticket.key.to_string()));
    let project = pass.facts.project.as_ref().map_or("", |project| project.project.key.as_str());
    let action = Action::of_operation(step.operation.word()).expect("every operation has an action: tested");
    Called {
        intent,
        call: heard.call,
        action,
        object: key.unwrap_or_else(|| format!("a ticket in {project}")),
        rule: step.rule.to_owned(),
        reason: step.reason.clone(),
        request: heard.request,
        answer: Answer { status: heard.status, words },
    }
}

/// A write to a pull request, announced before it is sent and told of after.
pub async fn write<T, F>(
    cx: &Context,
    client: &GitHub,
    (id, label): (PullRequestId, &str),
    (action, reason): (Action, &str),
    send: impl FnOnce(GitHub) -> F,
) -> Result<Result<T, GitHubError>, StoreError>
where
    F: Future<Output = Result<T, GitHubError>>,
{
    let entry =
        AuditEntry::new(cx.clock.now(), "Backline", action, label).about_pull_request(id).with_reason(reason);
    let intent = cx.store.begin_write(&entry).await?;
    let (client, watch) = client.watched();
    let result = send(client).await;
    let now = cx.clock.now();
    let (request, status) = match watch.take() {
        Some(seen) => (request(&seen, seen.body()), seen.status),
        None => (Request { method: String::new(), path: String::new(), body: String::new() }, None),
    };
    let words = result.as_ref().err().map(|error| words(error)).unwrap_or_default();
    let entry = AuditEntry { at: now, intent: Some(intent), ..entry };
    cx.store.end_write(entry.with_call(intent.0, request, Answer { status, words }), now).await?;
    Ok(result)
}

fn request(seen: &Exchange, body: String) -> Request {
    Request { method: seen.method.to_owned(), path: seen.path.clone(), body }
}

/// The whole chain of what went wrong, on one line.
fn words(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        // A transparent error says the same as what it wraps.
        if !words.ends_with(&text) {
            words.push_str(": ");
            words.push_str(&text);
        }
        cause = error.source();
    }
    words
}

#[cfg(test)]
mod tests;
