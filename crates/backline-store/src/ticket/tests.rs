use super::{TicketFilter, TicketState};
use crate::reconcile::{Outcome, Verdict};
use crate::store::Store;
use crate::testing::{day, lease_subjects, one, project, report, take, ticket};
use crate::work::{Next, WorkKey};

/// A store with two tickets in sync and one subject that waits for its ticket.
async fn store() -> Store {
    let store = Store::in_memory().await.unwrap();
    store.save_project(project(), "ada", day(1)).await.unwrap();
    let findings = ["CVE-2026-1", "CVE-2026-2", "CVE-2026-3"].map(one).to_vec();
    take(&store, report("trivy", findings), 1, None).await;
    for (number, lease) in (1..).zip(lease_subjects(&store, 1).await).take(2) {
        let WorkKey::Subject(subject) = lease.key else { continue };
        let pass = Outcome {
            subject,
            ticket: Some(ticket(number)),
            confirmed: Vec::new(),
            failed: Vec::new(),
            timeline: Vec::new(),
            learned: Vec::new(),
            verdict: Verdict::Clear,
            due: Vec::new(),
            next: Next::Done,
        };
        store.finish_reconcile(&lease, pass, day(1)).await.unwrap();
    }
    store
}

#[tokio::test]
async fn tickets_are_listed_by_state() {
    let store = store().await;
    for (state, count) in [
        (None, 3),
        (Some(TicketState::InSync), 2),
        (Some(TicketState::Waiting), 1),
        (Some(TicketState::Blocked), 0),
        (Some(TicketState::Dormant), 0),
    ] {
        let page = store.list_tickets(&TicketFilter { state, text: None }, None, 10).await.unwrap();
        assert_eq!(page.rows.len(), count, "{state:?}");
    }
    let counts = store.count_tickets().await.unwrap();
    assert_eq!((counts.subjects, counts.tickets, counts.in_sync, counts.waiting), (3, 2, 2, 1));
    let nav = store.nav_counts().await.unwrap();
    assert_eq!((nav.tickets, nav.in_sync), (2, 2));
}

#[tokio::test]
async fn tickets_are_found_by_their_key_and_by_what_they_are_about() {
    let store = store().await;
    for (text, count) in
        [("sec-1", 1), ("cve-2026-3", 1), ("weakness cve-2026-2", 1), ("left-pad", 3), ("100%", 0), ("_", 0)]
    {
        let filter = TicketFilter { state: None, text: Some(text.to_owned()) };
        assert_eq!(store.list_tickets(&filter, None, 10).await.unwrap().rows.len(), count, "{text}");
    }
}

#[tokio::test]
async fn a_list_goes_on_after_its_last_row() {
    let store = store().await;
    let filter = TicketFilter::default();
    let first = store.list_tickets(&filter, None, 2).await.unwrap();
    let second = store.list_tickets(&filter, first.next.as_deref(), 2).await.unwrap();
    assert_eq!((first.rows.len(), second.rows.len(), second.next), (2, 1, None));
    assert!(first.rows.iter().all(|row| row.subject.id > second.rows[0].subject.id));
}
