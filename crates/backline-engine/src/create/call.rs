//! One call for all wishes: leave, the number above which they will be, their intents, the call, the answers.
//!
//! Each step answers those that it ends; a step that fails as a whole ends all that are left.

use super::wish::Wish;
use crate::admission;
use crate::apply::in_time;
use crate::audit;
use crate::clock::later;
use crate::context::Context;
use crate::drift;
use crate::failure::Failure;
use crate::grant::Token;
use backline_clients::jira::{Created, Jira, JiraError};
use backline_core::mapping::ConnectedProject;
use backline_core::ticket::Facts;
use backline_store::StoreError;
use backline_store::admission::Each;
use tokio::sync::mpsc;

/// Makes what is wished for, for the project of `facts`, once nobody is left who may wish.
pub async fn call(cx: &Context, facts: &Facts, mut wishes: mpsc::Receiver<Wish>) {
    let mut all = Vec::new();
    while let Some(wish) = wishes.recv().await {
        all.push(wish);
    }
    let Some(project) = &facts.project else { return end(all, None, &Failure::Disconnected) };
    match cx.store.load_feed(project.connection).await {
        Ok(feed) if feed.sweep_from.is_none() => {}
        Ok(_) => return end(all, None, &Failure::Recovering),
        Err(error) => return end(all, None, &error.into()),
    }
    // The right to call comes first: an intent without a call would be taken for a lost one.
    let jira = match cx.grants.jira(cx, project.connection).await {
        Ok(jira) => jira,
        Err(failure) => return end(all, None, &failure),
    };
    let token = jira.token;
    let all = admit(cx, project, token, all).await;
    if all.is_empty() {
        return;
    }
    let number_before = match number_before(cx, &jira, facts, project).await {
        Ok(number) => number,
        Err(failure) => return end(all, Some(token), &failure),
    };
    let all = begin(cx, project, token, all, number_before).await;
    if all.is_empty() {
        return;
    }
    let (watched, watch) = jira.watched();
    let mut all = all;
    let begun_at = all.iter().map(|wish| wish.intent.begun_at).min();
    let each = match begun_at.map_or(Ok(()), |at| in_time(cx, at)) {
        Ok(()) => send(&watched, &mut all).await,
        Err(late) => Err(late),
    };
    drop(jira);
    let heard = audit::heard_each(&watch, &all);
    let each = match each {
        Ok(each) => each,
        Err(error) => all.iter().map(|_| Err(error.clone())).collect(),
    };
    if all.len() > 1 && each.iter().any(|made| matches!(made, Err(JiraError::Refused { .. }))) {
        // What became of the project's fields is asked once, before each that was refused would ask.
        drift::blocking(cx, project, true).await.ok();
    }
    for ((wish, made), heard) in all.into_iter().zip(each).zip(heard) {
        wish.end(token, heard, made.map_err(Failure::Jira));
    }
}

/// Asks for leave, where so many may be made in an hour; answers those that have it.
async fn admit(cx: &Context, project: &ConnectedProject, token: Token, all: Vec<Wish>) -> Vec<Wish> {
    let Some(per_hour) = cx.settings().creations_per_hour else { return all };
    let asked: Vec<_> = all.iter().map(|wish| (wish.lease.clone(), wish.intent.subject)).collect();
    let each = cx.ledger.admit_creates(&asked, per_hour, cx.clock.now()).await;
    sift(cx, project, token, all, each)
}

/// Keeps the intents of all in one step; answers those whose intent is open now.
async fn begin(
    cx: &Context,
    project: &ConnectedProject,
    token: Token,
    mut all: Vec<Wish>,
    number_before: u64,
) -> Vec<Wish> {
    let now = cx.clock.now();
    let begun: Vec<_> = all
        .iter_mut()
        .map(|wish| {
            (wish.intent.begun_at, wish.intent.deadline_at) = (now, later(now, crate::apply::CALL_DEADLINE));
            wish.begin(number_before)
        })
        .collect();
    let is_limited = cx.settings().creations_per_hour.is_some();
    let each = cx.ledger.begin_creates(&begun, is_limited, now).await;
    sift(cx, project, token, all, each)
}

/// Ends those that may not go on: held ones wait for a person.
fn sift(
    cx: &Context,
    project: &ConnectedProject,
    token: Token,
    all: Vec<Wish>,
    each: Result<Each<bool>, StoreError>,
) -> Vec<Wish> {
    let each = match each {
        Ok(each) => each,
        Err(error) => {
            end(all, Some(token), &Failure::Store(error));
            return Vec::new();
        }
    };
    let per_hour = cx.settings().creations_per_hour.unwrap_or_default();
    let mut left = Vec::with_capacity(all.len());
    for (wish, answer) in all.into_iter().zip(each) {
        match answer {
            Ok(true) => left.push(wish),
            Ok(false) => {
                let blocked = admission::held(project, per_hour);
                wish.refuse(Some(token), Failure::Blocked { blocked });
            }
            Err(error) => wish.refuse(Some(token), Failure::Store(error)),
        }
    }
    left
}

async fn send(jira: &Jira, all: &mut [Wish]) -> Result<Vec<Result<Created, JiraError>>, JiraError> {
    match all {
        [one] => Ok(vec![jira.create_issue(&one.body).await]),
        several => {
            let bodies: Vec<_> = several.iter_mut().map(|wish| std::mem::take(&mut wish.body)).collect();
            jira.create_issues(&bodies).await
        }
    }
}

fn end(all: Vec<Wish>, token: Option<Token>, failure: &Failure) {
    for wish in all {
        wish.refuse(token, failure.clone());
    }
}

/// Where the search for a lost create begins: what it makes has a higher number.
///
/// Jira is asked before the first ticket of a project only; its index may be behind, which only starts lower.
async fn number_before(
    cx: &Context,
    jira: &Jira,
    facts: &Facts,
    project: &ConnectedProject,
) -> Result<u64, Failure> {
    let key = project.project.key.as_str();
    if let Some(number) = cx.ledger.highest_number(&facts.subject, key).await? {
        return Ok(number);
    }
    let newest = format!("project = {} ORDER BY created DESC", facts.subject.project);
    let page = jira.search(&newest, &[], None).await?;
    let numbers = page.issues.iter().filter_map(|issue| super::number(&issue.key, key));
    Ok(numbers.max().unwrap_or_default())
}
