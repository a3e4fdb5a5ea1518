//! One webhook on its way to an app.

use super::event::Flow;
use crate::jira::config::Id;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    Waiting,
    Delivered,
    /// No attempt was taken, or one was refused for good.
    Failed,
    /// By plan, or for want of room.
    Lost,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attempt {
    pub at_ms: i64,
    /// Absent when nothing answered.
    pub status: Option<u16>,
    pub problem: Option<String>,
    /// False when this simulator would not call the address.
    pub is_sent: bool,
}

impl Attempt {
    pub fn is_taken(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Source: the page on webhooks, which names these statuses, refused connections and timeouts.
    pub fn may_be_repeated(&self) -> bool {
        self.is_sent && self.status.is_none_or(|status| matches!(status, 408 | 409 | 425 | 429 | 500..=599))
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delivery {
    pub id: Id,
    /// The same for every attempt; unique on the site.
    pub identifier: String,
    pub client_id: String,
    pub account_id: String,
    pub url: String,
    pub event: String,
    /// What it is about, for people: an issue's key or a version's name.
    pub about: String,
    pub flow: Flow,
    pub matched: Vec<Id>,
    /// The bytes that every attempt sends.
    pub body: String,
    pub made_ms: i64,
    pub due_ms: i64,
    pub progress: Progress,
    pub is_held: bool,
    /// How often it is sent again although it was taken.
    pub doubles: u32,
    pub retries: u32,
    pub attempts: Vec<Attempt>,
}

impl Delivery {
    /// One that is due at once and says nothing yet.
    pub fn made_at(now_ms: i64) -> Self {
        Self {
            id: 0,
            identifier: String::new(),
            client_id: String::new(),
            account_id: String::new(),
            url: String::new(),
            event: String::new(),
            about: String::new(),
            flow: Flow::Primary,
            matched: Vec::new(),
            body: String::new(),
            made_ms: now_ms,
            due_ms: now_ms,
            progress: Progress::Waiting,
            is_held: false,
            doubles: 0,
            retries: 0,
            attempts: Vec::new(),
        }
    }

    /// Deliveries of one lane are sent one after the other.
    pub fn lane(&self) -> Lane {
        Lane { client_id: self.client_id.clone(), url: self.url.clone() }
    }
}

/// An app at its address. Jira sends an app several at once; one at a time gives the same order for the same
/// seed, and a plan that reorders stands for the rest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lane {
    client_id: String,
    url: String,
}
