use super::{Connection, ConnectionKind, ConnectionStatus, grant_cause};
use crate::grant::{Credentials, RefreshTurn};
use crate::{Store, StoreError};
use backline_core::ids::{CloudId, ConnectionId};
use backline_core::jira::issue::Site;
use backline_core::notice::Blocked;
use jiff::Timestamp;
use secrecy::ExposeSecret;
use uuid::Uuid;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn site(id: &str) -> Site {
    Site {
        cloud_id: CloudId::from(id),
        name: id.to_owned(),
        url: format!("https://{id}.test"),
        scopes: vec![],
    }
}

fn connection(id: u128, site: Option<Site>) -> Connection {
    let status = if site.is_some() { ConnectionStatus::Connected } else { ConnectionStatus::Pending };
    Connection {
        id: ConnectionId(Uuid::from_u128(id)),
        kind: ConnectionKind::JiraApp,
        status,
        site,
        offered: vec![self::site("acme"), self::site("globex")],
        account: None,
        scopes: vec!["read:jira-work".to_owned()],
        epoch: 1,
        connected_at: at(0),
        connected_by: "a@acme.test".to_owned(),
    }
}

fn acme() -> Connection {
    connection(1, Some(site("acme")))
}

fn tokens(word: &str) -> Credentials {
    Credentials::OAuth { access: format!("access-{word}").into(), refresh: format!("refresh-{word}").into() }
}

fn refresh(credentials: &Credentials) -> &str {
    match credentials {
        Credentials::OAuth { refresh, .. } => refresh.expose_secret(),
        Credentials::ApiToken { .. } => "",
    }
}

/// Somebody connects: the grant's tokens carry `word` and last an hour.
async fn consent(store: &Store, connection: Connection, word: &str, second: i64) -> Connection {
    store.create_connection(connection, tokens(word), Some(at(3600)), at(second)).await.unwrap()
}

fn lost(id: ConnectionId) -> Blocked {
    Blocked {
        cause: grant_cause(id),
        what: "The connection to acme no longer works".to_owned(),
        why: "Atlassian refused to renew it".to_owned(),
        remedy: "Connect again".to_owned(),
        page: "/integrations/jira".to_owned(),
    }
}

#[tokio::test]
async fn a_lost_grant_is_told_once_until_somebody_connects_again() {
    let store = Store::fresh().await;
    let connected = consent(&store, acme(), "a", 0).await;
    let read = store.load_grant(connected.id).await.unwrap().unwrap();
    for second in [1, 2] {
        store.lose_grant(&read, "revoked", lost(connected.id), at(second)).await.unwrap();
    }
    let told = store.list_notices(10).await.unwrap();
    assert_eq!((told.len(), told[0].over_at), (1, None));
    consent(&store, acme(), "a", 5).await;
    assert_eq!(store.list_notices(10).await.unwrap()[0].over_at, Some(at(5)));
}

#[tokio::test]
async fn a_consent_to_several_sites_waits_for_a_choice() {
    let store = Store::fresh().await;
    let pending = consent(&store, connection(1, None), "a", 0).await;
    assert_eq!(store.active_connection().await.unwrap(), None);
    let foreign = store.choose_site(pending.id, &CloudId::from("elsewhere"), None, at(1)).await;
    assert!(matches!(foreign, Err(StoreError::Conflict(_))));
    let chosen = store.choose_site(pending.id, &CloudId::from("globex"), None, at(1)).await.unwrap();
    assert_eq!(store.active_connection().await.unwrap(), Some(chosen));
}

#[tokio::test]
async fn a_consent_without_a_site_leaves_no_token_behind() {
    let store = Store::fresh().await;
    let connected = consent(&store, acme(), "a", 0).await;
    let first = consent(&store, connection(2, None), "b", 10).await.id;
    let second = consent(&store, connection(3, None), "c", 20).await.id;
    assert!(store.load_grant(first).await.unwrap().is_none(), "a newer consent took its place");
    assert_eq!(store.pending_connection(at(21)).await.unwrap().map(|kept| kept.id), Some(second));
    store.disconnect(connected.id, "ada", at(30)).await.unwrap();
    assert_eq!(store.pending_connection(at(31)).await.unwrap(), None);
    assert!(store.load_grant(second).await.unwrap().is_none());
}

#[tokio::test]
async fn a_site_is_chosen_within_ten_minutes_or_never() {
    let store = Store::fresh().await;
    let id = consent(&store, connection(1, None), "a", 0).await.id;
    assert_eq!(store.pending_connection(at(601)).await.unwrap(), None);
    let late = store.choose_site(id, &CloudId::from("acme"), None, at(601)).await;
    assert!(matches!(late, Err(StoreError::Conflict(_))));
    store.forget_stale_consents(at(601)).await.unwrap();
    assert!(store.load_grant(id).await.unwrap().is_none());
}

#[tokio::test]
async fn the_loser_of_a_refresh_keeps_nothing() {
    let store = Store::fresh().await;
    let id = consent(&store, acme(), "a", 0).await.id;
    let read = store.load_grant(id).await.unwrap().unwrap();
    assert_eq!(store.store_grant(&read, tokens("b"), Some(at(7200))).await.unwrap(), 2);
    let lost = store.store_grant(&read, tokens("c"), Some(at(7200))).await;
    assert!(matches!(lost, Err(StoreError::Conflict(_))));
    let grant = store.load_grant(id).await.unwrap().unwrap();
    assert_eq!(
        (refresh(&grant.credentials), grant.version, grant.expires_at),
        ("refresh-b", 2, Some(at(7200)))
    );
}

#[tokio::test]
async fn one_worker_at_a_time_exchanges_a_token_and_a_lost_answer_is_remembered() {
    let store = Store::fresh().await;
    let id = consent(&store, acme(), "a", 0).await.id;
    let turn = async |owner: &str, version, second| {
        store.begin_refresh(id, version, owner, at(second), 15_000).await.unwrap()
    };
    assert_eq!(turn("a", 1, 0).await, RefreshTurn::Yours { lost_since: None });
    assert_eq!(turn("b", 1, 5).await, RefreshTurn::Another { until: at(15) });
    assert_eq!(turn("b", 1, 20).await, RefreshTurn::Yours { lost_since: Some(at(0)) });
    let read = store.load_grant(id).await.unwrap().unwrap();
    assert_eq!(read.refresh_started_at, Some(at(0)));
    store.store_grant(&read, tokens("b"), Some(at(7200))).await.unwrap();
    assert_eq!(turn("a", 1, 21).await, RefreshTurn::Newer);
    assert_eq!(turn("a", 2, 21).await, RefreshTurn::Yours { lost_since: None });
    store.break_all_leases().await.unwrap();
    assert_eq!(turn("c", 2, 22).await, RefreshTurn::Yours { lost_since: Some(at(21)) });
}

#[tokio::test]
async fn a_grant_that_was_renewed_meanwhile_is_not_lost() {
    let store = Store::fresh().await;
    let connected = consent(&store, acme(), "a", 0).await;
    let read = store.load_grant(connected.id).await.unwrap().unwrap();
    store.store_grant(&read, tokens("b"), Some(at(7200))).await.unwrap();
    let late = store.lose_grant(&read, "revoked", lost(connected.id), at(6)).await;
    assert!(matches!(late, Err(StoreError::Conflict(_))));
    assert_eq!(
        store.load_connection(connected.id).await.unwrap().unwrap().status,
        ConnectionStatus::Connected
    );
    assert!(store.list_notices(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn disconnecting_deletes_the_tokens_and_fences_what_is_under_way() {
    let store = Store::fresh().await;
    let connected = consent(&store, acme(), "a", 0).await;
    let read = store.load_grant(connected.id).await.unwrap().unwrap();
    let gone = store.disconnect(connected.id, "a@acme.test", at(5)).await.unwrap();
    assert_eq!((gone.status, gone.epoch), (ConnectionStatus::Disconnected, 2));
    assert!(store.load_grant(connected.id).await.unwrap().is_none());
    assert!(matches!(store.store_grant(&read, tokens("b"), None).await, Err(StoreError::Fenced)));
    let late = store.lose_grant(&read, "revoked", lost(connected.id), at(6)).await;
    assert!(matches!(late, Err(StoreError::Fenced)));
    assert!(store.list_notices(10).await.unwrap().is_empty(), "nothing is told of a grant that nobody uses");
}

#[tokio::test]
async fn a_new_consent_to_the_same_site_renews_the_old_connection() {
    let store = Store::fresh().await;
    let first = consent(&store, acme(), "a", 0).await;
    store.disconnect(first.id, "a@acme.test", at(5)).await.unwrap();
    let pending = consent(&store, connection(2, None), "b", 6).await;
    let renewed = store.choose_site(pending.id, &CloudId::from("acme"), None, at(7)).await.unwrap();
    assert_eq!((renewed.id, renewed.epoch), (first.id, 3));
    assert_eq!(refresh(&store.load_grant(first.id).await.unwrap().unwrap().credentials), "refresh-b");
    assert_eq!(store.list_connections().await.unwrap().len(), 1);
}
