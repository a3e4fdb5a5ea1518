//! Slack as a small server: incoming webhooks, `chat.postMessage`, and a page that shows the channel.
//!
//! Keeps messages only. Has one workspace with one channel per known webhook address; no threads, users or events.
//! Invariant: a message is in the journal before Slack says `ok`.

mod endpoints;
mod mrkdwn;
mod page;
mod payload;
mod post;

pub(crate) use endpoints::endpoints;

use crate::clock::Clock;
use crate::journal::{Journal, Records};
use crate::witness::{self, Change, Commit, FieldChange};
use axum::Router;
use axum::routing::{get, post};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Path below `/slack/services/` and the channel that it posts to. Any other path is a revoked webhook.
const WEBHOOKS: [(&str, &str); 2] = [
    ("T0ACME/B0SECURITY/simulated-security-alerts", "#security-alerts"),
    ("T0ACME/B0PLATFORM/simulated-platform-team", "#platform-team"),
];
/// What `chat.postMessage` takes as a bot's token.
const BOT_TOKEN: &str = "xoxb-simulated-backline";
/// Older ones are forgotten.
const KEPT_MESSAGES_MAX: usize = 10_000;
const TABLE: &str = "message";

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Message {
    seq: u64,
    at: Timestamp,
    channel: String,
    text: String,
    /// A list, or `null` when the message had none.
    blocks: Value,
}

pub struct Slack {
    clock: Arc<Clock>,
    journal: Journal,
    messages: Mutex<Messages>,
}

#[derive(Default)]
struct Messages {
    last_seq: u64,
    kept: Vec<Message>,
}

impl Slack {
    /// Without a path nothing is kept.
    pub fn open(journal_path: Option<&Path>, clock: Arc<Clock>) -> io::Result<Arc<Self>> {
        let (journal, mut records) = match journal_path {
            Some(path) => Journal::open(path)?,
            None => (Journal::in_memory(), Records::default()),
        };
        let mut kept: Vec<Message> = records.take(TABLE)?.into_iter().map(|(_, message)| message).collect();
        kept.sort_by_key(|message: &Message| message.seq);
        let cleared: u64 = records.take("last")?.into_iter().map(|(_, seq)| seq).max().unwrap_or(0);
        let last_seq = kept.last().map_or(0, |message| message.seq).max(cleared);
        Ok(Arc::new(Self { clock, journal, messages: Mutex::new(Messages { last_seq, kept }) }))
    }

    /// Serves `/slack/…`.
    pub fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/slack/services/{team}/{hook}/{secret}", post(post::incoming))
            .route("/slack/api/chat.postMessage", post(post::chat))
            .route("/slack/messages", get(post::list).delete(post::clear))
            .route("/slack/", get(page::show))
            .route("/slack", get(|| async { axum::response::Redirect::permanent("/slack/") }))
            .with_state(self)
    }

    /// What a client needs: a webhook address, a bot's token and its channel, and where messages can be read.
    pub fn info(&self, base_url: &str) -> Value {
        let (path, channel) = WEBHOOKS[0];
        json!({
            "messages": format!("{base_url}/slack/messages"),
            "webhook": format!("{base_url}/slack/services/{path}"),
            "channel": channel,
            "api": format!("{base_url}/slack/api/"),
            "token": BOT_TOKEN,
            "html": format!("{base_url}/slack/"),
        })
    }

    fn keep(&self, channel: &str, text: String, blocks: Value) -> Message {
        let mut messages = self.messages.lock().expect("nothing panics while it is held");
        messages.last_seq += 1;
        let message = Message {
            seq: messages.last_seq,
            at: self.clock.now(),
            channel: channel.to_owned(),
            text,
            blocks,
        };
        self.journal.put(TABLE, message.seq, &message);
        witness::note(|| {
            let text = FieldChange::new("text", Value::Null, message.text.clone().into());
            vec![Commit::new("message", message.seq, Change::Created).key(channel).fields(vec![text])]
        });
        messages.kept.push(message.clone());
        if messages.kept.len() > KEPT_MESSAGES_MAX {
            let old = messages.kept.remove(0);
            self.journal.delete(TABLE, old.seq);
        }
        message
    }

    /// Sequence numbers go on after it, so that a reader who remembers one misses nothing.
    fn clear(&self) {
        let mut messages = self.messages.lock().expect("nothing panics while it is held");
        self.journal.put("last", "seq", &messages.last_seq);
        for message in messages.kept.drain(..) {
            self.journal.delete(TABLE, message.seq);
        }
    }

    /// Oldest first.
    fn messages(&self) -> Vec<Message> {
        self.messages.lock().expect("nothing panics while it is held").kept.clone()
    }
}

#[cfg(test)]
mod tests;
