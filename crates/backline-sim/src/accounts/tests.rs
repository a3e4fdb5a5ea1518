use super::ledger::{ACCESS_MS, CODE_MS, Denied, FAMILY_MS, INACTIVITY_MS, Ledger, REUSE_MS};
use crate::journal::{Journal, Records};
use std::collections::BTreeSet;

fn ledger() -> Ledger {
    Ledger::open(1, Journal::in_memory(), Records::default()).expect("an empty ledger")
}

fn scopes(text: &str) -> BTreeSet<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn first_refresh(ledger: &mut Ledger) -> String {
    let code = ledger.consent("app", "ada", "acme", scopes("read:jira-work offline_access"), "http://cb", 0);
    ledger.redeem("app", &code, "http://cb", 0).expect("a pair").refresh_token.expect("a refresh token")
}

#[test]
fn a_code_works_once_and_only_for_its_callback() {
    let mut ledger = ledger();
    let code = ledger.consent("app", "ada", "acme", scopes("read:jira-work"), "http://cb", 0);
    assert!(ledger.redeem("app", &code, "http://cb", 0).is_ok());
    assert_eq!(ledger.redeem("app", &code, "http://cb", 0).err(), Some(Denied::Code));
    let code = ledger.consent("app", "ada", "acme", scopes("read:jira-work"), "http://cb", 0);
    assert_eq!(ledger.redeem("app", &code, "http://other", 0).err(), Some(Denied::Code));
}

#[test]
fn a_used_refresh_token_works_again_for_ten_minutes_and_then_ends_the_family() {
    let mut ledger = ledger();
    let old = first_refresh(&mut ledger);
    let new = ledger.refresh("app", &old, 1_000).expect("a pair").refresh_token.expect("rotated");
    assert_ne!(old, new);
    assert!(ledger.refresh("app", &old, 1_000 + REUSE_MS).is_ok());
    assert_eq!(ledger.refresh("app", &old, 1_001 + REUSE_MS).err(), Some(Denied::DeadRefresh));
    assert_eq!(ledger.refresh("app", &new, 1_002 + REUSE_MS).err(), Some(Denied::DeadRefresh));
}

#[test]
fn a_refresh_token_dies_of_inactivity_and_rotation_starts_the_wait_anew() {
    let mut ledger = ledger();
    let first = first_refresh(&mut ledger);
    let second =
        ledger.refresh("app", &first, INACTIVITY_MS).expect("a pair").refresh_token.expect("rotated");
    assert!(ledger.refresh("app", &second, 2 * INACTIVITY_MS).is_ok());
    assert_eq!(ledger.refresh("app", "never seen", 0).err(), Some(Denied::UnknownRefresh));
}

#[test]
fn an_access_token_expires_and_reaches_no_more_than_the_grant() {
    let mut ledger = ledger();
    let code = ledger.consent("app", "ada", "acme", scopes("read:jira-work write:jira-work"), "http://cb", 0);
    let token = ledger.redeem("app", &code, "http://cb", 0).expect("a pair").access_token;
    ledger.consent("app", "ada", "globex", scopes("read:jira-work"), "http://cb", 1);
    let access = ledger.access(&token, 2).expect("live");
    assert_eq!(access.scopes, scopes("read:jira-work"));
    assert_eq!(access.sites, scopes("acme globex"));
    assert!(ledger.access(&token, ACCESS_MS).is_none());
}

#[test]
fn revoking_ends_every_token_of_the_grant() {
    let mut ledger = ledger();
    let token = first_refresh(&mut ledger);
    ledger.revoke("app", "ada");
    assert_eq!(ledger.refresh("app", &token, 1).err(), Some(Denied::DeadRefresh));
}

#[test]
fn a_family_ends_a_year_after_its_consent_however_often_it_is_rotated() {
    let mut ledger = ledger();
    let mut token = first_refresh(&mut ledger);
    let step = FAMILY_MS / 5;
    for n in 1..=5 {
        token = ledger.refresh("app", &token, n * step).expect("alive").refresh_token.expect("rotated");
    }
    assert_eq!(ledger.refresh("app", &token, FAMILY_MS + 1).err(), Some(Denied::DeadRefresh));
}

#[test]
fn a_code_dies_of_age() {
    let mut ledger = ledger();
    let code = ledger.consent("app", "ada", "acme", scopes("read:jira-work"), "http://cb", 0);
    assert_eq!(ledger.redeem("app", &code, "http://cb", CODE_MS + 1).err(), Some(Denied::Code));
}

#[test]
fn a_token_without_use_dies_after_ninety_days() {
    let mut ledger = ledger();
    let token = first_refresh(&mut ledger);
    assert_eq!(ledger.refresh("app", &token, INACTIVITY_MS + 1).err(), Some(Denied::DeadRefresh));
}

#[test]
fn tokens_of_a_restricted_app_reach_the_site_of_their_consent_alone() {
    let mut ledger = ledger();
    ledger.restrict_to_sites(true);
    let token = |ledger: &mut Ledger, site: &str| {
        let code = ledger.consent("app", "ada", site, scopes("read:jira-work"), "http://cb", 0);
        ledger.redeem("app", &code, "http://cb", 0).expect("a pair").access_token
    };
    let (acme, globex) = (token(&mut ledger, "acme"), token(&mut ledger, "globex"));
    assert_eq!(ledger.access(&acme, 1).expect("live").sites, scopes("acme"));
    assert_eq!(ledger.access(&globex, 1).expect("live").sites, scopes("globex"));
}
