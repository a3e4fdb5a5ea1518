//! What a user may do, with everything that follows from it: moved branches, closed pull requests, webhooks.
//!
//! The API and the pages both act only through here. Invariant: a change and the deliveries that it causes are
//! in the journal before the request is answered.

mod hooks;
mod labels;
mod merge;
mod pulls;
mod push;
mod talk;

pub use hooks::HookEdit;
pub use merge::MergeMethod;
pub use pulls::{PullDraft, PullEdit};
pub use push::CommitBy;

use super::error::Refusal;
use super::model::{Delivery, Outcome, Pull, Repo, Signature, User};
use super::request::Base;
use super::state::State;
use super::wire::{Wire, email};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// One act of one user at one instant.
pub struct Change<'a> {
    pub state: &'a mut State,
    pub user: User,
    /// Addresses in the webhooks that it causes start so.
    pub base: &'a Base,
    pub at: Timestamp,
}

impl Change<'_> {
    pub fn wire(&self) -> Wire<'_> {
        Wire { state: self.state, base: self.base }
    }

    pub fn pull(&self, id: u64) -> Pull {
        self.state.pulls.find(&id).cloned().expect("pull requests are never deleted")
    }

    pub fn signature(&self) -> Signature {
        Signature { name: self.user.name.clone(), email: email(&self.user), at: self.at }
    }

    fn touch_pull(&mut self, id: u64, change: impl FnOnce(&mut Pull)) {
        let at = self.at;
        self.state.pulls.edit(&id, |pull| {
            change(pull);
            pull.updated_at = at;
        });
    }

    /// `extra` holds what this action carries beyond number and pull request, such as `changes`.
    fn emit_pull(&mut self, id: u64, action: &str, extra: Value) {
        let pull = self.pull(id);
        let mut body = Map::new();
        body.insert("number".to_owned(), json!(pull.number));
        body.insert("pull_request".to_owned(), self.wire().hook_pull(&pull));
        if let Value::Object(extra) = extra {
            body.extend(extra);
        }
        self.emit(pull.repo, "pull_request", Some(action), body);
    }

    /// Queues one delivery for each hook of the repository that wants the event.
    fn emit(&mut self, repo: u64, event: &str, action: Option<&str>, body: Map<String, Value>) {
        let wants = |events: &[String]| events.iter().any(|name| name == "*" || name == event);
        let hooks = self.state.hooks.values();
        let hooks: Vec<u64> = hooks
            .filter(|hook| hook.repo == repo && hook.active && wants(&hook.events))
            .map(|hook| hook.id)
            .collect();
        if hooks.is_empty() {
            return;
        }
        let payload = self.payload(repo, action, body);
        for hook in hooks {
            self.queue(hook, event, action, payload.clone());
        }
    }

    /// Wraps what is special to an event into what all events have.
    fn payload(&self, repo: u64, action: Option<&str>, body: Map<String, Value>) -> String {
        let repo: &Repo = self.state.repo(repo);
        let mut payload = Map::new();
        if let Some(action) = action {
            payload.insert("action".to_owned(), json!(action));
        }
        payload.extend(body);
        payload.insert("repository".to_owned(), self.wire().repo(repo));
        if let Some(organization) = self.wire().organization_of(repo) {
            payload.insert("organization".to_owned(), organization);
        }
        payload.insert("sender".to_owned(), self.wire().user(self.user.id));
        Value::Object(payload).to_string()
    }

    fn queue(&mut self, hook: u64, event: &str, action: Option<&str>, payload: String) {
        let id = self.state.next_id();
        // The instant is part of it so that a simulator that starts over with the same seed never repeats an
        // id that a receiver has already seen.
        let mut hash = Sha256::new();
        hash.update(format!("{hook} {id} {}", self.at.as_nanosecond()));
        let bytes: [u8; 16] = hash.finalize()[..16].try_into().expect("a SHA-256 has 32 bytes");
        let guid = uuid::Builder::from_random_bytes(bytes).into_uuid().to_string();
        self.send(id, hook, guid, event, action, payload, false);
    }

    #[expect(clippy::too_many_arguments, reason = "one delivery's columns, written in one place")]
    fn send(
        &mut self,
        id: u64,
        hook: u64,
        guid: String,
        event: &str,
        action: Option<&str>,
        payload: String,
        is_redelivery: bool,
    ) {
        let Some(hook) = self.state.hooks.find(&hook) else { return };
        let mut delivery = Delivery {
            id,
            guid,
            hook: hook.id,
            repo: hook.repo,
            event: event.to_owned(),
            action: action.map(str::to_owned),
            payload,
            is_redelivery,
            url: hook.url.clone(),
            at: self.at,
            outcome: None,
        };
        if self.state.outbox.try_send(id).is_err() {
            delivery.outcome = Some(unsent("the queue of deliveries is full"));
        }
        self.state.deliveries.put(id, delivery);
    }
}

/// A delivery that nobody answered.
pub fn unsent(reason: &str) -> Outcome {
    Outcome {
        code: 502,
        status: reason.to_owned(),
        duration_ms: 0,
        response_headers: BTreeMap::new(),
        response_body: String::new(),
    }
}

/// Longest body of a pull request or comment, in characters.
/// Source: <https://docs.github.com/rest/pulls/pulls>, and the 422 that github.com answers.
pub const BODY_CHARS_MAX: usize = 65_536;

fn check_body(resource: &str, body: &str) -> Result<(), Refusal> {
    if body.chars().count() <= BODY_CHARS_MAX {
        return Ok(());
    }
    let message = format!("body is too long (maximum is {BODY_CHARS_MAX} characters)");
    Err(Refusal::custom(resource, Some("body"), message))
}
