//! Settles intents whose answer was lost: a process died, a connection broke, a server answered 5xx.
//!
//! A lost create is looked for before anything else: by the keys above the last one known (read after write),
//! then by search, which lags: through its label or, where the screen has none, through what is new. Only when
//! neither shows it after the settle time is it tried again. An edit and a transition are looked for in the issue until
//! then, and planned anew meanwhile; a link is put again.

pub mod found;
mod landed;

use crate::apply::CommentIntent;
use crate::clock::later;
use crate::context::Context;
use crate::create::CreateIntent;
use crate::failure::Failure;
use crate::marker;
use crate::pass::{Pass, adopt};
use backline_clients::jira::{Jira, jql};
use backline_core::ids::{IntentId, IssueId, IssueKey, SubjectId};
use backline_core::jira::issue::Issue;
use backline_core::ticket::news::is_same_telling;
use backline_core::ticket::plan::Operation;
use backline_store::intent::Intent;
use backline_store::timeline::TimelineKind;
use backline_store::work::Next;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Keys that are read in one step of the walk above the last known one.
pub(crate) const WALK_KEYS: u64 = 100;
/// Steps of the walk: more issues than this made by others meanwhile are left to the search.
const WALK_STEPS_MAX: u64 = 20;
/// Pages of a hundred that a search for it may have.
const SEARCH_PAGES_MAX: usize = 20;
/// How far Jira's clock may be from ours.
pub(crate) const CLOCK_SKEW_MINUTES: i64 = 10;

/// What is still uncertain.
#[derive(Debug, Default)]
pub struct Doubts {
    /// A create may still land: nothing else is done before this.
    pub create_until: Option<Timestamp>,
    /// Comments that may still land, by key: they are not written before `comments_until`.
    comments: BTreeSet<String>,
    pub comments_until: Option<Timestamp>,
    /// An edit or a move may still land, and nothing waits for it.
    watch_until: Option<Timestamp>,
}

impl Doubts {
    /// When the subject is looked at again for their sake.
    pub fn next(&self) -> Option<Next> {
        match (self.comments_until, self.watch_until) {
            (Some(comments), watch) => Some(Next::At(watch.map_or(comments, |watch| watch.min(comments)))),
            (None, watch) => watch.map(Next::Watch),
        }
    }

    pub fn covers(&self, operation: &Operation) -> bool {
        let Operation::Comment { key, .. } = operation else { return false };
        // Of two tellings of one field the later waits for the earlier, since it speaks of what that one said.
        self.comments.iter().any(|doubted| doubted == key || is_same_telling(doubted, key))
    }
}

/// Settles what can be settled.
pub async fn recover(cx: &Context, pass: &mut Pass<'_>) -> Result<Doubts, Failure> {
    let mut doubts = Doubts::default();
    for intent in cx.ledger.open_intents(pass.facts.subject.id).await? {
        match intent.kind.as_str() {
            "create" => lost_create(cx, pass, &intent, &mut doubts).await?,
            "comment" => lost_comment(cx, pass, &intent, &mut doubts).await?,
            "edit" | "transition" => landed::lost_write(cx, pass, &intent, &mut doubts).await?,
            // A link is put again: the same one is replaced by itself.
            _ => pass.failed.push(intent.id),
        }
    }
    Ok(doubts)
}

async fn lost_create(
    cx: &Context,
    pass: &mut Pass<'_>,
    intent: &Intent,
    doubts: &mut Doubts,
) -> Result<(), Failure> {
    if pass.facts.ticket.is_some() {
        pass.confirmed.push(intent.id);
        return Ok(());
    }
    let kept: CreateIntent = serde_json::from_value(intent.operation.clone())
        .map_err(|error| backline_store::StoreError::Corrupt(error.to_string()))?;
    let found = match beside_another(cx, pass, intent) {
        Some(issue) => Some(issue),
        None => look(cx, pass, intent, kept.number_before).await?,
    };
    match found {
        Some(issue) => {
            let text = format!("{} was found after its answer was lost", issue.key);
            pass.note(cx.clock.now(), TimelineKind::Done, text, None);
            let status = Some(issue.status);
            adopt(pass, issue.id, issue.key, kept.fields, kept.mapping_version, intent.begun_at, status);
            pass.confirmed.push(intent.id);
        }
        None => {
            let settled_at = later(intent.deadline_at, cx.settings().settle);
            if cx.clock.now() < settled_at {
                doubts.create_until = Some(settled_at);
            } else {
                pass.failed.push(intent.id);
            }
        }
    }
    Ok(())
}

/// An issue of a subject without a ticket, as the create that made it: lost, and to be adopted. What it wrote into the
/// fields is not known any more, so that all of them count as people's.
pub(crate) fn lost(cx: &Context, key: &IssueKey, subject: SubjectId, nonce: Uuid) -> Intent {
    let now = cx.clock.now();
    let number = key.as_str().rsplit_once('-').and_then(|(_, number)| number.parse::<u64>().ok());
    let kept = CreateIntent {
        fields: BTreeMap::new(),
        mapping_version: 0,
        number_before: number.unwrap_or_default().saturating_sub(1),
    };
    Intent {
        id: IntentId(cx.ledger.fresh_id(now)),
        subject,
        kind: "create".to_owned(),
        nonce,
        operation: serde_json::to_value(kept).expect("an intent is plain JSON"),
        begun_at: now,
        deadline_at: now,
    }
}

/// What the walk of another of the same call came upon.
fn beside_another(cx: &Context, pass: &Pass<'_>, intent: &Intent) -> Option<Issue> {
    let issue = cx.found.take(&pass.facts.subject.cloud_id, intent.nonce, cx.clock.now())?;
    is_ours(&issue, pass, intent).then_some(issue)
}

async fn look(
    cx: &Context,
    pass: &mut Pass<'_>,
    intent: &Intent,
    before: u64,
) -> Result<Option<Issue>, Failure> {
    let jira = pass.jira(cx).await?;
    match by_key(cx, &jira, pass, intent, before).await? {
        Some(issue) => Ok(Some(issue)),
        None => by_search(cx, &jira, pass, intent).await,
    }
}

/// Walks up the project's keys until a whole step of them is absent.
async fn by_key(
    cx: &Context,
    jira: &Jira,
    pass: &Pass<'_>,
    intent: &Intent,
    before: u64,
) -> Result<Option<Issue>, Failure> {
    let Some(project) = &pass.facts.project else { return Ok(None) };
    for step in 0..WALK_STEPS_MAX {
        let first = before + 1 + step * WALK_KEYS;
        let keys: Vec<IssueKey> =
            (first..first + WALK_KEYS).map(|n| IssueKey(format!("{}-{n}", project.project.key))).collect();
        let issues = jira.bulk_fetch_keys(&keys, &[], &[marker::PROPERTY]).await?;
        if issues.is_empty() {
            return Ok(None);
        }
        let (mine, others): (Vec<Issue>, Vec<Issue>) =
            issues.into_iter().partition(|issue| is_ours(issue, pass, intent));
        cx.found.keep(&pass.facts.subject.cloud_id, &others, cx.clock.now());
        if let Some(issue) = mine.into_iter().next() {
            return Ok(Some(issue));
        }
    }
    Ok(None)
}

/// By search, which lags: through the label where the create screen takes one, else through everything that was
/// made in the project since.
async fn by_search(
    cx: &Context,
    jira: &Jira,
    pass: &Pass<'_>,
    intent: &Intent,
) -> Result<Option<Issue>, Failure> {
    let project = &pass.facts.subject.project;
    let has_label = pass.facts.project.as_ref().is_some_and(|project| project.mapping.takes_labels);
    let query = if has_label {
        let label = marker::label(&pass.instance, pass.facts.subject.id);
        let label = jql::quote(&label).expect("a label of hexadecimal digits holds no control characters");
        format!("project = {project} AND labels = {label}")
    } else {
        // Relative: dates in a query are read in the time zone of whoever asks.
        let age = cx.clock.now().duration_since(intent.begun_at).as_mins() + CLOCK_SKEW_MINUTES;
        format!("project = {project} AND created >= -{age}m ORDER BY created ASC")
    };
    let mut next: Option<String> = None;
    for _ in 0..SEARCH_PAGES_MAX {
        let page = jira.search(&query, &[], next.as_deref()).await?;
        let found: Vec<IssueId> = page.issues.into_iter().map(|issue| issue.id).collect();
        // The index may be behind: the property is read from the issues themselves.
        let (issues, _missing) = jira.bulk_fetch(&found, &[], &[marker::PROPERTY]).await?;
        if let Some(issue) = issues.into_iter().find(|issue| is_ours(issue, pass, intent)) {
            return Ok(Some(issue));
        }
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    Ok(None)
}

fn is_ours(issue: &Issue, pass: &Pass<'_>, intent: &Intent) -> bool {
    issue.properties.get(marker::PROPERTY).is_some_and(|property| {
        marker::is_of_attempt(property, &pass.instance, pass.facts.subject.id, intent.nonce)
    })
}

async fn lost_comment(
    cx: &Context,
    pass: &mut Pass<'_>,
    intent: &Intent,
    doubts: &mut Doubts,
) -> Result<(), Failure> {
    let Some(ticket) = pass.facts.ticket.clone() else {
        pass.failed.push(intent.id);
        return Ok(());
    };
    let CommentIntent { key, tells } = serde_json::from_value(intent.operation.clone())
        .map_err(|error| backline_store::StoreError::Corrupt(error.to_string()))?;
    let jira = pass.jira(cx).await?;
    let is_there =
        jira.comments(&ticket.issue).await?.iter().any(|(_, known)| known.as_deref() == Some(key.as_str()));
    drop(jira);
    let settled_at = later(intent.deadline_at, cx.settings().settle);
    if is_there {
        pass.said(key, tells);
        pass.confirmed.push(intent.id);
    } else if cx.clock.now() < settled_at {
        doubts.comments.insert(key);
        doubts.comments_until = doubts.comments_until.max(Some(settled_at));
    } else {
        pass.failed.push(intent.id);
    }
    Ok(())
}
