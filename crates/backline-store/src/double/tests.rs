use super::Double;
use crate::Store;
use crate::intent::Intent;
use crate::reconcile::Outcome;
use crate::testing::{connected, day, lease_subjects, one, report, take, ticket};
use crate::timeline::{TimelineEntry, TimelineKind};
use crate::work::{Lease, WorkKey};
use backline_core::ids::{CloudId, IntentId, IssueId, SubjectId};
use backline_core::notice::{Blocked, End};
use uuid::Uuid;

async fn one_subject() -> (Store, Lease, SubjectId, CloudId) {
    let store = connected().await;
    take(&store, report("trivy", vec![one("CVE-2026-1")]), 1, None).await;
    let lease = lease_subjects(&store, 1).await.remove(0);
    let WorkKey::Subject(subject) = lease.key else { panic!("the lease of a subject") };
    let site = store.load_facts(subject).await.unwrap().unwrap().subject.cloud_id;
    (store, lease, subject, site)
}

fn create(subject: SubjectId, number: u128) -> Intent {
    Intent {
        id: IntentId(Uuid::from_u128(number)),
        subject,
        kind: "create".to_owned(),
        nonce: Uuid::from_u128(100 + number),
        operation: serde_json::json!({}),
        begun_at: day(1),
        deadline_at: day(1),
    }
}

async fn open(store: &Store, subject: SubjectId) -> Vec<Uuid> {
    store.open_intents(subject).await.unwrap().into_iter().map(|intent| intent.nonce).collect()
}

#[tokio::test]
async fn a_subject_has_the_same_id_wherever_it_is_made() {
    let (_, _, here, _) = one_subject().await;
    let store = connected().await;
    // Other ids were given before.
    take(&store, report("grype", vec![one("CVE-2026-9"), one("CVE-2026-1")]), 1, None).await;
    let there: Vec<_> = lease_subjects(&store, 1).await.into_iter().map(|lease| lease.key).collect();
    assert!(there.contains(&WorkKey::Subject(here)), "{there:?}");
}

#[tokio::test]
async fn a_create_that_came_to_something_is_opened_again_instead_of_another() {
    let (store, lease, subject, site) = one_subject().await;
    store.begin_intent(&lease, &create(subject, 1), &[]).await.unwrap();
    store.begin_intent(&lease, &create(subject, 2), &[IntentId(Uuid::from_u128(1))]).await.unwrap();
    assert!(store.was_tried(subject, Uuid::from_u128(101)).await.unwrap());
    assert!(!store.was_tried(subject, Uuid::from_u128(109)).await.unwrap());
    store.expect_ticket(&site, create(subject, 1), "found", day(2)).await.unwrap();
    assert_eq!(open(&store, subject).await, [Uuid::from_u128(101)]);

    // One that this store never began, as after a backup was restored.
    store.expect_ticket(&site, create(subject, 3), "found", day(2)).await.unwrap();
    assert_eq!(open(&store, subject).await, [Uuid::from_u128(103)]);

    // Nothing is expected of a subject that has its ticket.
    let made = Outcome {
        ticket: Some(ticket(142)),
        confirmed: vec![IntentId(Uuid::from_u128(3))],
        ..Outcome::new(subject)
    };
    store.finish_reconcile(&lease, made, day(2)).await.unwrap();
    store.expect_ticket(&site, create(subject, 1), "found", day(2)).await.unwrap();
    assert!(open(&store, subject).await.is_empty());
}

#[tokio::test]
async fn what_is_found_before_its_subject_is_there_waits_for_it() {
    let (_, _, subject, site) = one_subject().await;
    let store = connected().await;
    store.expect_ticket(&site, create(subject, 7), "found", day(1)).await.unwrap();
    take(&store, report("trivy", vec![one("CVE-2026-1")]), 2, None).await;
    assert_eq!(open(&store, subject).await, [Uuid::from_u128(107)]);
}

#[tokio::test]
async fn a_double_is_told_once_and_until_it_is_over() {
    let (store, lease, subject, site) = one_subject().await;
    let made = Outcome { ticket: Some(ticket(142)), ..Outcome::new(subject) };
    store.finish_reconcile(&lease, made, day(1)).await.unwrap();
    let issues = ["10142", "10150"].map(IssueId::from);
    let unknown = store.unknown_issues(&site, &issues).await.unwrap();
    assert_eq!(unknown.into_iter().collect::<Vec<_>>(), [IssueId::from("10150")]);

    let double = Double {
        site: site.clone(),
        issue: "10150".into(),
        key: "SEC-150".into(),
        subject,
        found_at: day(2),
    };
    let blocked = Blocked {
        cause: "double:10150".to_owned(),
        what: "SEC-150 is a second ticket beside SEC-142".to_owned(),
        why: String::new(),
        remedy: String::new(),
        page: String::new(),
    };
    let add = async || {
        let entry = TimelineEntry::new(day(2), TimelineKind::Failed, "a second").about_subject(subject);
        store.add_double(double.clone(), blocked.clone(), entry).await.unwrap()
    };
    assert_eq!((add().await, add().await), (true, false));
    assert_eq!(store.open_doubles(&site, 9).await.unwrap(), std::slice::from_ref(&double));
    assert_eq!(store.list_notices(9).await.unwrap().len(), 1);

    store.end_double(&double, "double:10150", day(3)).await.unwrap();
    assert!(store.open_doubles(&site, 9).await.unwrap().is_empty());
    assert_eq!(store.list_notices(9).await.unwrap()[0].ended_as, Some(End::Mended));
    assert!(!add().await, "what a person settled is not told again");
}
