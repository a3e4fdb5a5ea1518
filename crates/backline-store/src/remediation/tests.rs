use super::{Matched, RemediationFilter};
use crate::store::Store;
use crate::testing::{day, lease_subjects, one, project, pull_request, report, take, ticket};
use crate::timeline::TimelineFilter;
use crate::vulnerability::VulnerabilityFilter;
use crate::work::Next;
use backline_core::ids::VulnerabilityId;
use backline_core::pull_request::State;
use backline_core::remediation::{Fix, Mode};
use backline_core::vulnerability::Status;

/// A store with one vulnerability whose subject is not due.
async fn store() -> (Store, VulnerabilityId) {
    let store = Store::fresh().await;
    store.save_project(project(), "ada", day(1)).await.unwrap();
    take(&store, report("trivy", vec![one("CVE-2026-1")]), 1, None).await;
    settle(&store, 1).await;
    let page = store.list_vulnerabilities(&VulnerabilityFilter::default(), None, 1).await.unwrap();
    (store, page.rows[0].vulnerability.id)
}

/// Works everything off; answers how many subjects were due.
async fn settle(store: &Store, on: u32) -> usize {
    let leases = lease_subjects(store, on).await;
    for lease in &leases {
        store.finish(lease, Next::Done).await.unwrap();
    }
    leases.len()
}

/// Matching gives one fix.
fn matched(id: VulnerabilityId) -> Matched {
    let fix = Fix { vulnerability: id, reason: "the title names it".to_owned() };
    Matched { fixes: vec![fix], judged: [id].into(), ..Matched::default() }
}

async fn status(store: &Store, id: VulnerabilityId) -> Status {
    store.load_vulnerability(id).await.unwrap().unwrap().status
}

#[tokio::test]
async fn a_pull_request_that_says_the_same_again_makes_nothing_due() {
    let (store, id) = store().await;
    let fixes = || matched(id);
    let open = pull_request(7, State::Open, None);
    store.follow_pull_request(open.clone(), fixes(), Mode::Hybrid, day(2)).await.unwrap();
    assert_eq!((settle(&store, 2).await, status(&store, id).await), (1, Status::InProgress));
    let mut rewritten = open.clone();
    rewritten.body = "with our block".to_owned();
    rewritten.updated_at = day(3);
    store.follow_pull_request(rewritten, fixes(), Mode::Hybrid, day(3)).await.unwrap();
    assert_eq!(settle(&store, 3).await, 0);
    store
        .follow_pull_request(pull_request(7, State::Closed, None), fixes(), Mode::Hybrid, day(4))
        .await
        .unwrap();
    assert_eq!((settle(&store, 4).await, status(&store, id).await), (1, Status::Open));
}

#[tokio::test]
async fn what_a_person_unlinked_is_not_matched_again_and_can_be_linked_again() {
    let (store, id) = store().await;
    let fixes = || matched(id);
    let open = pull_request(7, State::Open, None);
    let tracked = store.follow_pull_request(open.clone(), fixes(), Mode::Hybrid, day(2)).await.unwrap();
    store.unlink_fix(tracked.id, id, "ada", day(3)).await.unwrap();
    assert_eq!(status(&store, id).await, Status::Open);
    store.follow_pull_request(open, fixes(), Mode::Hybrid, day(4)).await.unwrap();
    assert!(store.remediations_of_vulnerability(id).await.unwrap().is_empty());
    settle(&store, 4).await;

    store.link_fix(tracked.id, id, "ada says so", "ada", day(5)).await.unwrap();
    assert_eq!((settle(&store, 5).await, status(&store, id).await), (1, Status::InProgress));
    assert_eq!(store.remediations_of_vulnerability(id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn remediations_are_found_by_branch_title_and_repository() {
    let (store, id) = store().await;
    let fixes = matched(id);
    store.follow_pull_request(pull_request(7, State::Open, None), fixes, Mode::Hybrid, day(2)).await.unwrap();
    for (text, count) in [("left_pad", 1), ("UPDATE acme", 1), ("leftxpad", 0)] {
        let filter = RemediationFilter { status: None, text: Some(text.to_owned()) };
        assert_eq!(store.list_remediations(&filter, None, 10).await.unwrap().rows.len(), count, "{text}");
    }
}

#[tokio::test]
async fn a_pull_request_names_the_tickets_of_what_it_fixes() {
    let (store, id) = store().await;
    let fixes = matched(id);
    let open = pull_request(7, State::Open, None);
    let tracked = store.follow_pull_request(open, fixes, Mode::Hybrid, day(2)).await.unwrap();
    assert_eq!(store.ticket_links(tracked.id).await.unwrap(), [], "the ticket is not made yet");
    let lease = lease_subjects(&store, 2).await.remove(0);
    let crate::work::WorkKey::Subject(subject) = lease.key else { panic!("a subject") };
    let pass = crate::reconcile::Outcome {
        ticket: Some(ticket(142)),
        verdict: crate::reconcile::Verdict::Clear(backline_core::notice::End::Mended),
        ..crate::reconcile::Outcome::new(subject)
    };
    store.finish_reconcile(&lease, pass, day(2)).await.unwrap();
    let links = store.ticket_links(tracked.id).await.unwrap();
    assert_eq!(links[0].url, "https://acme.example/browse/SEC-142");
}

#[tokio::test]
async fn what_matching_no_longer_gives_is_taken_back_while_the_pull_request_is_open() {
    let (store, id) = store().await;
    let nothing = |judged: &[VulnerabilityId]| Matched {
        judged: judged.iter().copied().collect(),
        ..Matched::default()
    };
    let open = pull_request(7, State::Open, None);
    let follow = async |pull, matched, on| {
        store.follow_pull_request(pull, matched, Mode::Hybrid, day(on)).await.unwrap()
    };
    follow(open.clone(), matched(id), 2).await;
    settle(&store, 2).await;
    follow(open.clone(), nothing(&[]), 3).await;
    assert_eq!(status(&store, id).await, Status::InProgress, "it was not looked at");
    follow(open.clone(), nothing(&[id]), 4).await;
    assert_eq!((settle(&store, 4).await, status(&store, id).await), (1, Status::Open));
    assert!(store.remediations_of_vulnerability(id).await.unwrap().is_empty());
    let about = TimelineFilter { vulnerability: Some(id), ..TimelineFilter::default() };
    let told = store.list_timeline(&about, None, 1).await.unwrap().rows.remove(0).text;
    assert_eq!(told, "acme/api#7 does not fix this: what linked it is no longer there");

    // Named again, and then merged: what is changed after that takes nothing back.
    follow(open.clone(), matched(id), 5).await;
    let merged = pull_request(7, State::Merged, Some(6));
    follow(merged.clone(), matched(id), 6).await;
    follow(merged, nothing(&[id]), 7).await;
    assert_eq!(status(&store, id).await, Status::PendingAction);
}

#[tokio::test]
async fn what_a_person_linked_is_not_taken_back() {
    let (store, id) = store().await;
    let open = pull_request(7, State::Open, None);
    let tracked =
        store.follow_pull_request(open.clone(), Matched::default(), Mode::Hybrid, day(2)).await.unwrap();
    store.link_fix(tracked.id, id, "ada says so", "ada", day(3)).await.unwrap();
    let nothing = Matched { judged: [id].into(), ..Matched::default() };
    store.follow_pull_request(open, nothing, Mode::Hybrid, day(4)).await.unwrap();
    assert_eq!(status(&store, id).await, Status::InProgress);
}
