//! How what was granted ends before its time: by the person, an administrator, or a fault.

use super::row::AccessToken;
use super::{Ledger, grant_key, public, words};
use crate::witness::{self, Change, Commit, FieldChange};
use serde_json::Value;

impl Ledger {
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

    pub(super) fn revoke_family(&mut self, id: &str) {
        if let Some(family) = self.families.get_mut(id) {
            family.revoked = true;
            self.journal.put("family", id, family);
            let id = public(id);
            witness::note(|| vec![Commit::new("token_family", id, Change::Deleted)]);
        }
    }
}
