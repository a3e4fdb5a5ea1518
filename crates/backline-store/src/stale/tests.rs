use crate::Store;
use crate::reconcile::{Decided, Looked, Outcome, Verdict};
use crate::testing::{day, lease_subjects, one, project, report, take, ticket};
use crate::work::{Due, Next, Priority, WorkKey};
use backline_core::ids::{CloudId, ConnectionId, IssueId, SubjectId, VulnerabilityId};
use backline_core::notice::End;
use backline_core::vulnerability::{Dismissal, DismissalKind, Status};
use uuid::Uuid;

/// A store with one ticket, issue 10142, and what it is about.
async fn one_ticket() -> (Store, CloudId, SubjectId, VulnerabilityId) {
    let store = Store::fresh().await;
    store.save_project(project(), "ada", day(1)).await.unwrap();
    take(&store, report("trivy", vec![one("CVE-2026-1")]), 1, None).await;
    let lease = lease_subjects(&store, 1).await.remove(0);
    let WorkKey::Subject(subject) = lease.key else { panic!("the lease of a subject") };
    let made = Outcome { ticket: Some(ticket(142)), ..outcome(subject) };
    store.finish_reconcile(&lease, made, day(1)).await.unwrap();
    let facts = store.load_facts(subject).await.unwrap().unwrap();
    (store, facts.subject.cloud_id, subject, facts.vulnerabilities[0].id)
}

fn outcome(subject: SubjectId) -> Outcome {
    Outcome { verdict: Verdict::Clear(End::Mended), ..Outcome::new(subject) }
}

fn feed_due(site: &CloudId) -> Due {
    let key = WorkKey::Feed(ConnectionId(Uuid::from_u128(9)));
    Due { key, site: Some(site.clone()), at: day(2), priority: Priority::Check, reason: "told".to_owned() }
}

#[tokio::test]
async fn a_ticket_is_stale_until_a_look_that_knew_of_the_change() {
    let (store, site, subject, _) = one_ticket().await;
    let issue = [IssueId::new("10142")];
    assert_eq!(store.tickets_of_issues(&site, &issue).await.unwrap()[0].subject, subject);
    assert!(store.tickets_of_issues(&CloudId::new("elsewhere"), &issue).await.unwrap().is_empty());
    assert!(store.stale_tickets(&site, 10).await.unwrap().is_empty());

    assert!(store.receive_change("cloud:1", vec![subject], feed_due(&site), day(2)).await.unwrap());
    assert!(!store.receive_change("cloud:1", vec![subject], feed_due(&site), day(2)).await.unwrap());
    let stale = store.stale_tickets(&site, 10).await.unwrap();
    assert_eq!(stale[0].stale, 1, "the same delivery again says nothing new");

    // A pass that began before a second change leaves it to the next one.
    store.touch(site.clone(), vec![subject], "changed in Jira", day(2)).await.unwrap();
    let lease = lease_subjects(&store, 2).await.remove(0);
    let looked = |stale| Some(Looked { stale, changed_at: Some(day(2)) });
    let first = Outcome { looked: looked(1), next: Next::At(day(2)), ..outcome(subject) };
    store.finish_reconcile(&lease, first, day(2)).await.unwrap();
    assert_eq!(store.stale_tickets(&site, 10).await.unwrap()[0].stale, 2);
    let lease = lease_subjects(&store, 2).await.remove(0);
    let second = Outcome { looked: looked(2), ..outcome(subject) };
    store.finish_reconcile(&lease, second, day(2)).await.unwrap();
    assert!(store.stale_tickets(&site, 10).await.unwrap().is_empty());

    // The newest change that was looked at never goes back.
    store.note_changes(vec![(subject, 0, day(1))]).await.unwrap();
    assert_eq!(store.tickets_of_issues(&site, &issue).await.unwrap()[0].changed_at, Some(day(2)));
}

#[tokio::test]
async fn a_decision_counts_for_what_the_ticket_is_about_and_is_taken_back() {
    let (store, site, subject, about) = one_ticket().await;
    let decide = async |decided| {
        store.touch(site.clone(), vec![subject], "changed in Jira", day(3)).await.unwrap();
        let lease = lease_subjects(&store, 3).await.remove(0);
        let pass = Outcome { decided: Some(decided), ..outcome(subject) };
        store.finish_reconcile(&lease, pass, day(3)).await.unwrap();
        store.load_vulnerability(about).await.unwrap().unwrap()
    };
    let dismissal = Dismissal {
        kind: DismissalKind::AcceptedRisk,
        until: Some(day(5)),
        ticket: Some(IssueId::new("10142")),
        ..Dismissal::said(day(3), "SEC-142", "was closed in Jira as Accepted")
    };
    let dismissed = decide(Decided::Dismissed(dismissal.clone())).await;
    assert_eq!((dismissed.status, dismissed.dismissed), (Status::Dismissed, Some(dismissal.clone())));
    let open = decide(Decided::TakenBack { by: "SEC-142".to_owned() }).await;
    assert_eq!((open.status, open.dismissed), (Status::Open, None));

    // It ends when its time has come, and not before.
    decide(Decided::Dismissed(dismissal)).await;
    assert!(store.end_dismissal(about, day(4)).await.unwrap().is_none());
    assert_eq!(store.end_dismissal(about, day(5)).await.unwrap().map(|open| open.status), Some(Status::Open));

    // What a person dismissed in Backline is not taken back by a ticket that is opened.
    store.dismiss(about, Dismissal::said(day(6), "ada", "not reachable")).await.unwrap();
    let kept = decide(Decided::TakenBack { by: "SEC-142".to_owned() }).await;
    assert_eq!(kept.status, Status::Dismissed);
}
