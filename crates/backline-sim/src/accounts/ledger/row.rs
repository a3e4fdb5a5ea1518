//! What the ledger keeps, as it stands in the journal.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grant {
    pub client_id: String,
    pub account_id: String,
    pub scopes: BTreeSet<String>,
    pub sites: BTreeSet<String>,
    pub granted_ms: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Code {
    pub client_id: String,
    pub account_id: String,
    pub redirect_uri: String,
    pub scopes: BTreeSet<String>,
    pub issued_ms: i64,
    /// The only site that its tokens reach, for an app that is restricted to sites.
    #[serde(default)]
    pub site: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Family {
    pub client_id: String,
    pub account_id: String,
    pub scopes: BTreeSet<String>,
    pub created_ms: i64,
    pub revoked: bool,
    #[serde(default)]
    pub site: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refresh {
    pub family: String,
    pub issued_ms: i64,
    pub used_ms: Option<i64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccessToken {
    pub family: String,
    pub expires_ms: i64,
    /// How the gateway answers it, where it expired before its time.
    #[serde(default)]
    pub expired_as: Option<u16>,
}
