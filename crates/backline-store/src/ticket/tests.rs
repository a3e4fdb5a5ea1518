use super::{TicketFilter, TicketState};
use crate::StoreError;
use crate::reconcile::{Outcome, Verdict};
use crate::store::Store;
use crate::testing::{connect, connected, day, lease_subjects, one, project, report, take, ticket};
use crate::ticket::Unlinked;
use crate::work::{Lease, Next, WorkKey};
use backline_core::ids::{ConnectedProjectId, ConnectionId, SubjectId};
use backline_core::mapping::ConnectedProject;
use backline_core::notice::{Blocked, End, LOOK_HORIZON};
use backline_core::vulnerability::Dismissal;
use uuid::Uuid;

/// A store with two tickets in sync and one subject that waits for its ticket.
async fn store() -> Store {
    let store = connected().await;
    let findings = ["CVE-2026-1", "CVE-2026-2", "CVE-2026-3"].map(one).to_vec();
    take(&store, report("trivy", findings), 1, None).await;
    for (number, lease) in (1..).zip(lease_subjects(&store, 1).await).take(2) {
        let WorkKey::Subject(subject) = lease.key else { continue };
        let pass = Outcome {
            ticket: Some(ticket(number)),
            verdict: Verdict::Clear(End::Mended),
            ..Outcome::new(subject)
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
        (Some(TicketState::Unlinked), 0),
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

fn connection() -> ConnectionId {
    project().connection
}

fn pass(subject: SubjectId, verdict: Verdict) -> Outcome {
    Outcome { verdict, next: Next::OnChange, ..Outcome::new(subject) }
}

fn subject(lease: &Lease) -> SubjectId {
    match lease.key {
        WorkKey::Subject(id) => id,
        _ => panic!("the lease of a subject"),
    }
}

/// Ends a pass of every due subject in the same way.
async fn end_all(store: &Store, on: u32, verdict: &Verdict) {
    for lease in lease_subjects(store, on).await {
        let pass = pass(subject(&lease), verdict.clone());
        store.finish_reconcile(&lease, pass, day(on)).await.unwrap();
    }
}

fn gone() -> Verdict {
    let text = |text: &str| text.to_owned();
    let blocked = Blocked {
        cause: text("gone"),
        what: text("SEC-1 is gone"),
        why: text("Jira says so"),
        remedy: text("Restore it"),
        page: text("/tickets"),
    };
    Verdict::Blocked { blocked, look_at: day(9) }
}

/// Every state's list holds the rows that say so of themselves, and every row is in one of them.
async fn states(store: &Store) -> Vec<(TicketState, Option<String>, bool)> {
    let mut listed = Vec::new();
    for state in TicketState::ALL {
        let filter = TicketFilter { state: Some(state), text: None };
        for row in store.list_tickets(&filter, None, 100).await.unwrap().rows {
            assert_eq!(row.state, state);
            listed.push((row.subject.id, row.state, row.reason, row.ticket.is_some()));
        }
    }
    listed.sort_by_key(|(id, ..)| *id);
    let all = store.list_tickets(&TicketFilter::default(), None, 100).await.unwrap().rows;
    assert_eq!(listed.len(), all.len(), "each is in one list");
    listed.into_iter().map(|(_, state, reason, has_ticket)| (state, reason, has_ticket)).collect()
}

#[tokio::test]
async fn nothing_is_in_sync_while_jira_is_disconnected() {
    let store = store().await;
    store.disconnect(connection(), "ada", day(2)).await.unwrap();
    end_all(&store, 2, &Verdict::Unchanged).await;
    let waits = |why: &str, has_ticket| (TicketState::Waiting, Some(why.to_owned()), has_ticket);
    let why = "Jira is disconnected";
    assert_eq!(states(&store).await, [waits(why, true), waits(why, true), waits(why, false)]);
    let counts = store.count_tickets().await.unwrap();
    assert_eq!((counts.subjects, counts.in_sync, counts.waiting), (3, 0, 3));
    assert_eq!(store.nav_counts().await.unwrap().in_sync, 0);
    let of_project = store.subject_counts().await.unwrap()[&project().id];
    assert_eq!((of_project.subjects, of_project.tickets, of_project.waiting), (3, 2, 3));
    assert_eq!(store.held_up_projects().await.unwrap()[&project().id], why);

    // Another site in its place is no help to this project.
    connect(&store, 3, "globex", 3).await;
    let why = "SEC belongs to acme.example, which is not connected";
    assert_eq!(states(&store).await[2], waits(why, false));

    // Its own again: everything is due.
    connect(&store, 4, "cloud", 4).await;
    assert_eq!(store.held_up_projects().await.unwrap().len(), 0);
    end_all(&store, 4, &Verdict::Clear(End::Mended)).await;
    let states: Vec<_> = states(&store).await.into_iter().map(|(state, ..)| state).collect();
    assert_eq!(
        states,
        [TicketState::InSync, TicketState::InSync, TicketState::Waiting],
        "the last has no key"
    );
}

#[tokio::test]
async fn what_needs_no_ticket_neither_waits_nor_is_in_sync() {
    let store = store().await;
    let filter = TicketFilter { state: Some(TicketState::Waiting), text: None };
    let waiting = store.list_tickets(&filter, None, 10).await.unwrap().rows.remove(0).subject.id;
    let about = store.load_facts(waiting).await.unwrap().unwrap().vulnerabilities[0].id;
    store.dismiss(about, Dismissal::said(day(2), "ada", "not reachable")).await.unwrap();
    end_all(&store, 2, &Verdict::Clear(End::Resolved)).await;
    let row = store.load_ticket_row(waiting).await.unwrap().unwrap();
    assert_eq!((row.state, row.reason.unwrap().contains("needs no ticket")), (TicketState::Dormant, true));
    states(&store).await;
    assert_eq!(store.count_tickets().await.unwrap().waiting, 0);
}

#[tokio::test]
async fn an_unlinked_ticket_is_closed_for_good_and_the_next_generation_takes_its_place() {
    let store = store().await;
    let rows = store.list_tickets(&TicketFilter::default(), None, 10).await.unwrap().rows;
    let old = rows.last().unwrap().subject.clone();
    store.mark_due(vec![due(old.id)]).await.unwrap();
    let lease = store.lease("test", day(2), 1_000, 100, &[]).await.unwrap();
    let lease = lease.into_iter().find(|lease| lease.key == WorkKey::Subject(old.id)).unwrap();
    store.finish_reconcile(&lease, pass(old.id, gone()), day(2)).await.unwrap();
    let blocked = store.load_ticket_row(old.id).await.unwrap().unwrap();
    assert_eq!((blocked.state, blocked.next_look_at), (TicketState::Blocked, Some(day(9))));
    assert_eq!(blocked.looks_until, Some(day(2) + LOOK_HORIZON));
    let notice = store.list_notices(0).await.unwrap().remove(0);

    // Somebody looks at it at this moment: what comes of it is not kept.
    store.mark_due(vec![due(old.id)]).await.unwrap();
    let under_way = store.lease("test", day(3), 1_000, 100, &[]).await.unwrap();
    let under_way = under_way.into_iter().find(|lease| lease.key == WorkKey::Subject(old.id)).unwrap();
    let next = store.unlink(old.id, "ada@acme.example", day(3)).await.unwrap().next.expect("it is open");
    let late = store.finish_reconcile(&under_way, pass(old.id, gone()), day(3)).await;
    assert!(matches!(late, Err(StoreError::Fenced)));

    let over = store.load_notice(notice.id).await.unwrap().unwrap();
    assert_eq!((over.over_at, over.ended_as), (Some(day(3)), Some(End::Unlinked)));
    let (closed, new) = (
        store.load_ticket_row(old.id).await.unwrap().unwrap(),
        store.load_ticket_row(next).await.unwrap().unwrap(),
    );
    assert_eq!((closed.state, closed.ticket.is_some()), (TicketState::Unlinked, true));
    assert_eq!((new.state, new.ticket, new.title), (TicketState::Waiting, None, closed.title.clone()));
    assert_eq!((new.subject.group_key, new.subject.generation), (old.group_key, 2));
    assert!(lease_subjects(&store, 3).await.iter().any(|lease| subject(lease) == next), "it is due");
    let filter = crate::timeline::TimelineFilter { subject: Some(old.id), ..Default::default() };
    let told = store.list_timeline(&filter, None, 10).await.unwrap().rows.remove(0);
    assert_eq!((told.actor.as_str(), told.text.as_str()), ("ada@acme.example", "Unlinked SEC-1"));
    let again = store.unlink(old.id, "ada", day(3)).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    assert!(matches!(store.unlink(next, "ada", day(3)).await, Err(StoreError::Conflict(_))), "no ticket yet");

    // Neither another scan nor a project that is connected anew brings it back.
    take(&store, report("grype", vec![one("CVE-2026-1")]), 4, None).await;
    store.delete_project(project().id, "ada", day(5)).await.unwrap();
    let anew = ConnectedProject { id: ConnectedProjectId(Uuid::from_u128(9)), ..project() };
    store.save_project(anew, "ada", day(5)).await.unwrap();
    store.route_unassigned(ConnectedProjectId(Uuid::from_u128(9)), None, 100, day(5)).await.unwrap();
    let generations = store
        .tickets_of_vulnerability(store.load_facts(old.id).await.unwrap().unwrap().vulnerabilities[0].id);
    let states: Vec<_> =
        generations.await.unwrap().into_iter().map(|row| (row.subject.id, row.state)).collect();
    assert_eq!(states, [(next, TicketState::Waiting), (old.id, TicketState::Unlinked)]);
}

#[tokio::test]
async fn what_is_no_longer_open_gets_no_next_generation_until_it_is_found_again() {
    let store = store().await;
    let old = store.list_tickets(&TicketFilter::default(), None, 10).await.unwrap().rows.pop().unwrap();
    let about = store.load_facts(old.subject.id).await.unwrap().unwrap().vulnerabilities[0].id;
    store.dismiss(about, Dismissal::said(day(2), "ada", "not reachable")).await.unwrap();
    assert_eq!(store.unlink(old.subject.id, "ada", day(2)).await.unwrap(), Unlinked { next: None });
    store.reopen(about, "ada", day(3)).await.unwrap();
    let rows = store.tickets_of_vulnerability(about).await.unwrap();
    let states: Vec<_> = rows.into_iter().map(|row| (row.subject.generation, row.state)).collect();
    assert_eq!(states, [(2, TicketState::Waiting), (1, TicketState::Unlinked)]);
}

fn due(id: SubjectId) -> crate::work::Due {
    crate::work::Due {
        key: WorkKey::Subject(id),
        site: None,
        at: day(2),
        priority: crate::work::Priority::Update,
        reason: "a test".to_owned(),
    }
}
