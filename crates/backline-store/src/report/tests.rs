use super::Counts;
use crate::remediation::Matched;
use crate::store::Store;
use crate::testing::{day, finding, one, project, pull_request, report, take};
use crate::vulnerability::VulnerabilityFilter;
use crate::work::WorkKey;
use backline_core::finding::{Finding, Report};
use backline_core::pull_request::State;
use backline_core::remediation::{self, Fix, Mode};
use backline_core::severity::Severity;
use backline_core::vulnerability::{Status, Vulnerability};

fn counts(new: u64, unchanged: u64, changed: u64, reopened: u64, resolved: u64) -> Counts {
    Counts { new, unchanged, changed, reopened, resolved }
}

async fn all(store: &Store) -> Vec<Vulnerability> {
    let page = store.list_vulnerabilities(&VulnerabilityFilter::default(), None, 100).await.expect("a list");
    page.rows.into_iter().map(|row| row.vulnerability).collect()
}

#[tokio::test]
async fn the_same_bytes_again_change_nothing() {
    let store = Store::fresh().await;
    let first = take(&store, report("trivy", vec![one("CVE-2026-1"), one("CVE-2026-2")]), 1, None).await;
    assert_eq!(first.counts, counts(2, 0, 0, 0, 0));
    let again = take(&store, report("trivy", vec![one("CVE-2026-1"), one("CVE-2026-2")]), 2, None).await;
    assert_eq!((again.counts, again.is_repeated), (counts(0, 2, 0, 0, 0), true));
}

#[tokio::test]
async fn what_a_scope_no_longer_shows_is_resolved_and_comes_back() {
    let store = Store::fresh().await;
    take(&store, report("trivy", vec![one("CVE-2026-1"), one("CVE-2026-2")]), 1, None).await;
    let gone = take(&store, report("trivy", vec![one("CVE-2026-2")]), 2, None).await;
    assert_eq!(gone.counts, counts(0, 1, 0, 0, 1));
    let resolved = all(&store).await.into_iter().find(|v| v.identifiers == ["CVE-2026-1"]).unwrap();
    assert_eq!(resolved.status, Status::Resolved);
    assert_eq!(resolved.resolved.unwrap().evidence, "absent in the trivy scan of 2 March 2026");
    let back = take(&store, report("trivy", vec![one("CVE-2026-1"), one("CVE-2026-2")]), 3, None).await;
    assert_eq!(back.counts, counts(0, 1, 0, 1, 0));
    let reopened = all(&store).await.into_iter().find(|v| v.identifiers == ["CVE-2026-1"]).unwrap();
    assert_eq!((reopened.id, reopened.status, reopened.reopened_count), (resolved.id, Status::Open, 1));
}

#[tokio::test]
async fn another_scanner_that_shows_it_still_keeps_it_open() {
    let store = Store::fresh().await;
    take(&store, report("trivy", vec![one("CVE-2026-1")]), 1, None).await;
    let other = take(&store, report("grype", vec![one("CVE-2026-1")]), 1, None).await;
    assert_eq!(other.counts.new, 0, "two scanners, one vulnerability");
    let gone = take(&store, report("trivy", vec![]), 2, Some(true)).await;
    assert_eq!(gone.counts.resolved, 0);
    let gone = take(&store, report("grype", vec![]), 3, Some(true)).await;
    assert_eq!(gone.counts.resolved, 1);
}

#[tokio::test]
async fn a_filtered_report_resolves_nothing() {
    let store = Store::fresh().await;
    take(&store, report("trivy", vec![one("CVE-2026-1"), one("CVE-2026-2")]), 1, None).await;
    let filtered = take(&store, report("trivy", vec![one("CVE-2026-2")]), 2, Some(false)).await;
    assert_eq!(filtered.counts.resolved, 0);
}

#[tokio::test]
async fn an_older_report_moves_nothing() {
    let store = Store::fresh().await;
    let dated = |findings, on| Report { scanned_at: Some(day(on)), ..report("trivy", findings) };
    take(&store, dated(vec![one("CVE-2026-1")], 5), 5, None).await;
    let older = take(&store, dated(vec![one("CVE-2026-2")], 4), 6, None).await;
    assert_eq!((older.counts.new, older.counts.resolved), (0, 0));
    assert_eq!(all(&store).await.len(), 1);
}

#[tokio::test]
async fn too_much_gone_at_once_is_asked_about_and_believed_when_a_person_says_so() {
    let store = Store::fresh().await;
    let many: Vec<Finding> = (0..30).map(|n| one(&format!("CVE-2026-{n}"))).collect();
    take(&store, report("trivy", many), 1, None).await;
    let held = take(&store, report("trivy", vec![one("CVE-2026-0")]), 2, None).await;
    assert_eq!((held.counts.resolved, held.held.as_ref().map(|hold| hold.absent)), (0, Some(29)));
    let waiting = store.held_reports().await.unwrap();
    assert_eq!(waiting.iter().map(|held| held.report).collect::<Vec<_>>(), [held.report]);
    let believed = store.believe(held.report, "ada", day(2)).await.unwrap();
    assert_eq!(believed.counts.resolved, 29);
    assert!(store.held_reports().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_person_who_says_complete_with_the_same_report_answers_the_question() {
    let store = Store::fresh().await;
    let many: Vec<Finding> = (0..30).map(|n| one(&format!("CVE-2026-{n}"))).collect();
    take(&store, report("trivy", many), 1, None).await;
    take(&store, report("trivy", vec![one("CVE-2026-0")]), 2, None).await;
    let answered = take(&store, report("trivy", vec![one("CVE-2026-0")]), 2, Some(true)).await;
    assert_eq!(answered.counts.resolved, 29);
}

#[tokio::test]
async fn a_later_alias_finds_the_same_vulnerability() {
    let store = Store::fresh().await;
    take(&store, report("trivy", vec![finding("GHSA-1", &["GHSA-1"], Severity::High, "1.0.0")]), 1, None)
        .await;
    let both = finding("CVE-2026-1", &["CVE-2026-1", "GHSA-1"], Severity::High, "1.0.0");
    let later = take(&store, report("trivy", vec![both]), 2, None).await;
    assert_eq!(later.counts.new, 0, "{:?}", later.counts);
    assert_eq!(all(&store).await[0].identifiers, ["CVE-2026-1", "GHSA-1"]);
}

#[tokio::test]
async fn an_alias_that_a_later_row_brings_counts_for_the_rows_before_it() {
    let store = Store::fresh().await;
    let row = |advisory: &str, aliases: &[&str]| finding(advisory, aliases, Severity::High, "1.0.0");
    take(&store, report("trivy", vec![row("GHSA-1", &["GHSA-1"])]), 1, None).await;
    let rows = vec![row("CVE-1", &["CVE-1"]), row("CVE-1", &["CVE-1", "GHSA-1"])];
    let later = take(&store, report("trivy", rows), 2, None).await;
    assert_eq!((later.counts.new, later.counts.resolved), (0, 0), "{:?}", later.counts);
    let all = all(&store).await;
    assert_eq!((all.len(), all[0].status), (1, Status::Open));
    assert_eq!(all[0].identifiers, ["CVE-1", "GHSA-1"], "nothing that either row says is lost");
}

#[tokio::test]
async fn a_changed_severity_makes_the_ticket_due_and_an_unchanged_one_does_not() {
    let store = Store::fresh().await;
    store.save_project(project(), "ada", day(1)).await.unwrap();
    take(&store, report("trivy", vec![one("CVE-2026-1"), one("CVE-2026-2")]), 1, None).await;
    let due = store.lease("test", day(1), 1_000, 10, &[]).await.unwrap();
    let subjects = due.iter().filter(|lease| matches!(lease.key, WorkKey::Subject(_))).count();
    assert_eq!(subjects, 2, "each new vulnerability has a subject that is due");
    for lease in due {
        store.finish(&lease, crate::work::Next::Done).await.unwrap();
    }
    let worse = finding("CVE-2026-1", &["CVE-2026-1"], Severity::Critical, "1.0.0");
    let changed = take(&store, report("trivy", vec![worse, one("CVE-2026-2")]), 2, None).await;
    assert_eq!(changed.counts, counts(0, 1, 1, 0, 0));
    let due = store.lease("test", day(2), 1_000, 10, &[]).await.unwrap();
    assert_eq!(due.len(), 1);
}

#[tokio::test]
async fn a_filtered_report_that_comes_again_as_a_complete_one_resolves() {
    let store = Store::fresh().await;
    take(&store, report("trivy", vec![one("CVE-2026-1"), one("CVE-2026-2")]), 1, None).await;
    take(&store, report("trivy", vec![one("CVE-2026-2")]), 2, Some(false)).await;
    let complete = take(&store, report("trivy", vec![one("CVE-2026-2")]), 2, None).await;
    assert_eq!(complete.counts, counts(0, 1, 0, 0, 1));
}

#[tokio::test]
async fn what_is_new_in_a_report_does_not_hide_that_everything_else_is_gone() {
    let store = Store::fresh().await;
    // Of two severities, so that only the share of the scope can hold it.
    let many = |from: usize| -> Vec<Finding> {
        let severity = |n| if n % 2 == 0 { Severity::High } else { Severity::Low };
        let name = |n| format!("CVE-2026-{n}");
        (from..from + 30).map(|n| finding(&name(n), &[&name(n)], severity(n), "1.0.0")).collect()
    };
    take(&store, report("trivy", many(0)), 1, None).await;
    let held = take(&store, report("trivy", many(100)), 2, None).await;
    assert_eq!((held.counts.new, held.counts.resolved), (30, 0));
    assert_eq!(held.held.map(|hold| hold.absent), Some(30));
}

#[tokio::test]
async fn the_next_report_of_a_scope_settles_the_question_about_the_last_one() {
    let store = Store::fresh().await;
    let many = || (0..30).map(|n| one(&format!("CVE-2026-{n}"))).collect::<Vec<_>>();
    take(&store, report("trivy", many()), 1, None).await;
    let held = take(&store, report("trivy", vec![one("CVE-2026-0")]), 2, None).await;
    take(&store, report("trivy", many()), 3, None).await;
    assert!(store.held_reports().await.unwrap().is_empty());
    assert!(store.believe(held.report, "ada", day(3)).await.is_err());
    assert!(all(&store).await.iter().all(|one| one.status == Status::Open));
}

#[tokio::test]
async fn another_branch_moves_nothing() {
    let store = Store::fresh().await;
    take(&store, report("trivy", vec![one("CVE-2026-1")]), 1, None).await;
    let upload = super::Upload {
        repository: crate::testing::REPOSITORY.into(),
        git_ref: Some("feature".to_owned()),
        is_default_branch: false,
        scope: None,
        complete: None,
        sha256: "other".to_owned(),
        received_at: day(2),
        actor: "a test".to_owned(),
    };
    let branch = report("trivy", vec![one("CVE-2026-2")]);
    let taken = store.ingest(branch, upload, Default::default(), day(2)).await.unwrap();
    assert_eq!((taken.counts.new, taken.counts.resolved), (0, 0));
    assert_eq!(all(&store).await.len(), 1);
}

/// The status of the one vulnerability and of its one remediation.
async fn stands(store: &Store) -> (Status, remediation::Status) {
    let one = all(store).await.remove(0);
    let fixes = store.remediations_of_vulnerability(one.id).await.unwrap();
    (one.status, fixes[0].remediation.status)
}

#[tokio::test]
async fn a_fix_is_verified_by_a_scan_from_after_its_merge_only() {
    use remediation::Status::{Failed, InProgress, PendingApproval, Resolved};
    let store = Store::fresh().await;
    let dated = |findings, on| Report { scanned_at: Some(day(on)), ..report("trivy", findings) };
    take(&store, dated(vec![one("CVE-2026-1")], 1), 1, None).await;
    let vulnerability = all(&store).await.remove(0);
    let fix = || Fix { vulnerability: vulnerability.id, reason: "the title names it".to_owned() };
    let follow = async |pull_request, on| {
        let matched = Matched { fixes: vec![fix()], ..Matched::default() };
        store.follow_pull_request(pull_request, matched, Mode::Hybrid, day(on)).await.unwrap()
    };
    follow(pull_request(7, State::Open, None), 2).await;
    assert_eq!(stands(&store).await, (Status::InProgress, InProgress));
    follow(pull_request(7, State::Merged, Some(5)), 5).await;
    assert_eq!(stands(&store).await, (Status::PendingAction, PendingApproval));

    take(&store, dated(vec![], 4), 6, Some(true)).await;
    assert_eq!(stands(&store).await, (Status::PendingAction, PendingApproval), "scanned before the merge");
    take(&store, dated(vec![one("CVE-2026-1")], 7), 7, None).await;
    assert_eq!(stands(&store).await, (Status::Open, Failed), "merged, and still there");
    take(&store, dated(vec![], 8), 8, Some(true)).await;
    assert_eq!(stands(&store).await, (Status::Resolved, Resolved));

    follow(pull_request(8, State::Open, None), 9).await;
    take(&store, dated(vec![one("CVE-2026-1")], 10), 10, None).await;
    assert_eq!(all(&store).await[0].status, Status::InProgress, "another pull request is open for it");
}
