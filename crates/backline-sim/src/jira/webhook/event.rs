//! What is told of a change: which registrations ask about it, and the deliveries that follow.

use super::delivery::Delivery;
use super::{Webhook, body, filter};
use crate::jira::call::Call;
use crate::jira::config::{Id, Version};
use crate::jira::issue::{Change, Comment, Issue};
use crate::jira::jql;
use crate::jira::look::Look;
use crate::jira::state::State;
use crate::journal::Batch;
use crate::people;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Whether an event was asked for, or follows from another such as the deletion of an issue with comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flow {
    Primary,
    Secondary,
}

/// What happened to an issue.
#[derive(Debug, Clone)]
pub enum Event {
    Created,
    Updated(Change),
    Deleted(Flow),
    CommentCreated(Comment),
    CommentUpdated(Comment),
    CommentDeleted(Comment, Flow),
    PropertySet(String),
    PropertyDeleted(String),
}

impl Event {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created => "jira:issue_created",
            Self::Updated(_) => "jira:issue_updated",
            Self::Deleted(_) => "jira:issue_deleted",
            Self::CommentCreated(_) => "comment_created",
            Self::CommentUpdated(_) => "comment_updated",
            Self::CommentDeleted(..) => "comment_deleted",
            Self::PropertySet(_) => "issue_property_set",
            Self::PropertyDeleted(_) => "issue_property_deleted",
        }
    }

    fn flow(&self) -> Flow {
        match self {
            Self::Deleted(flow) | Self::CommentDeleted(_, flow) => *flow,
            _ => Flow::Primary,
        }
    }

    /// Whether the filter beside the JQL lets the event through.
    fn passes(&self, hook: &Webhook) -> bool {
        let has = |filter: &Option<Vec<String>>, wanted: &dyn Fn(&str) -> bool| {
            filter.as_ref().is_none_or(|names| names.iter().any(|name| wanted(name)))
        };
        match self {
            Self::Updated(change) => has(&hook.field_ids_filter, &|id| {
                change.items.iter().any(|item| item.field_id.eq_ignore_ascii_case(id))
            }),
            Self::PropertySet(key) | Self::PropertyDeleted(key) => {
                has(&hook.issue_property_keys_filter, &|name| name == key)
            }
            _ => true,
        }
    }

    fn comment(&self) -> Option<&Comment> {
        match self {
            Self::CommentCreated(comment)
            | Self::CommentUpdated(comment)
            | Self::CommentDeleted(comment, _) => Some(comment),
            _ => None,
        }
    }
}

/// What happened to a version.
#[derive(Debug, Clone, Copy)]
pub enum VersionEvent {
    Created,
    Updated,
    Released,
    Unreleased,
    Moved,
    Merged { into: Id },
    Deleted,
}

impl VersionEvent {
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "jira:version_created",
            Self::Updated => "jira:version_updated",
            Self::Released => "jira:version_released",
            Self::Unreleased => "jira:version_unreleased",
            Self::Moved => "jira:version_moved",
            Self::Merged { .. } => "jira:version_merged",
            Self::Deleted => "jira:version_deleted",
        }
    }
}

/// The registrations of one app and person with one address: they get one delivery that names all of them.
/// Assumed: of whether the events of two people of one app are delivered together nothing is published.
type Groups<'a> = BTreeMap<(&'a str, &'a str, &'a str), Vec<Id>>;

/// Puts what is to be told of a stored issue into the outbox. Before it is deleted, an issue is still stored.
pub fn tell(call: &Call, state: &mut State, issue: Id, event: &Event, batch: &mut Batch) {
    if state.webhooks.is_empty() {
        return;
    }
    let now_ms = call.site.clock.now_ms();
    let mut told = Vec::new();
    if let Some(issue) = state.issue(issue) {
        for ((client_id, account_id, url), matched) in asking(call, state, issue, event, now_ms) {
            let Some(viewer) = people::find(account_id) else { continue };
            let look = Look { viewer, version: 2, base: &call.site.url, ..call.look(state) };
            let body = body::of_issue(&look, call, issue, event, now_ms);
            let to = [client_id, account_id, url];
            told.push(delivery(event.name(), event.flow(), &issue.key, to, matched, body, now_ms));
        }
    }
    told.into_iter().for_each(|delivery| state.send(delivery, batch));
}

/// Versions belong to no issue, so no JQL is asked: the page on webhooks names none of their events as filtered.
pub fn tell_of_version(
    call: &Call,
    state: &mut State,
    version: &Version,
    event: VersionEvent,
    batch: &mut Batch,
) {
    let now_ms = call.site.clock.now_ms();
    let mut groups = Groups::new();
    for hook in live(state, event.name(), now_ms) {
        groups.entry((&hook.client_id, &hook.account_id, &hook.url)).or_default().push(hook.id);
    }
    let mut told = Vec::new();
    for ((client_id, account_id, url), matched) in groups {
        let look = Look { version: 2, base: &call.site.url, ..call.look(state) };
        let body = body::of_version(&look, version, event, now_ms);
        let to = [client_id, account_id, url];
        told.push(delivery(event.name(), Flow::Primary, &version.name, to, matched, body, now_ms));
    }
    told.into_iter().for_each(|delivery| state.send(delivery, batch));
}

fn live<'a>(state: &'a State, name: &'a str, now_ms: i64) -> impl Iterator<Item = &'a Webhook> {
    let owner = state.outbox.plan().app_owner.as_deref();
    state.webhooks.values().filter(move |hook| {
        // An app that is not public is told only what its owner has registered for.
        let is_heard = owner.is_none_or(|owner| owner == hook.account_id);
        is_heard && hook.is_live(now_ms) && hook.events.iter().any(|event| event == name)
    })
}

fn asking<'a>(call: &Call, state: &'a State, issue: &Issue, event: &Event, now_ms: i64) -> Groups<'a> {
    let mut groups = Groups::new();
    for hook in live(state, event.name(), now_ms).filter(|hook| event.passes(hook)) {
        let Some(viewer) = people::find(&hook.account_id) else { continue };
        let look = Look { viewer, ..call.look(state) };
        // Assumed: nobody is told of what they may not see.
        let may_see = look.sees(issue) && event.comment().is_none_or(|comment| look.sees_comment(comment));
        let is_match = || {
            filter::read(&hook.jql_filter, &state.config)
                .is_ok_and(|expr| jql::matches(&look, issue, &expr, now_ms))
        };
        if may_see && is_match() {
            groups.entry((&hook.client_id, &hook.account_id, &hook.url)).or_default().push(hook.id);
        }
    }
    groups
}

fn delivery(
    event: &str,
    flow: Flow,
    about: &str,
    [client_id, account_id, url]: [&str; 3],
    matched: Vec<Id>,
    mut body: Value,
    now_ms: i64,
) -> Delivery {
    body["matchedWebhookIds"] = matched.clone().into();
    Delivery {
        client_id: client_id.to_owned(),
        account_id: account_id.to_owned(),
        url: url.to_owned(),
        event: event.to_owned(),
        about: about.to_owned(),
        flow,
        matched,
        body: body.to_string(),
        ..Delivery::made_at(now_ms)
    }
}
