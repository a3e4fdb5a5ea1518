use super::{Batch, Held, Undone};
use crate::reconcile::{Outcome, Verdict};
use crate::testing::{day, lease_subjects, one, project, report, take, ticket};
use crate::work::{Lease, Next, WorkKey};
use crate::{Store, StoreError};
use backline_core::ids::SubjectId;
use backline_core::notice::End;
use jiff::{SignedDuration, Timestamp};

fn subject(lease: &Lease) -> SubjectId {
    match lease.key {
        WorkKey::Subject(id) => id,
        _ => panic!("the lease of a subject"),
    }
}

/// A store with four subjects that are leased.
async fn four() -> (Store, Vec<Lease>) {
    let store = Store::in_memory().await.unwrap();
    store.save_project(project(), "ada", day(1)).await.unwrap();
    let found = ["CVE-2026-1", "CVE-2026-2", "CVE-2026-3", "CVE-2026-4"].map(one).to_vec();
    take(&store, report("trivy", found), 1, None).await;
    let leases = lease_subjects(&store, 1).await;
    assert_eq!(leases.len(), 4);
    (store, leases)
}

/// A pass that made the ticket.
fn made(lease: &Lease) -> Outcome {
    Outcome {
        subject: subject(lease),
        ticket: Some(ticket(1)),
        looked: None,
        decided: None,
        confirmed: Vec::new(),
        failed: Vec::new(),
        timeline: Vec::new(),
        learned: Vec::new(),
        verdict: Verdict::Clear(End::Mended),
        due: Vec::new(),
        next: Next::Done,
    }
}

async fn admitted(store: &Store, lease: &Lease, per_hour: u32, at: Timestamp) -> bool {
    store.admit_create(lease, subject(lease), per_hour, at).await.unwrap()
}

#[tokio::test]
async fn an_hour_has_room_for_so_many_and_what_is_held_stays_held() {
    let (store, leases) = four().await;
    let at = day(1);
    let next = at + SignedDuration::from_mins(61);
    assert!(admitted(&store, &leases[0], 2, at).await && admitted(&store, &leases[1], 2, at).await);
    assert!(admitted(&store, &leases[1], 2, at).await, "the second try of one is not another one");
    assert!(!admitted(&store, &leases[2], 2, at).await);
    assert!(!admitted(&store, &leases[2], 2, next).await, "no hour lets it go");
    assert!(admitted(&store, &leases[3], 2, next).await, "what comes later has its hour");
    let held = store.held_creates().await.unwrap();
    assert_eq!(held, [Held { project: project().id, tickets: 1, since: at }]);
    let mut stale = leases[0].clone();
    stale.epoch += 1;
    let refused = store.admit_create(&stale, subject(&stale), 2, at).await;
    assert!(matches!(refused, Err(StoreError::Fenced)));
}

#[tokio::test]
async fn what_is_approved_goes_and_counts_for_no_hour() {
    let (store, leases) = four().await;
    for lease in &leases {
        admitted(&store, lease, 1, day(1)).await;
        store.finish(lease, Next::OnChange).await.unwrap();
    }
    let batches = store.approve_creates(None, "ada", day(1)).await.unwrap();
    let [Batch { tickets: 3, .. }] = batches.as_slice() else { panic!("{batches:?}") };
    assert_eq!(batches[0].place, "SEC / Bug");
    assert_eq!(store.held_creates().await.unwrap(), []);
    assert_eq!(store.approve_creates(None, "ada", day(1)).await.unwrap(), [], "nothing is left");
    let again = lease_subjects(&store, 2).await;
    assert_eq!(again.len(), 3, "they are due at once");
    for lease in &again {
        assert!(admitted(&store, lease, 1, day(1)).await);
    }
    assert_eq!(store.list_batches(10).await.unwrap(), batches);
}

#[tokio::test]
async fn a_batch_is_taken_back_whole_and_only_once() {
    let (store, leases) = four().await;
    for lease in &leases {
        admitted(&store, lease, 1, day(1)).await;
        store.finish(lease, Next::OnChange).await.unwrap();
    }
    let batch = store.approve_creates(Some(&[project().id]), "ada", day(1)).await.unwrap().remove(0);
    let again = lease_subjects(&store, 2).await;
    store.finish_reconcile(&again[0], made(&again[0]), day(1)).await.unwrap();
    let undone = store.undo_batch(batch.id, "ada", day(2)).await.unwrap();
    assert_eq!(undone, Undone { unlinked: 1, held: 2 });
    let held = store.held_creates().await.unwrap();
    assert_eq!(held[0].tickets, 3, "what takes the place of the ticket waits too");
    assert!(matches!(store.undo_batch(batch.id, "ada", day(2)).await, Err(StoreError::Conflict(_))));
    assert!(store.list_batches(10).await.unwrap()[0].undone_at.is_some());
}

#[tokio::test]
async fn what_has_its_ticket_or_needs_none_waits_no_more() {
    let (store, leases) = four().await;
    for lease in &leases[..2] {
        assert!(!admitted(&store, lease, 0, day(1)).await);
    }
    store.finish_reconcile(&leases[0], made(&leases[0]), day(1)).await.unwrap();
    assert_eq!(store.held_creates().await.unwrap()[0].tickets, 1, "the limit was lifted, and it was made");
    let none = Outcome { ticket: None, verdict: Verdict::Clear(End::Resolved), ..made(&leases[1]) };
    store.finish_reconcile(&leases[1], none, day(1)).await.unwrap();
    assert_eq!(store.held_creates().await.unwrap(), []);
}
