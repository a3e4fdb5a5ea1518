use crate::reconcile::Outcome;
use crate::remediation::Matched;
use crate::store::Store;
use crate::testing::{day, finding, lease_subjects, one, project, pull_request, report, take, ticket};
use crate::vulnerability::VulnerabilityFilter;
use crate::work::{Next, WorkKey};
use backline_core::ids::{IssueKey, VulnerabilityId};
use backline_core::pull_request::{PullRequest, State};
use backline_core::remediation::matching;
use backline_core::remediation::{Fix, Mode};
use backline_core::severity::Severity;
use backline_core::ticket::Ticket;

async fn the_vulnerability(store: &Store) -> VulnerabilityId {
    let page = store.list_vulnerabilities(&VulnerabilityFilter::default(), None, 9).await.unwrap();
    page.rows[0].vulnerability.id
}

fn titled(number: u64, title: &str) -> PullRequest {
    PullRequest { title: title.to_owned(), branch: "b".to_owned(), ..pull_request(number, State::Open, None) }
}

/// A pull request as the loop follows it.
async fn follow(store: &Store, read: PullRequest, on: u32) {
    let candidates = store.match_candidates(&read).await.unwrap();
    let views: Vec<_> = candidates.iter().map(super::MatchCandidate::view).collect();
    let found = matching::find(&read, &views);
    let fix = |found: matching::Match| Fix { vulnerability: found.vulnerability, reason: found.sentence() };
    let matched = Matched {
        fixes: found.certain.into_iter().map(fix).collect(),
        suggestions: found.suggestions.into_iter().map(fix).collect(),
        judged: views.iter().map(|view| view.vulnerability).collect(),
    };
    store.follow_pull_request(read, matched, Mode::Hybrid, day(on)).await.unwrap();
}

/// Takes everything that is due; answers the pull requests among it.
async fn due(store: &Store, on: u32) -> Vec<u64> {
    let leases = store.lease("a", day(on), 1_000, 100, &[]).await.unwrap();
    let mut numbers = Vec::new();
    for lease in leases {
        if let WorkKey::PullRequest { number, .. } = lease.key {
            numbers.push(number);
        }
        store.finish(&lease, Next::Done).await.unwrap();
    }
    numbers
}

#[tokio::test]
async fn a_report_has_only_those_pull_requests_read_again_that_it_concerns() {
    let store = Store::fresh().await;
    for (number, title) in [(7, "Fix CVE-2026-1001"), (8, "Tidy"), (9, "Fix CVE-2026-9999")] {
        follow(&store, titled(number, title), 1).await;
    }
    take(&store, report("trivy", vec![one("CVE-2026-1001")]), 2, None).await;
    assert_eq!(due(&store, 2).await, [7]);
    follow(&store, titled(7, "Fix CVE-2026-1001"), 2).await;

    let worse = finding("CVE-2026-1001", &["CVE-2026-1001"], Severity::Critical, "1.0.0");
    let changed = take(&store, report("trivy", vec![worse, one("CVE-2026-1002")]), 3, None).await;
    assert_eq!((changed.counts.changed, changed.counts.new), (1, 1));
    assert_eq!(due(&store, 3).await, [0; 0], "what is known is not asked for again");
}

#[tokio::test]
async fn a_pull_request_that_is_being_read_while_a_report_comes_is_read_again() {
    let store = Store::fresh().await;
    let key = WorkKey::PullRequest { repository: crate::testing::REPOSITORY.into(), number: 7 };
    let new = crate::work::Due {
        key,
        site: None,
        at: day(1),
        priority: crate::work::Priority::PullRequest,
        reason: "a test".to_owned(),
    };
    store.mark_due(vec![new]).await.unwrap();
    let lease = store.lease("a", day(1), 1_000, 1, &[]).await.unwrap().remove(0);
    take(&store, report("trivy", vec![one("CVE-2026-1001")]), 1, None).await;
    store.finish(&lease, Next::Done).await.unwrap();
    assert_eq!(due(&store, 1).await, [7]);
}

#[tokio::test]
async fn a_former_key_of_a_moved_ticket_still_leads_to_it() {
    let store = Store::fresh().await;
    store.save_project(project(), "ada", day(1)).await.unwrap();
    take(&store, report("trivy", vec![one("CVE-2026-1001")]), 1, None).await;
    for key in ["SEC-142", "OPS-9"] {
        let lease = lease_subjects(&store, 2).await.remove(0);
        let WorkKey::Subject(subject) = lease.key else { panic!("a subject") };
        let outcome = Outcome {
            ticket: Some(Ticket { key: IssueKey::from(key), ..ticket(142) }),
            next: Next::At(day(2)),
            ..Outcome::new(subject)
        };
        store.finish_reconcile(&lease, outcome, day(2)).await.unwrap();
    }
    // Of another repository, where nothing but a key leads to it.
    let elsewhere = |title: &str| PullRequest { repository: "acme/web".into(), ..titled(3, title) };
    for (title, count) in [("Fix SEC-142", 1), ("Fix OPS-9", 1), ("Fix SEC-1", 0), ("Fix CVE-2026-1001", 0)] {
        assert_eq!(store.match_candidates(&elsewhere(title)).await.unwrap().len(), count, "{title}");
    }
    follow(&store, elsewhere("Fix SEC-142"), 3).await;
    let vulnerability = the_vulnerability(&store).await;
    assert_eq!(store.remediations_of_vulnerability(vulnerability).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_written_is_remembered_beside_how_often_it_was_given_back() {
    let store = Store::fresh().await;
    let read = store.follow_pull_request(titled(7, "Tidy"), Matched::default(), Mode::Hybrid, day(1)).await;
    let id = read.unwrap().id;
    let written = async |on| store.load_written_block(id, day(on)).await.unwrap();
    assert!(written(1).await.was(None) && !written(1).await.was(Some("Jira: SEC-1")));
    store.set_block_comment(id, true).await.unwrap();
    store.wrote_block(id, Some("Jira: SEC-1")).await.unwrap();
    for on in [2, 2, 3] {
        store.count_restored_block(id, day(on)).await.unwrap();
    }
    let known = written(2).await;
    assert!(known.was(Some("Jira: SEC-1")) && !known.was(None) && known.has_comment);
    assert_eq!(
        (known.restored_today, written(3).await.restored_today, written(4).await.restored_today),
        (2, 1, 0)
    );
}
