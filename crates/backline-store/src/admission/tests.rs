use super::{Approval, Batch, Undone};
use crate::intent::{Begun, Intent};
use crate::reconcile::{Outcome, Verdict};
use crate::testing::{day, lease_subjects, one, project, report, take, ticket};
use crate::ticket::Unlinked;
use crate::work::{Lease, Next, WorkKey};
use crate::{Store, StoreError};
use backline_core::ids::{IntentId, SubjectId};
use backline_core::notice::End;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

fn subject(lease: &Lease) -> SubjectId {
    match lease.key {
        WorkKey::Subject(id) => id,
        _ => panic!("the lease of a subject"),
    }
}

/// A store with four subjects that are leased.
async fn four() -> (Store, Vec<Lease>) {
    let store = Store::fresh().await;
    store.save_project(project(), "ada", day(1)).await.unwrap();
    let found = ["CVE-2026-1", "CVE-2026-2", "CVE-2026-3", "CVE-2026-4"].map(one).to_vec();
    take(&store, report("trivy", found), 1, None).await;
    let leases = lease_subjects(&store, 1).await;
    assert_eq!(leases.len(), 4);
    (store, leases)
}

/// The same with all but the first held, in slices that nobody works on.
async fn three_held() -> (Store, Vec<Lease>) {
    let (store, leases) = four().await;
    for lease in &leases {
        admitted(&store, lease, 1, day(1)).await;
        store.finish(lease, Next::OnChange).await.unwrap();
    }
    (store, leases)
}

/// A pass that made a ticket.
fn made(lease: &Lease, number: u64) -> Outcome {
    Outcome {
        ticket: Some(ticket(number)),
        verdict: Verdict::Clear(End::Mended),
        ..Outcome::new(subject(lease))
    }
}

fn begun(lease: &Lease) -> Begun {
    let intent = Intent {
        id: IntentId(subject(lease).0),
        subject: subject(lease),
        kind: "create".to_owned(),
        nonce: Uuid::from_u128(1),
        operation: serde_json::json!({}),
        begun_at: day(1),
        deadline_at: day(1),
    };
    Begun { lease: lease.clone(), intent, failed: Vec::new() }
}

async fn admitted(store: &Store, lease: &Lease, per_hour: u32, at: Timestamp) -> bool {
    let asked = [(lease.clone(), subject(lease))];
    store.admit_creates(&asked, per_hour, at).await.unwrap().remove(0).unwrap()
}

/// Carries every batch that is due, two subjects a slice; what else is due stays so.
async fn carry(store: &Store, at: Timestamp) {
    for lease in store.lease("batches", at, 1_000, 100, &[]).await.unwrap() {
        let next = match lease.key {
            WorkKey::Batch(id) => {
                while store.carry_batch(&lease, id, 2, at).await.unwrap() {}
                Next::Done
            }
            _ => Next::At(at),
        };
        store.finish(&lease, next).await.unwrap();
    }
}

async fn lease_batch(store: &Store, id: Uuid, at: Timestamp) -> Lease {
    let leases = store.lease("batches", at, 1_000, 100, &[]).await.unwrap();
    leases.into_iter().find(|lease| lease.key == WorkKey::Batch(id)).expect("it is due")
}

async fn held(store: &Store) -> u64 {
    store.held_creates().await.unwrap().iter().map(|held| held.shown.tickets).sum()
}

async fn batch(store: &Store) -> Batch {
    store.list_batches(1).await.unwrap().remove(0)
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
    assert_eq!((held[0].shown.project, held[0].shown.tickets, held[0].since), (project().id, 1, at));
    let mut stale = leases[0].clone();
    stale.epoch += 1;
    let refused = store.admit_creates(&[(stale, subject(&leases[0]))], 2, at).await.unwrap().remove(0);
    assert!(matches!(refused, Err(StoreError::Fenced)));
}

#[tokio::test]
async fn of_several_that_ask_at_once_so_many_get_leave_as_have_room() {
    let (store, leases) = four().await;
    let asked: Vec<(Lease, SubjectId)> = leases.iter().map(|lease| (lease.clone(), subject(lease))).collect();
    let answers = store.admit_creates(&asked, 3, day(1)).await.unwrap();
    let answers: Vec<bool> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers, [true, true, true, false]);
    let answers = store.admit_creates(&asked, 3, day(1)).await.unwrap();
    assert_eq!(answers.into_iter().filter(|answer| matches!(answer, Ok(true))).count(), 3, "asked again");
}

/// Whoever unlinks a ticket makes room for no other.
#[tokio::test]
async fn an_unlinked_ticket_still_counts_in_its_hour() {
    let (store, leases) = four().await;
    assert!(admitted(&store, &leases[0], 1, day(1)).await);
    store.finish_reconcile(&leases[0], made(&leases[0], 1), day(1)).await.unwrap();
    let Unlinked { next } = store.unlink(subject(&leases[0]), "ada", day(1)).await.unwrap();
    let again = store.lease("test", day(1), 1_000, 100, &[]).await.unwrap();
    let next = again.iter().find(|lease| Some(&lease.key) == next.map(WorkKey::Subject).as_ref());
    assert!(!admitted(&store, next.expect("its successor is due"), 1, day(1)).await);
}

#[tokio::test]
async fn what_is_approved_goes_and_counts_for_no_hour() {
    let (store, _) = three_held().await;
    let batches = store.approve_creates(None, "ada", day(1)).await.unwrap();
    let [Batch { tickets: 3, .. }] = batches.as_slice() else { panic!("{batches:?}") };
    assert_eq!(batches[0].place, "SEC / Bug");
    assert_eq!(store.held_creates().await.unwrap(), []);
    assert_eq!(store.approve_creates(None, "ada", day(1)).await.unwrap(), [], "nothing is left");
    carry(&store, day(2)).await;
    let again = lease_subjects(&store, 3).await;
    assert_eq!(again.len(), 3, "they are due");
    for lease in &again {
        assert!(admitted(&store, lease, 1, day(1)).await);
    }
    assert_eq!(store.list_batches(10).await.unwrap(), batches);
}

#[tokio::test]
async fn a_slice_that_was_carried_is_not_carried_again() {
    let (store, _) = three_held().await;
    let batch = store.approve_creates(None, "ada", day(1)).await.unwrap().remove(0);
    let lease = lease_batch(&store, batch.id, day(2)).await;
    assert!(store.carry_batch(&lease, batch.id, 2, day(2)).await.unwrap(), "one is left");
    assert_eq!(lease_subjects(&store, 2).await.len(), 2, "those of the first slice");
    carry(&store, day(3)).await;
    let stale = store.carry_batch(&lease, batch.id, 2, day(3)).await;
    assert!(matches!(stale, Err(StoreError::Fenced)));
    assert_eq!(lease_subjects(&store, 4).await.len(), 3);
}

#[tokio::test]
async fn an_approval_takes_what_was_shown_and_nothing_that_came_later() {
    let (store, leases) = four().await;
    for lease in &leases[..2] {
        assert!(!admitted(&store, lease, 0, day(1)).await);
    }
    let shown = store.held_creates().await.unwrap()[0].shown;
    assert!(!admitted(&store, &leases[2], 0, day(1)).await, "in the same millisecond");
    let given = store.approve_shown(shown, "ada", day(1)).await.unwrap();
    assert!(matches!(given, Approval::Given(Batch { tickets: 2, .. })), "{given:?}");
    assert_eq!(held(&store).await, 1);
}

#[tokio::test]
async fn what_is_no_longer_as_it_was_shown_is_not_approved() {
    let (store, leases) = four().await;
    for lease in &leases[..3] {
        assert!(!admitted(&store, lease, 0, day(1)).await);
    }
    let shown = store.held_creates().await.unwrap()[0].shown;
    let none = Outcome { ticket: None, verdict: Verdict::Clear(End::Resolved), ..made(&leases[0], 1) };
    store.finish_reconcile(&leases[0], none, day(1)).await.unwrap();
    let differs = store.approve_shown(shown, "ada", day(1)).await.unwrap();
    assert_eq!(differs, Approval::Differs { waiting: 2 });
    assert_eq!((held(&store).await, store.list_batches(10).await.unwrap()), (2, Vec::new()));
}

#[tokio::test]
async fn a_batch_is_taken_back_whole_and_only_once() {
    let (store, _) = three_held().await;
    let id = store.approve_creates(Some(&[project().id]), "ada", day(1)).await.unwrap().remove(0).id;
    carry(&store, day(2)).await;
    let again = lease_subjects(&store, 3).await;
    store.finish_reconcile(&again[0], made(&again[0], 1), day(3)).await.unwrap();
    let undone = store.undo_batch(id, "ada", day(3)).await.unwrap();
    assert_eq!(undone, Undone { unlinked: 1, held: 2, under_way: 0 });
    assert!(!admitted(&store, &again[1], 9, day(3)).await, "nothing of it gets leave any more");
    assert_eq!((batch(&store).await.undo_at, batch(&store).await.undone_at), (Some(day(3)), None));
    carry(&store, day(4)).await;
    assert_eq!(held(&store).await, 3, "what takes the place of the ticket waits too");
    assert!(matches!(store.undo_batch(id, "ada", day(4)).await, Err(StoreError::Conflict(_))));
    assert_eq!(batch(&store).await.undone_at, Some(day(4)));
}

#[tokio::test]
async fn what_is_on_the_wire_when_a_batch_is_taken_back_is_let_go_of_once_it_is_made() {
    let (store, _) = three_held().await;
    let id = store.approve_creates(None, "ada", day(1)).await.unwrap().remove(0).id;
    carry(&store, day(2)).await;
    let again = lease_subjects(&store, 3).await;
    let answers = store.begin_creates(&[begun(&again[0])], true, day(3)).await.unwrap();
    assert!(matches!(answers[..], [Ok(true)]));
    let undone = store.undo_batch(id, "ada", day(3)).await.unwrap();
    assert_eq!(undone, Undone { unlinked: 0, held: 2, under_way: 1 });
    // It had leave, and comes to its call only now.
    let answers = store.begin_creates(&[begun(&again[1])], true, day(3)).await.unwrap();
    assert!(matches!(answers[..], [Ok(false)]));
    let late = lease_batch(&store, id, day(3)).await;
    store.carry_batch(&late, id, 9, day(3)).await.unwrap();
    store.finish(&late, Next::Done).await.unwrap();
    assert_eq!((held(&store).await, batch(&store).await.undone_at), (2, None), "one is not known yet");
    let landed = Outcome { confirmed: vec![IntentId(subject(&again[0]).0)], ..made(&again[0], 1) };
    store.finish_reconcile(&again[0], landed, day(3)).await.unwrap();
    carry(&store, day(4)).await;
    assert_eq!((held(&store).await, batch(&store).await.undone_at), (3, Some(day(4))));
    let again = store.unlink(subject(&again[0]), "ada", day(4)).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "it was let go of");
}

#[tokio::test]
async fn what_has_its_ticket_or_needs_none_waits_no_more() {
    let (store, leases) = four().await;
    for lease in &leases[..2] {
        assert!(!admitted(&store, lease, 0, day(1)).await);
    }
    store.finish_reconcile(&leases[0], made(&leases[0], 1), day(1)).await.unwrap();
    assert_eq!(held(&store).await, 1, "the limit was lifted, and it was made");
    let none = Outcome { ticket: None, verdict: Verdict::Clear(End::Resolved), ..made(&leases[1], 1) };
    store.finish_reconcile(&leases[1], none, day(1)).await.unwrap();
    assert_eq!(store.held_creates().await.unwrap(), []);
}

#[tokio::test]
async fn creates_begin_together_and_each_stands_for_itself() {
    let (store, leases) = four().await;
    let mut stale = begun(&leases[3]);
    stale.lease.epoch += 1;
    assert!(!admitted(&store, &leases[2], 0, day(1)).await);
    let all = [begun(&leases[0]), begun(&leases[1]), begun(&leases[2]), stale];
    let answers = store.begin_creates(&all, true, day(1)).await.unwrap();
    assert!(matches!(answers[..], [Ok(true), Ok(true), Ok(false), Err(StoreError::Fenced)]), "{answers:?}");
    let mut second = begun(&leases[0]);
    second.intent.id = IntentId(Uuid::from_u128(7));
    let answers = store.begin_creates(&[second.clone()], true, day(1)).await.unwrap();
    assert!(matches!(answers[..], [Err(StoreError::Conflict(_))]), "{answers:?}");
    second.failed = vec![all[0].intent.id];
    let answers = store.begin_creates(&[second.clone()], true, day(1)).await.unwrap();
    assert!(matches!(answers[..], [Ok(true)]), "{answers:?}");
    assert_eq!(store.open_intents(subject(&leases[0])).await.unwrap(), [second.intent]);
}
