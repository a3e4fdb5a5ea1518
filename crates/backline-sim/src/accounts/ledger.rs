//! Who granted what: grants, codes, token families and tokens, durable before they are answered.
//!
//! One grant exists per app and account; a new consent replaces its scopes and adds its site, and tokens that
//! were given out before reach as much as the grant does now. An app that is restricted to sites is the exception:
//! the tokens of a consent reach the site that was chosen in it and no other. Every refresh token belongs to a family that
//! began with one code; a refresh token that is used again after [`REUSE_MS`] revokes its whole family.

mod exchange;
mod row;
mod withdrawal;

use super::Access;
use super::sites::OrgSite;
use crate::ids;
use crate::journal::{Journal, Records};
use crate::witness::{self, Change, Commit, FieldChange};
use row::{AccessToken, Code, Family, Grant, Refresh};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

pub const CODE_MS: i64 = 5 * MINUTE_MS;
pub const ACCESS_MS: i64 = 60 * MINUTE_MS;
/// A refresh token may be exchanged again for so long after its first use.
pub const REUSE_MS: i64 = 10 * MINUTE_MS;
/// A refresh token dies when it is not used for so long.
pub const INACTIVITY_MS: i64 = 90 * DAY_MS;
/// A family dies this long after its consent. Only an older copy of the documentation says so.
pub const FAMILY_MS: i64 = 365 * DAY_MS;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// A fresh pair. `refresh_token` is absent without the scope `offline_access`.
#[derive(Debug)]
pub struct Pair {
    pub access_token: String,
    pub refresh_token: Option<String>,
    pub scopes: BTreeSet<String>,
}

/// Why no pair is given.
#[derive(Debug, PartialEq, Eq)]
pub enum Denied {
    /// The code is wrong, was used, has expired or belongs to another callback.
    Code,
    /// The refresh token was never given out.
    UnknownRefresh,
    /// The refresh token was replaced too long ago, has expired, or its grant was revoked.
    DeadRefresh,
}

#[derive(Debug)]
pub struct Ledger {
    seed: u64,
    journal: Journal,
    /// Whether a consent covers the chosen site alone; else it is account-level.
    is_site_restricted: bool,
    issued: u64,
    grants: BTreeMap<String, Grant>,
    codes: BTreeMap<String, Code>,
    families: BTreeMap<String, Family>,
    refreshes: BTreeMap<String, Refresh>,
    accesses: BTreeMap<String, AccessToken>,
}

impl Ledger {
    pub fn open(seed: u64, journal: Journal, mut records: Records) -> io::Result<Self> {
        Ok(Self {
            seed,
            is_site_restricted: records.take("restricted")?.first().is_some_and(|(_, is)| *is),
            issued: records.take("issued")?.first().map_or(0, |(_, n)| *n),
            grants: records.take("grant")?.into_iter().collect(),
            codes: records.take("code")?.into_iter().collect(),
            families: records.take("family")?.into_iter().collect(),
            refreshes: records.take("refresh")?.into_iter().collect(),
            accesses: records.take("access")?.into_iter().collect(),
            journal,
        })
    }

    /// Notes a consent and gives the code for it.
    pub fn consent(
        &mut self,
        client_id: &str,
        account_id: &str,
        cloud_id: &str,
        scopes: BTreeSet<String>,
        redirect_uri: &str,
        now_ms: i64,
    ) -> String {
        let key = grant_key(client_id, account_id);
        let grant = self.grants.entry(key.clone()).or_insert_with(|| Grant {
            client_id: client_id.to_owned(),
            account_id: account_id.to_owned(),
            scopes: BTreeSet::new(),
            sites: BTreeSet::new(),
            granted_ms: now_ms,
        });
        grant.scopes = scopes.clone();
        grant.granted_ms = now_ms;
        grant.sites.insert(cloud_id.to_owned());
        self.journal.put("grant", &key, grant);
        let scopes_now = words(&grant.scopes);
        witness::note(|| {
            let fields = vec![
                FieldChange::new("scopes", Value::Null, scopes_now.into()),
                FieldChange::new("site", Value::Null, cloud_id.into()),
            ];
            vec![Commit::new("grant", &key, Change::Created).fields(fields)]
        });
        let code = self.draw("code");
        let row = Code {
            client_id: client_id.to_owned(),
            account_id: account_id.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            scopes,
            issued_ms: now_ms,
            site: self.is_site_restricted.then(|| cloud_id.to_owned()),
        };
        self.journal.put("code", &code, &row);
        self.codes.insert(code.clone(), row);
        code
    }

    /// Which kind of grants the app asks for from now on, as its owner sets it in the console.
    pub fn restrict_to_sites(&mut self, is_restricted: bool) {
        self.is_site_restricted = is_restricted;
        self.journal.put("restricted", "app", &is_restricted);
    }

    /// Whether the token was given out, has not expired, and its grant is gone.
    pub fn is_revoked(&self, token: &str, now_ms: i64) -> bool {
        let is_live = self.accesses.get(token).is_some_and(|row| now_ms < row.expires_ms);
        is_live && self.access(token, now_ms).is_none()
    }

    pub fn access(&self, token: &str, now_ms: i64) -> Option<Access> {
        let is_live = |row: &&AccessToken| now_ms < row.expires_ms && row.expired_as.is_none();
        let row = self.accesses.get(token).filter(is_live)?;
        let family = self.families.get(&row.family).filter(|family| !family.revoked)?;
        let grant = self.grants.get(&grant_key(&family.client_id, &family.account_id))?;
        Some(Access {
            client_id: family.client_id.clone(),
            account_id: family.account_id.clone(),
            scopes: family.scopes.intersection(&grant.scopes).cloned().collect(),
            sites: match &family.site {
                Some(site) => grant.sites.iter().filter(|granted| *granted == site).cloned().collect(),
                None => grant.sites.clone(),
            },
        })
    }

    pub fn grants_of<'a>(&'a self, account_id: &'a str) -> impl Iterator<Item = &'a Grant> {
        self.grants.values().filter(move |grant| grant.account_id == account_id)
    }

    pub fn expired_as(&self, token: &str) -> Option<u16> {
        self.accesses.get(token)?.expired_as
    }

    pub fn keep_site(&self, site: &OrgSite) {
        self.journal.put("site", &site.cloud_id, site);
    }

    /// A string that was never drawn before, also not before a restart.
    pub(super) fn draw(&mut self, kind: &str) -> String {
        self.issued += 1;
        self.journal.put("issued", "n", &self.issued);
        let n = self.issued.to_string();
        format!("{kind}-{}{}", ids::hash(self.seed, &[kind, &n]), ids::hash(self.seed, &[kind, &n, "tail"]))
    }
}

/// A family's name in history, which says nothing of its tokens.
fn public(family: &str) -> String {
    ids::hash(0, &["family", family])[..16].to_owned()
}

fn words(scopes: &BTreeSet<String>) -> String {
    scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn grant_key(client_id: &str, account_id: &str) -> String {
    format!("{client_id} {account_id}")
}
