//! Exchanging a code or a refresh token for a pair of tokens.

use super::row::{AccessToken, Family, Refresh};
use super::{
    ACCESS_MS, CODE_MS, Denied, FAMILY_MS, INACTIVITY_MS, Ledger, Pair, REUSE_MS, grant_key, public,
};
use crate::witness::{self, Change, Commit, FieldChange};
use serde_json::Value;

/// Expired access tokens are thrown out when there are more tokens than this.
const ACCESS_TOKENS_KEPT: usize = 10_000;

impl Ledger {
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

    pub(super) fn issue(&mut self, family_id: &str, now_ms: i64) -> Pair {
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
}
