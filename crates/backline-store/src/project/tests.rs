use crate::project::Reach;
use crate::reconcile::{Outcome, Verdict};
use crate::testing::{day, finding, lease_subjects, one, project, report, take, ticket};
use crate::ticket::{TicketFilter, TicketState};
use crate::work::{Next, WorkKey};
use crate::{Store, StoreError};
use backline_core::ids::ConnectedProjectId;
use backline_core::mapping::ConnectedProject;
use backline_core::notice::End;
use backline_core::severity::Severity;
use uuid::Uuid;

/// Gives the first due subject a ticket.
async fn make_ticket(store: &Store, on: u32) {
    let lease = lease_subjects(store, on).await.remove(0);
    let WorkKey::Subject(subject) = lease.key else { return };
    let pass =
        Outcome { ticket: Some(ticket(1)), verdict: Verdict::Clear(End::Mended), ..Outcome::new(subject) };
    store.finish_reconcile(&lease, pass, day(on)).await.unwrap();
}

async fn states(store: &Store) -> Vec<TicketState> {
    let page = store.list_tickets(&TicketFilter::default(), None, 10).await.unwrap();
    page.rows.into_iter().map(|row| row.state).collect()
}

#[tokio::test]
async fn two_people_who_edit_one_version_do_not_overwrite_each_other() {
    let store = Store::fresh().await;
    let first = store.save_project(project(), "ada", day(1)).await.unwrap();
    assert_eq!(first.mapping.version, 1);
    let second = store.save_project(first.clone(), "ada", day(2)).await.unwrap();
    let late = store.save_project(first, "grace", day(2)).await;
    assert!(matches!(late, Err(StoreError::Conflict(_))));
    let history = store.project_history(second.id, None, 9).await.unwrap();
    let versions: Vec<_> = history.iter().map(|one| (one.version, one.saved_by.as_str())).collect();
    assert_eq!(versions, [(2, "ada"), (1, "ada")]);
    assert_eq!(store.project_history(second.id, Some(2), 9).await.unwrap().len(), 1);
    assert_eq!(store.project_history(second.id, None, 1).await.unwrap()[0].version, 2);
}

#[tokio::test]
async fn a_saved_project_takes_what_was_found_before_it() {
    let store = Store::fresh().await;
    take(&store, report("trivy", vec![one("CVE-2026-1"), one("CVE-2026-2"), one("CVE-2026-3")]), 1, None)
        .await;
    let saved = store.save_project(project(), "ada", day(1)).await.unwrap();
    let first = store.route_unassigned(saved.id, None, 2, day(1)).await.unwrap();
    assert_eq!(first.assigned, 2);
    let rest = store.route_unassigned(saved.id, first.next, 2, day(1)).await.unwrap();
    assert_eq!((rest.assigned, rest.next), (1, None));
    assert_eq!(lease_subjects(&store, 1).await.len(), 3);
    assert_eq!(
        store.route_unassigned(saved.id, None, 10, day(1)).await.unwrap().assigned,
        0,
        "twice is harmless"
    );
}

#[tokio::test]
async fn a_deleted_project_leaves_its_tickets_dormant_until_the_jira_project_is_connected_again() {
    let store = Store::fresh().await;
    let saved = store.save_project(project(), "ada", day(1)).await.unwrap();
    take(&store, report("trivy", vec![one("CVE-2026-1")]), 1, None).await;
    make_ticket(&store, 1).await;
    assert!(store.delete_project(saved.id, "ada", day(2)).await.unwrap());
    assert!(!store.delete_project(saved.id, "ada", day(2)).await.unwrap(), "there is none any more");
    assert_eq!(states(&store).await, [TicketState::Dormant]);
    let dormant = lease_subjects(&store, 2).await.remove(0);
    let WorkKey::Subject(subject) = dormant.key else { panic!("a subject") };
    let facts = store.load_facts(subject).await.unwrap().unwrap();
    assert_eq!((facts.project, facts.ticket), (None, Some(ticket(1))));
    store.finish(&dormant, Next::Done).await.unwrap();

    let again = ConnectedProject { id: ConnectedProjectId(Uuid::from_u128(9)), ..project() };
    let again = store.save_project(again, "ada", day(3)).await.unwrap();
    let facts = store.load_facts(subject).await.unwrap().unwrap();
    assert_eq!(
        (facts.project, facts.ticket),
        (Some(again), Some(ticket(1))),
        "the same subject, the same ticket"
    );
    assert_eq!(lease_subjects(&store, 3).await.len(), 1);
}

#[tokio::test]
async fn a_narrower_rule_lets_go_of_what_has_no_ticket_yet() {
    let store = Store::fresh().await;
    let mut saved = store.save_project(project(), "ada", day(1)).await.unwrap();
    let low = finding("CVE-2026-2", &["CVE-2026-2"], Severity::Low, "1.0.0");
    let low_too = finding("CVE-2026-3", &["CVE-2026-3"], Severity::Low, "1.0.0");
    take(&store, report("trivy", vec![low]), 1, None).await;
    make_ticket(&store, 1).await;
    take(&store, report("grype", vec![low_too, one("CVE-2026-1")]), 2, None).await;
    saved.rule.severities = vec![Severity::High];
    store.save_project(saved, "ada", day(3)).await.unwrap();
    let waiting = TicketFilter { state: Some(TicketState::Waiting), text: None };
    let rows = store.list_tickets(&waiting, None, 10).await.unwrap().rows;
    let titles: Vec<_> = rows.iter().map(|row| (row.title.as_str(), row.ticket.is_some())).collect();
    assert_eq!(titles, [("Weakness CVE-2026-1", false), ("Weakness CVE-2026-2", true)]);
}

/// The versions of the mapping that the project's tickets are kept in step with.
async fn followed(store: &Store, project: ConnectedProjectId) -> Vec<u32> {
    let mut versions = Vec::new();
    for subject in store.ticketed_subjects(project, 10).await.unwrap() {
        let facts = store.load_facts(subject).await.unwrap().unwrap();
        versions.push(facts.project.unwrap().mapping.version);
    }
    versions
}

#[tokio::test]
async fn a_version_for_new_tickets_leaves_the_others_where_they_are() {
    let store = Store::fresh().await;
    let first = store.save_project(project(), "ada", day(1)).await.unwrap();
    take(&store, report("trivy", vec![one("CVE-2026-1")]), 1, None).await;
    make_ticket(&store, 1).await;
    let mut edited = first.clone();
    edited.mapping.takes_labels = true;
    edited.rule.fix_available = true;
    let second = store.save_project_for(edited, Reach::NewTickets, "ada", day(2)).await.unwrap();
    assert_eq!(followed(&store, first.id).await, [1]);
    let subject = store.ticketed_subjects(first.id, 10).await.unwrap()[0];
    let facts = store.load_facts(subject).await.unwrap().unwrap();
    let kept = facts.project.unwrap();
    assert!(!kept.mapping.takes_labels && kept.rule.fix_available, "the mapping alone is of its time");

    let third = store.save_project_for(second, Reach::NewTickets, "ada", day(3)).await.unwrap();
    assert_eq!(followed(&store, first.id).await, [1], "not the second, which was not for it");
    let kept = store.tickets_on_older_versions(first.id).await.unwrap();
    assert_eq!(kept.into_iter().collect::<Vec<_>>(), [(1, 1)]);
    store.save_project(third, "ada", day(4)).await.unwrap();
    assert_eq!(followed(&store, first.id).await, [4]);
    assert!(store.tickets_on_older_versions(first.id).await.unwrap().is_empty());
    let old = store.load_version(first.id, 1).await.unwrap().unwrap();
    assert_eq!((old.version, old.saved_by.as_str(), old.project), (1, "ada", first.clone()));
    assert!(store.load_version(first.id, 9).await.unwrap().is_none());
}

#[tokio::test]
async fn a_ticket_that_is_taken_over_by_another_project_stays_on_no_version_of_the_old_one() {
    let store = Store::fresh().await;
    let first = store.save_project(project(), "ada", day(1)).await.unwrap();
    take(&store, report("trivy", vec![one("CVE-2026-1")]), 1, None).await;
    make_ticket(&store, 1).await;
    let first = store.save_project_for(first, Reach::NewTickets, "ada", day(2)).await.unwrap();
    store.delete_project(first.id, "ada", day(3)).await.unwrap();
    let again = ConnectedProject { id: ConnectedProjectId(Uuid::from_u128(9)), ..project() };
    let again = store.save_project(again, "ada", day(4)).await.unwrap();
    let again = store.save_project(again, "ada", day(5)).await.unwrap();
    assert_eq!(followed(&store, again.id).await, [2]);
}

#[tokio::test]
async fn several_projects_are_changed_all_or_none() {
    let store = Store::fresh().await;
    let first = store.save_project(project(), "ada", day(1)).await.unwrap();
    let other = ConnectedProject { id: ConnectedProjectId(Uuid::from_u128(9)), ..project() };
    let stale = project();
    let saved = vec![other.clone(), stale];
    let failed = store.change_projects(saved, Vec::new(), Reach::AllTickets, "ada", day(2)).await;
    assert!(matches!(failed, Err(StoreError::Conflict(_))));
    assert_eq!(store.list_projects().await.unwrap(), std::slice::from_ref(&first));
    let failed =
        store.change_projects(vec![other.clone()], vec![other.id], Reach::AllTickets, "ada", day(2)).await;
    assert!(matches!(failed, Err(StoreError::Conflict(_))), "there is none to delete");
    let saved =
        store.change_projects(vec![other], vec![first.id], Reach::AllTickets, "ada", day(2)).await.unwrap();
    assert_eq!(store.list_projects().await.unwrap(), saved);
}
