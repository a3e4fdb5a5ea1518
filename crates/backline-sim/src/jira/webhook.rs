//! Dynamic webhooks: what an OAuth app has registered on a site.

use super::config::Id;
use serde::{Deserialize, Serialize};

/// How many webhooks an app may have per user and site.
pub const PER_APP_AND_USER_MAX: usize = 5;
/// How long a registration or a refresh lasts.
pub const LIFETIME_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

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
