//! Several that wait for their first ticket: one call, and each goes its own way from the answer on.

use super::world::{World, mapping};
use crate::clock::Clock;
use crate::context::Settings;
use crate::ledger::Ledger;
use crate::testing;
use crate::worker::drain;
use backline_core::ids::SubjectId;
use std::time::Duration;
use uuid::Uuid;

const SECOND: Duration = Duration::from_secs(1);

fn subjects(count: u128) -> Vec<SubjectId> {
    (1..=count).map(|number| SubjectId(Uuid::from_u128(number))).collect()
}

/// A world that is worked on by one at a time.
async fn alone(count: u128) -> World {
    let world = World::with(count).await;
    world.cx.replace_settings(Settings { workers: 1, ..testing::settings() });
    world
}

/// Marks all and works off what is due.
async fn run(world: &World, count: u128) {
    world.mark_all(&subjects(count)).await;
    drain(&world.cx, "a").await.unwrap();
}

/// Every subject has the issue that was made for it, and there is no other.
async fn assert_each_has_its_own(world: &World, count: u128) {
    let made_for = world.jira.made_for();
    assert_eq!(made_for.len() as u128, count, "{made_for:?}");
    for subject in subjects(count) {
        let ticket = world.facts_of(subject).await.ticket.expect("it was made");
        let number: usize = ticket.issue.as_str().parse().unwrap();
        assert_eq!(made_for[number - 1], subject.0.to_string());
        assert_eq!(world.model.open_intents(subject).await.unwrap(), []);
    }
}

/// How often Jira was asked for something.
fn asked(world: &World, line: &str) -> usize {
    world.jira.seen().iter().filter(|seen| seen.starts_with(line)).count()
}

#[tokio::test]
async fn many_that_wait_are_made_fifty_a_call() {
    let world = alone(120).await;
    run(&world, 120).await;
    assert_each_has_its_own(&world, 120).await;
    assert_eq!(world.jira.bulks(), [50, 50, 20]);
    assert_eq!(world.jira.seen().len(), 4, "and once where to begin");
    run(&world, 120).await;
    assert_eq!(world.jira.seen().len(), 4, "unchanged");
}

#[tokio::test]
async fn one_that_is_refused_is_told_so_and_the_others_are_made() {
    let world = alone(3).await;
    let mut facts = world.facts_of(subjects(2)[1]).await;
    facts.project.as_mut().expect("it is connected").mapping = mapping(1, "bad");
    world.model.put_facts(facts);
    world.jira.refuse_summary("bad");
    run(&world, 3).await;
    assert_eq!(world.jira.bulks(), [3]);
    for (subject, is_refused) in subjects(3).into_iter().zip([false, true, false]) {
        let blocked = world.model.blocked(subject);
        assert_eq!(blocked.is_some(), is_refused, "{blocked:?}");
        assert_eq!(world.facts_of(subject).await.ticket.is_none(), is_refused);
        assert_eq!(world.model.open_intents(subject).await.unwrap(), []);
    }
    let blocked = world.model.blocked(subjects(2)[1]).expect("it waits for a person");
    assert!(blocked.why.contains("Summary: too short"), "as for one alone: {}", blocked.why);
}

#[tokio::test]
async fn when_all_are_refused_each_is_told_so() {
    let world = alone(3).await;
    world.jira.refuse_creates(true);
    run(&world, 3).await;
    assert_eq!((world.jira.bulks(), world.jira.issues()), (vec![3], 0));
    assert_eq!(world.notice().subjects, 3, "for one reason");
    world.jira.refuse_creates(false);
    run(&world, 3).await;
    assert_each_has_its_own(&world, 3).await;
}

#[tokio::test]
async fn many_whose_answer_was_lost_are_adopted_by_one_look() {
    let world = alone(50).await;
    world.jira.lose_answer_of_next_create();
    run(&world, 50).await;
    for subject in subjects(50) {
        assert!(world.facts_of(subject).await.ticket.is_none());
        assert_eq!(world.model.open_intents(subject).await.unwrap().len(), 1);
    }
    world.clock.advance(10 * SECOND);
    drain(&world.cx, "a").await.unwrap();
    assert_each_has_its_own(&world, 50).await;
    assert_eq!((world.jira.bulks(), asked(&world, "POST /issue/bulkfetch")), (vec![50], 1));
}

#[tokio::test]
async fn many_that_got_lost_themselves_are_made_after_the_settle_time() {
    let world = alone(3).await;
    world.jira.lose_next_create();
    run(&world, 3).await;
    world.clock.advance(60 * SECOND);
    run(&world, 3).await;
    assert_eq!(world.jira.bulks(), [3], "they may still land");
    world.clock.advance(660 * SECOND);
    drain(&world.cx, "a").await.unwrap();
    assert_each_has_its_own(&world, 3).await;
}

/// The process dies after Jira has made them and before it has heard so.
#[tokio::test]
async fn many_that_were_made_when_the_process_died_are_adopted_by_the_next() {
    let world = alone(3).await;
    world.mark_all(&subjects(3)).await;
    let model = world.model.clone();
    world.jira.during_next_create(move || {
        model.break_all_leases();
    });
    drain(&world.cx, "a").await.unwrap();
    assert_each_has_its_own(&world, 3).await;
    assert_eq!(world.jira.bulks(), [3], "nothing was made twice");
    assert!(asked(&world, "POST /issue/bulkfetch") > 0, "they were looked for");
}

#[tokio::test]
async fn an_hours_room_that_ends_within_a_call_holds_the_others() {
    let world = alone(5).await;
    let some = Settings { creations_per_hour: Some(3), workers: 1, ..testing::settings() };
    world.cx.replace_settings(some);
    run(&world, 5).await;
    assert_eq!((world.jira.bulks(), world.jira.issues()), (vec![3], 3));
    let shown = world.model.held_creates()[0].shown;
    assert_eq!((shown.tickets, world.notice().subjects), (2, 2));
    world.model.approve(shown, world.clock.now()).unwrap();
    drain(&world.cx, "a").await.unwrap();
    assert_each_has_its_own(&world, 5).await;
    assert_eq!(world.jira.bulks(), [3, 2]);
}

#[tokio::test]
async fn what_is_on_the_wire_when_its_approval_is_taken_back_is_let_go_of() {
    let world = alone(3).await;
    let none = Settings { creations_per_hour: Some(0), workers: 1, ..testing::settings() };
    world.cx.replace_settings(none);
    run(&world, 3).await;
    assert_eq!(world.jira.seen(), [""; 0], "what is held is no word to Jira");
    let shown = world.model.held_creates()[0].shown;
    let batch = world.model.approve(shown, world.clock.now()).unwrap();
    let (model, now) = (world.model.clone(), world.clock.now());
    world.jira.during_next_create(move || {
        let undone = model.undo(batch, "ada", now).unwrap();
        assert_eq!((undone.under_way, undone.unlinked, undone.held), (3, 0, 0));
    });
    drain(&world.cx, "a").await.unwrap();
    assert_eq!(world.jira.issues(), 3, "they land, and stay in Jira");
    for subject in subjects(3) {
        assert!(world.facts_of(subject).await.project.is_none(), "nothing is written to it any more");
    }
    assert_eq!(world.model.held_creates()[0].shown.tickets, 3, "what takes their place waits");
}
