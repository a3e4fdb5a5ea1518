use super::{Outcome, Verdict};
use crate::intent::Intent;
use crate::testing::{day, lease_subjects, one, project, report, take, ticket};
use crate::ticket::{TicketFilter, TicketState};
use crate::work::{Lease, Next, WorkKey};
use crate::{Store, StoreError};
use backline_core::ids::{IntentId, StatusId, SubjectId};
use backline_core::notice::{Blocked, End};
use backline_core::ticket::Learned;
use backline_core::vulnerability::Dismissal;
use uuid::Uuid;

/// A store with two subjects that are leased.
async fn two_subjects() -> (Store, Vec<Lease>) {
    let store = Store::fresh().await;
    store.save_project(project(), "ada", day(1)).await.unwrap();
    take(&store, report("trivy", vec![one("CVE-2026-1"), one("CVE-2026-2")]), 1, None).await;
    let leases = lease_subjects(&store, 1).await;
    (store, leases)
}

fn subject(lease: &Lease) -> SubjectId {
    match lease.key {
        WorkKey::Subject(id) => id,
        _ => panic!("the lease of a subject"),
    }
}

fn outcome(lease: &Lease) -> Outcome {
    Outcome { verdict: Verdict::Clear(End::Mended), ..Outcome::new(subject(lease)) }
}

fn blocked(cause: &str) -> Verdict {
    let blocked = Blocked {
        cause: cause.to_owned(),
        what: "Jira refused to create a ticket in SEC".to_owned(),
        why: "Team is required".to_owned(),
        remedy: "Map Team".to_owned(),
        page: "/integrations/jira/projects/1".to_owned(),
    };
    Verdict::Blocked { blocked, look_at: day(9) }
}

fn create(lease: &Lease, id: u128) -> Intent {
    Intent {
        id: IntentId(Uuid::from_u128(id)),
        subject: subject(lease),
        kind: "create".to_owned(),
        nonce: Uuid::from_u128(id),
        operation: serde_json::json!({"fields": {}}),
        begun_at: day(1),
        deadline_at: day(1),
    }
}

#[tokio::test]
async fn a_pass_is_recorded_whole_and_read_back_as_facts() {
    let (store, leases) = two_subjects().await;
    let lease = &leases[0];
    store.begin_intent(lease, &create(lease, 1), &[]).await.unwrap();
    let learned = Learned { from: StatusId::from("1"), transitions: Vec::new() };
    let pass = Outcome {
        ticket: Some(ticket(142)),
        looked: None,
        decided: None,
        confirmed: vec![IntentId(Uuid::from_u128(1))],
        learned: vec![learned.clone()],
        ..outcome(lease)
    };
    store.finish_reconcile(lease, pass, day(1)).await.unwrap();
    assert_eq!(store.open_intents(subject(lease)).await.unwrap(), []);
    let facts = store.load_facts(subject(lease)).await.unwrap().unwrap();
    assert_eq!((facts.ticket, facts.learned), (Some(ticket(142)), vec![learned]));
    assert_eq!((facts.vulnerabilities.len(), facts.project.unwrap().mapping.version), (1, 1));
    assert_eq!(lease_subjects(&store, 2).await.len(), 1, "the other one, whose lease has run out");
}

#[tokio::test]
async fn a_stale_pass_writes_nothing() {
    let (store, leases) = two_subjects().await;
    let stale = &leases[0];
    let taken_over = lease_subjects(&store, 2).await;
    let refused = store.begin_intent(stale, &create(stale, 1), &[]).await;
    assert!(matches!(refused, Err(StoreError::Fenced)));
    let pass = Outcome { ticket: Some(ticket(142)), ..outcome(stale) };
    assert!(matches!(store.finish_reconcile(stale, pass, day(2)).await, Err(StoreError::Fenced)));
    assert_eq!(store.load_facts(subject(stale)).await.unwrap().unwrap().ticket, None);
    store.finish_reconcile(&taken_over[0], outcome(&taken_over[0]), day(2)).await.unwrap();
}

#[tokio::test]
async fn a_subject_has_one_open_create_at_a_time() {
    let (store, leases) = two_subjects().await;
    let lease = &leases[0];
    store.begin_intent(lease, &create(lease, 1), &[]).await.unwrap();
    let second = store.begin_intent(lease, &create(lease, 2), &[]).await;
    assert!(matches!(second, Err(StoreError::Conflict(_))));
    let comment = Intent { kind: "comment".to_owned(), ..create(lease, 3) };
    store.begin_intent(lease, &comment, &[]).await.unwrap();
    assert_eq!(store.open_intents(subject(lease)).await.unwrap().len(), 2);
}

#[tokio::test]
async fn tickets_that_wait_for_one_cause_are_one_notice_until_the_last_goes_on() {
    let (store, leases) = two_subjects().await;
    for lease in &leases {
        let pass = Outcome { verdict: blocked("field:team"), next: Next::OnChange, ..outcome(lease) };
        store.finish_reconcile(lease, pass, day(1)).await.unwrap();
    }
    let notice = store.list_notices(10).await.unwrap().remove(0);
    assert_eq!((notice.subjects, notice.over_at), (2, None));
    let told = store.lease("test", day(1), 1_000, 10, &[]).await.unwrap();
    let notices = told.iter().filter(|lease| lease.key == WorkKey::Notice(notice.id)).count();
    assert_eq!(notices, 1, "it is told once");
    let filter = TicketFilter { state: Some(TicketState::Blocked), text: None };
    assert_eq!(store.list_tickets(&filter, None, 10).await.unwrap().rows.len(), 2);

    let saved = store.load_project(project().id).await.unwrap().unwrap();
    store.save_project(saved, "ada", day(2)).await.unwrap();
    let leases = lease_subjects(&store, 2).await;
    assert_eq!(leases.len(), 2, "the saved mapping makes blocked ones due");
    store.finish_reconcile(&leases[0], outcome(&leases[0]), day(2)).await.unwrap();
    assert_eq!(store.load_notice(notice.id).await.unwrap().unwrap().over_at, None);
    store.finish_reconcile(&leases[1], outcome(&leases[1]), day(2)).await.unwrap();
    let over = store.load_notice(notice.id).await.unwrap().unwrap();
    assert_eq!((over.over_at, over.subjects, over.subjects_max), (Some(day(2)), 0, 2));
    assert_eq!(over.ended_as, Some(End::Mended));
}

#[tokio::test]
async fn a_pass_that_says_nothing_leaves_a_subject_blocked() {
    let (store, leases) = two_subjects().await;
    let pass = Outcome { verdict: blocked("a"), ..outcome(&leases[0]) };
    store.finish_reconcile(&leases[0], pass, day(1)).await.unwrap();
    let waits = Outcome { verdict: Verdict::Unchanged, ..outcome(&leases[1]) };
    store.finish_reconcile(&leases[1], waits, day(1)).await.unwrap();
    let row = store.load_ticket_row(subject(&leases[0])).await.unwrap().unwrap();
    assert_eq!(row.state, TicketState::Blocked);
}

#[tokio::test]
async fn an_issue_is_the_ticket_of_one_subject_also_after_a_change() {
    let (store, leases) = two_subjects().await;
    let pass = Outcome { ticket: Some(ticket(142)), next: Next::At(day(1)), ..outcome(&leases[0]) };
    store.finish_reconcile(&leases[0], pass, day(1)).await.unwrap();
    let again = &store.lease("test", day(1), 1_000, 1, &[]).await.unwrap()[0];
    store
        .finish_reconcile(again, Outcome { ticket: Some(ticket(143)), ..outcome(again) }, day(1))
        .await
        .unwrap();
    let take = |number| Outcome { ticket: Some(ticket(number)), ..outcome(&leases[1]) };
    let taken = store.finish_reconcile(&leases[1], take(143), day(1)).await;
    assert!(matches!(taken, Err(StoreError::Conflict(_))), "it is the first one's now");
    store.finish_reconcile(&leases[1], take(142), day(1)).await.unwrap();
}

/// The probe of the only notice, taken at a time.
async fn probe(store: &Store, on: u32) -> Option<Lease> {
    let leases = store.lease("test", day(on), 1_000, 10, &[]).await.unwrap();
    leases.into_iter().find(|lease| matches!(lease.key, WorkKey::Probe(_)))
}

#[tokio::test]
async fn of_those_that_wait_for_one_cause_one_looks_and_the_others_follow_when_it_is_mended() {
    let (store, leases) = two_subjects().await;
    for lease in &leases {
        let pass = Outcome { verdict: blocked("a"), next: Next::OnChange, ..outcome(lease) };
        store.finish_reconcile(lease, pass, day(1)).await.unwrap();
    }
    let notice = store.list_notices(0).await.unwrap().remove(0).id;
    assert!(probe(&store, 8).await.is_none(), "not before its time");
    let first = probe(&store, 9).await.expect("its time has come");
    store.finish_probe(&first, notice, Next::Retry(day(10)), day(9)).await.unwrap();
    let looks = lease_subjects(&store, 9).await;
    assert_eq!(looks.len(), 1, "one for all");
    let still = Outcome { verdict: blocked("a"), next: Next::OnChange, ..outcome(&looks[0]) };
    store.finish_reconcile(&looks[0], still, day(9)).await.unwrap();
    assert!(lease_subjects(&store, 9).await.is_empty(), "refused again, so nobody else is asked");
    let row = store.load_ticket_row(subject(&leases[0])).await.unwrap().unwrap();
    assert_eq!(row.next_look_at, Some(day(10)), "the time that it was put off to stands");

    let second = probe(&store, 10).await.expect("it looks again");
    store.finish_probe(&second, notice, Next::Retry(day(12)), day(10)).await.unwrap();
    let look = lease_subjects(&store, 10).await.remove(0);
    assert_ne!(subject(&look), subject(&looks[0]), "each in its turn");
    store.finish_reconcile(&look, outcome(&look), day(10)).await.unwrap();
    let rest = lease_subjects(&store, 10).await;
    assert_eq!(rest.iter().map(subject).collect::<Vec<_>>(), [subject(&looks[0])], "the other one is due");
    store.finish_reconcile(&rest[0], outcome(&rest[0]), day(10)).await.unwrap();
    let over = store.load_notice(notice).await.unwrap().unwrap();
    assert_eq!(over.ended_as, Some(End::Mended));
    let last = probe(&store, 12).await.expect("it is left");
    store.finish_probe(&last, notice, Next::Done, day(12)).await.unwrap();
    assert!(lease_subjects(&store, 12).await.is_empty());
}

#[tokio::test]
async fn who_waits_no_more_wakes_nobody_and_says_why() {
    let (store, leases) = two_subjects().await;
    for lease in &leases {
        let pass = Outcome { verdict: blocked("a"), next: Next::OnChange, ..outcome(lease) };
        store.finish_reconcile(lease, pass, day(1)).await.unwrap();
    }
    let notice = store.list_notices(0).await.unwrap().remove(0).id;
    let about = store.load_facts(subject(&leases[0])).await.unwrap().unwrap().vulnerabilities[0].id;
    store.dismiss(about, Dismissal::said(day(2), "ada", "not reachable")).await.unwrap();
    let dismissed = lease_subjects(&store, 2).await.remove(0);
    let pass = Outcome { verdict: Verdict::Clear(End::Resolved), ..outcome(&dismissed) };
    store.finish_reconcile(&dismissed, pass, day(2)).await.unwrap();
    assert!(lease_subjects(&store, 2).await.is_empty());
    assert_eq!(store.load_notice(notice).await.unwrap().unwrap().over_at, None);
    store.delete_project(project().id, "ada", day(3)).await.unwrap();
    let over = store.load_notice(notice).await.unwrap().unwrap();
    assert_eq!((over.over_at, over.ended_as), (Some(day(3)), Some(End::ProjectRemoved)));
}
