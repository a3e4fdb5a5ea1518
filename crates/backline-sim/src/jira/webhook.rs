//! Dynamic webhooks: what an OAuth app has registered on a site, what is told to it, and how.
//!
//! A change that a registration asks about puts a delivery into the site's outbox, in the same write as the
//! change itself; a task beside the site sends it. So a delivery is never lost by a crash, and never waited for.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/webhooks/>

mod body;
pub mod courier;
pub mod delivery;
mod event;
pub mod filter;
pub mod outbox;
pub mod plan;

pub use event::{Event, Flow, VersionEvent, tell, tell_of_version};

use super::config::Id;
use serde::{Deserialize, Serialize};

/// How many webhooks an app may have per user and site.
pub const PER_APP_AND_USER_MAX: usize = 5;
/// How long a registration or a refresh lasts.
pub const LIFETIME_MS: i64 = 30 * DAY_MS;
/// How long a registration is listed after it has expired. Source: the page says "up to three months".
const LISTED_MS: i64 = 90 * DAY_MS;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Webhook {
    pub id: Id,
    pub client_id: String,
    pub account_id: String,
    pub url: String,
    pub jql_filter: String,
    pub events: Vec<String>,
    pub field_ids_filter: Option<Vec<String>>,
    pub issue_property_keys_filter: Option<Vec<String>>,
    pub expires_ms: i64,
}

impl Webhook {
    pub fn is_live(&self, now_ms: i64) -> bool {
        now_ms < self.expires_ms
    }

    /// An expired webhook can be seen, refreshed and deleted for a while longer.
    pub fn is_listed(&self, now_ms: i64) -> bool {
        now_ms < self.expires_ms + LISTED_MS
    }
}
