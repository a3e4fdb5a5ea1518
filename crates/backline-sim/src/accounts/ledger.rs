//! Who granted what: grants, codes, token families and tokens, durable before they are answered.
//!
//! One grant exists per app and account; a new consent replaces its scopes and adds its site, and tokens that
//! were given out before reach as much as the grant does now. An app that is restricted to sites is the exception:
//! the tokens of a consent reach the site that was chosen in it and no other. Every refresh token belongs to a family that
//! began with one code; a refresh token that is used again after [`REUSE_MS`] revokes its whole family.

use super::Access;
use super::sites::OrgSite;
use crate::ids;
use crate::journal::{Journal, Records};
use crate::witness::{self, Change, Commit, FieldChange};
use serde::{Deserialize, Serialize};
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
/// Expired access tokens are thrown out when there are more tokens than this.
const ACCESS_TOKENS_KEPT: usize = 10_000;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grant {
    pub client_id: String,
    pub account_id: String,
    pub scopes: BTreeSet<String>,
    pub sites: BTreeSet<String>,
    pub granted_ms: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Code {
    client_id: String,
    account_id: String,
    redirect_uri: String,
    scopes: BTreeSet<String>,
    issued_ms: i64,
    /// The only site that its tokens reach, for an app that is restricted to sites.
    #[serde(default)]
    site: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Family {
    client_id: String,
    account_id: String,
    scopes: BTreeSet<String>,
    created_ms: i64,
    revoked: bool,
    #[serde(default)]
    site: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Refresh {
    family: String,
    issued_ms: i64,
    used_ms: Option<i64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct AccessToken {
    family: String,
    expires_ms: i64,
    /// How the gateway answers it, where it expired before its time.
    #[serde(default)]
    expired_as: Option<u16>,
}

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

    /// Exchanges a code. A code works once, whatever comes of it.
    pub fn redeem(
        &mut self,
        client_id: &str,
        code: &str,
        redirect_uri: &str,
        now_ms: i64,
    ) -> Result<Pair, Denied> {
        let row = self.codes.remove(code).ok_or(Denied::Code)?;
        self.journal.delete("code", code);
        let is_fresh = now_ms - row.issued_ms <= CODE_MS;
        if row.client_id != client_id || row.redirect_uri != redirect_uri || !is_fresh {
            return Err(Denied::Code);
        }
        let family = self.draw("family");
        let row = Family {
            client_id: row.client_id,
            account_id: row.account_id,
            scopes: row.scopes,
            created_ms: now_ms,
            revoked: false,
            site: row.site,
        };
        self.journal.put("family", &family, &row);
        self.families.insert(family.clone(), row);
        Ok(self.issue(&family, now_ms))
    }

    /// Exchanges a refresh token for a new pair.
    pub fn refresh(&mut self, client_id: &str, token: &str, now_ms: i64) -> Result<Pair, Denied> {
        let row = self.refreshes.get(token).cloned().ok_or(Denied::UnknownRefresh)?;
        let family = self.families.get(&row.family).ok_or(Denied::UnknownRefresh)?;
        if family.client_id != client_id {
            return Err(Denied::UnknownRefresh);
        }
        let is_granted = self.grants.contains_key(&grant_key(&family.client_id, &family.account_id));
        let is_expired = now_ms - row.issued_ms > INACTIVITY_MS || now_ms - family.created_ms > FAMILY_MS;
        if family.revoked || !is_granted || is_expired {
            return Err(Denied::DeadRefresh);
        }
        match row.used_ms {
            Some(used_ms) if now_ms - used_ms > REUSE_MS => {
                self.revoke_family(&row.family);
                return Err(Denied::DeadRefresh);
            }
            Some(_) => {}
            None => {
                let used = Refresh { used_ms: Some(now_ms), ..row.clone() };
                self.journal.put("refresh", token, &used);
                self.refreshes.insert(token.to_owned(), used);
            }
        }
        Ok(self.issue(&row.family, now_ms))
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

    /// The person takes the consent back: every token of it stops working.
    pub fn revoke(&mut self, client_id: &str, account_id: &str) {
        let key = grant_key(client_id, account_id);
        if self.grants.remove(&key).is_some() {
            self.journal.delete("grant", &key);
            witness::note(|| vec![Commit::new("grant", &key, Change::Deleted)]);
        }
        let families = self.families.iter();
        let of_grant = families.filter(|(_, f)| f.client_id == client_id && f.account_id == account_id);
        let of_grant: Vec<String> = of_grant.map(|(id, _)| id.clone()).collect();
        for family in of_grant {
            self.revoke_family(&family);
        }
    }

    pub fn expired_as(&self, token: &str) -> Option<u16> {
        self.accesses.get(token)?.expired_as
    }

    /// Ends an access token before its time; false when there is none such.
    pub fn expire(&mut self, token: &str, status: u16) -> bool {
        let Some(row) = self.accesses.get_mut(token) else { return false };
        row.expired_as = Some(status);
        self.journal.put("access", token, row);
        true
    }

    /// Ends every access token of a person, and says how many.
    pub fn expire_of(&mut self, account_id: &str, status: u16) -> usize {
        let families = &self.families;
        let is_of = |row: &AccessToken| {
            families.get(&row.family).is_some_and(|family| family.account_id == account_id)
        };
        let live = self.accesses.iter().filter(|(_, row)| row.expired_as.is_none() && is_of(row));
        let tokens: Vec<String> = live.map(|(token, _)| token.clone()).collect();
        tokens.iter().filter(|token| self.expire(token, status)).count()
    }

    /// Takes scopes off a grant; false when there is none.
    pub fn narrow(&mut self, client_id: &str, account_id: &str, gone: &[String]) -> bool {
        let key = grant_key(client_id, account_id);
        let Some(grant) = self.grants.get_mut(&key) else { return false };
        let before = words(&grant.scopes);
        grant.scopes.retain(|scope| !gone.contains(scope));
        self.journal.put("grant", &key, grant);
        let after = words(&grant.scopes);
        witness::note(|| {
            let fields = vec![FieldChange::new("scopes", before.into(), after.into())];
            vec![Commit::new("grant", &key, Change::Changed).fields(fields)]
        });
        true
    }

    pub fn keep_site(&self, site: &OrgSite) {
        self.journal.put("site", &site.cloud_id, site);
    }

    pub fn remove_site(&mut self, cloud_id: &str) {
        for (key, grant) in &mut self.grants {
            if grant.sites.remove(cloud_id) {
                self.journal.put("grant", key, grant);
                witness::note(|| {
                    let fields = vec![FieldChange::new("site", cloud_id.into(), Value::Null)];
                    vec![Commit::new("grant", key, Change::Changed).fields(fields)]
                });
            }
        }
    }

    fn revoke_family(&mut self, id: &str) {
        if let Some(family) = self.families.get_mut(id) {
            family.revoked = true;
            self.journal.put("family", id, family);
            let id = public(id);
            witness::note(|| vec![Commit::new("token_family", id, Change::Deleted)]);
        }
    }

    fn issue(&mut self, family_id: &str, now_ms: i64) -> Pair {
        let scopes = self.families.get(family_id).expect("the caller has found it").scopes.clone();
        let access_token = self.draw("access");
        let access =
            AccessToken { family: family_id.to_owned(), expires_ms: now_ms + ACCESS_MS, expired_as: None };
        self.forget_expired(now_ms);
        self.journal.put("access", &access_token, &access);
        self.accesses.insert(access_token.clone(), access);
        let refresh_token = scopes.contains("offline_access").then(|| {
            let token = self.draw("refresh");
            let row = Refresh { family: family_id.to_owned(), issued_ms: now_ms, used_ms: None };
            self.journal.put("refresh", &token, &row);
            self.refreshes.insert(token.clone(), row);
            token
        });
        let (family, has_refresh) = (public(family_id), refresh_token.is_some());
        witness::note(|| {
            let fields = vec![FieldChange::new("refresh_token", Value::Null, has_refresh.into())];
            vec![Commit::new("token", family, Change::Created).fields(fields)]
        });
        Pair { access_token, refresh_token, scopes }
    }

    fn forget_expired(&mut self, now_ms: i64) {
        if self.accesses.len() < ACCESS_TOKENS_KEPT {
            return;
        }
        let journal = &self.journal;
        self.accesses.retain(|token, row| {
            let is_live = now_ms < row.expires_ms;
            if !is_live {
                journal.delete("access", token);
            }
            is_live
        });
    }

    /// A string that was never drawn before, also not before a restart.
    fn draw(&mut self, kind: &str) -> String {
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
