//! The loop on a model, against a scripted Jira: a pass from its lease to its outcome, without any database.

mod bulk;
mod jira;
mod words;
pub(crate) mod world;

use super::reconcile;
use crate::apply::in_time;
use crate::context::Settings;
use crate::ledger::Ledger;
use crate::pass::Company;
use crate::testing;
use crate::worker::drain;
use backline_core::ids::IssueKey;
use backline_core::notice::End;
use backline_core::pull_request::State;
use backline_core::ticket::Facts;
use backline_core::vulnerability::Status;
use backline_store::StoreError;
use backline_store::work::WorkKey;
use std::time::Duration;
use world::World;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_ticket_is_made_once_and_an_unchanged_pass_sends_nothing() {
    let world = World::new().await;
    world.run().await;
    // Where a lost create would be looked for is asked before the first one of a project.
    assert_eq!(world.jira.seen(), ["POST /search/jql", "POST /issue"]);
    let ticket = world.facts().await.ticket.expect("it was made");
    assert_eq!(ticket.key, IssueKey::from("SEC-1"));
    assert_eq!(world.model.open_intents(world.subject).await.unwrap(), []);
    for _ in 0..10 {
        world.run().await;
    }
    assert_eq!(world.jira.seen().len(), 2);
    assert_eq!(world.model.next_due_at().await.unwrap(), None);
}

#[tokio::test]
async fn a_ticket_beyond_the_hours_room_is_held_without_a_word_to_jira() {
    let world = World::new().await;
    let none = Settings { creations_per_hour: Some(0), ..testing::settings() };
    world.cx.replace_settings(none);
    world.run().await;
    assert_eq!(world.jira.creates(), 0);
    assert_eq!(world.notice().blocked.what, "New tickets in SEC / Bug wait for your approval");
    assert_eq!(world.model.open_intents(world.subject).await.unwrap(), []);
    world.cx.replace_settings(testing::settings());
    world.run().await;
    assert_eq!(world.jira.creates(), 1, "without a limit nothing is held");
}

#[tokio::test]
async fn a_changed_mapping_is_one_edit() {
    let world = World::new().await;
    world.run().await;
    world.remap(2, "Stronger words").await;
    assert_eq!(world.jira.seen()[2..], ["POST /issue/bulkfetch", "PUT /issue/1"]);
    assert_eq!(world.jira.summary("1"), "Stronger words");
    world.run().await;
    assert_eq!(world.jira.seen().len(), 4);
}

#[tokio::test]
async fn an_edit_whose_answer_was_lost_is_not_taken_for_a_persons() {
    let world = World::new().await;
    world.run().await;
    world.jira.lose_answer_of_next_edit();
    world.remap(2, "Stronger words").await;
    assert_eq!(world.jira.summary("1"), "Stronger words");
    world.clock.advance(60 * SECOND);
    world.remap(3, "The last word").await;
    assert_eq!(world.jira.summary("1"), "The last word");
}

/// Carried out after the same field was written again: the older text was ours too.
#[tokio::test]
async fn an_edit_that_lands_late_is_not_taken_for_a_persons() {
    let world = World::new().await;
    world.run().await;
    world.jira.hold_next_edit();
    world.remap(2, "Stronger words").await;
    world.clock.advance(60 * SECOND);
    world.remap(3, "The last word").await;
    assert_eq!(world.jira.summary("1"), "The last word", "nothing waits for the lost one");
    world.jira.let_go();
    assert_eq!(world.jira.summary("1"), "Stronger words");
    world.clock.advance(700 * SECOND);
    drain(&world.cx, "a").await.unwrap();
    assert_eq!(world.jira.summary("1"), "The last word", "it is looked at once more by itself");
    assert_eq!(world.model.open_intents(world.subject).await.unwrap(), []);
    assert_eq!(world.model.next_due_at().await.unwrap(), None);
}

#[tokio::test]
async fn what_was_announced_long_ago_is_not_sent() {
    let world = World::new().await;
    let begun_at = world.cx.clock.now();
    assert!(in_time(&world.cx, begun_at).is_ok());
    world.clock.advance(10 * SECOND);
    let late = in_time(&world.cx, begun_at).unwrap_err();
    assert!(!late.effect_unknown(), "it is tried again at once: {late}");
}

/// Sent again with success meanwhile, which proves nothing of the first.
#[tokio::test]
async fn an_edit_that_lands_after_it_was_sent_again_is_not_taken_for_a_persons() {
    let world = World::new().await;
    world.run().await;
    world.jira.hold_next_edit();
    world.remap(2, "Stronger words").await;
    world.clock.advance(10 * SECOND);
    world.run().await;
    assert_eq!(world.jira.summary("1"), "Stronger words");
    world.run().await;
    world.remap(3, "The last word").await;
    world.jira.let_go();
    assert_eq!(world.jira.summary("1"), "Stronger words");
    world.clock.advance(300 * SECOND);
    world.run().await;
    assert_eq!(world.jira.summary("1"), "The last word");
    assert_eq!(world.model.open_intents(world.subject).await.unwrap(), []);
}

/// What a person writes stays, also where we once tried to write the same.
#[tokio::test]
async fn a_persons_edit_is_not_taken_for_a_lost_one_of_ours() {
    let world = World::new().await;
    world.run().await;
    world.jira.hold_next_edit();
    world.remap(2, "Stronger words").await;
    world.clock.advance(60 * SECOND);
    world.remap(3, "The last word").await;
    world.jira.edit(1, "summary", "Stronger words".into());
    for _ in 0..3 {
        let facts = world.facts().await;
        world.model.put_facts(Facts { stale: facts.stale + 1, ..facts });
        world.clock.advance(300 * SECOND);
        world.run().await;
        assert_eq!(world.jira.summary("1"), "Stronger words");
    }
    assert_eq!(world.model.open_intents(world.subject).await.unwrap(), []);
}

/// A pass that ends blocked comes back for what may still land.
#[tokio::test]
async fn what_may_land_is_looked_at_though_the_pass_is_blocked() {
    let world = World::new().await;
    world.run().await;
    world.jira.hold_next_edit();
    world.remap(2, "Stronger words").await;
    world.jira.refuse_summary("The last word");
    world.clock.advance(60 * SECOND);
    world.remap(3, "The last word").await;
    assert!(world.notice().blocked.why.contains("Not this one"), "{:?}", world.notice().blocked);
    assert_eq!(world.model.open_intents(world.subject).await.unwrap().len(), 1);
    world.clock.advance(700 * SECOND);
    drain(&world.cx, "a").await.unwrap();
    assert_eq!(world.model.open_intents(world.subject).await.unwrap(), []);
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_adopted_and_not_made_twice() {
    let world = World::new().await;
    world.jira.lose_answer_of_next_create();
    world.run().await;
    assert_eq!(world.facts().await.ticket, None);
    assert_eq!(world.model.open_intents(world.subject).await.unwrap().len(), 1);
    world.clock.advance(10 * SECOND);
    drain(&world.cx, "a").await.unwrap();
    assert_eq!(world.jira.seen()[1..], ["POST /issue", "POST /issue/bulkfetch"]);
    let found = world.facts().await.ticket.expect("it was found");
    assert_eq!(found.key, IssueKey::from("SEC-1"));
    assert_eq!(found.status.expect("it was read").name, "To do");
    assert_eq!(world.model.open_intents(world.subject).await.unwrap(), []);
}

/// An answer that names another project's issue is no answer: what was made is looked for.
#[tokio::test]
async fn a_create_that_names_a_foreign_key_is_looked_for() {
    let world = World::new().await;
    world.jira.misname_next_create("99999999", "OTHER-99999");
    world.run().await;
    assert_eq!(world.facts().await.ticket, None);
    world.clock.advance(10 * SECOND);
    drain(&world.cx, "a").await.unwrap();
    assert_eq!(world.facts().await.ticket.expect("it was found").key, IssueKey::from("SEC-1"));
    assert_eq!(world.jira.issues(), 1);
}

/// Before the first write that follows, the issue has to show itself to be ours.
#[tokio::test]
async fn nothing_is_written_to_an_issue_that_only_the_answer_called_ours() {
    let world = World::new().await;
    world.jira.add("Somebody else's");
    world.jira.misname_next_create("1", "SEC-2");
    world.run().await;
    world.remap(2, "Stronger words").await;
    assert_eq!(world.jira.summary("1"), "Somebody else's");
    assert!(world.notice().blocked.what.contains("SEC-2 is not the ticket that Backline made"));
}

#[tokio::test]
async fn a_create_that_got_lost_itself_is_made_after_the_settle_time() {
    let world = World::new().await;
    world.jira.lose_next_create();
    world.run().await;
    for _ in 0..5 {
        world.clock.advance(60 * SECOND);
        world.run().await;
    }
    assert_eq!(world.jira.creates(), 1, "it may still land");
    world.clock.advance(600 * SECOND);
    drain(&world.cx, "a").await.unwrap();
    assert_eq!((world.jira.creates(), world.jira.issues()), (2, 1));
    assert!(world.facts().await.ticket.is_some());
}

#[tokio::test]
async fn a_worker_that_was_taken_over_before_its_call_writes_nothing() {
    let world = World::new().await;
    world.mark().await;
    let now = world.cx.clock.now();
    let stale = world.model.lease("a", now, 1_000, 1, &[]).await.unwrap().remove(0);
    world.clock.advance(2 * SECOND);
    let now = world.cx.clock.now();
    let held = world.model.lease("b", now, 60_000, 1, &[]).await.unwrap().remove(0);
    let refused = reconcile(&world.cx, world.subject, &stale, Company::Alone).await;
    assert!(matches!(refused, Err(StoreError::Fenced)));
    assert!(world.jira.creates() == 0 && world.facts().await.ticket.is_none());
    reconcile(&world.cx, world.subject, &held, Company::Alone).await.unwrap();
    assert_eq!(world.jira.issues(), 1);
}

#[tokio::test]
async fn a_worker_that_is_taken_over_during_its_call_records_nothing_and_the_next_adopts() {
    let world = World::new().await;
    world.mark().await;
    let now = world.cx.clock.now();
    let stale = world.model.lease("a", now, 60_000, 1, &[]).await.unwrap().remove(0);
    let model = world.model.clone();
    world.jira.during_next_create(move || {
        model.break_all_leases();
    });
    let refused = reconcile(&world.cx, world.subject, &stale, Company::Alone).await;
    assert!(matches!(refused, Err(StoreError::Fenced)));
    assert!(world.facts().await.ticket.is_none() && world.model.timeline(world.subject).is_empty());
    drain(&world.cx, "b").await.unwrap();
    assert!(world.facts().await.ticket.is_some());
    assert_eq!((world.jira.creates(), world.jira.issues()), (1, 1));
}

#[tokio::test]
async fn a_refusal_blocks_until_the_mapping_is_mended() {
    let world = World::new().await;
    world.jira.refuse_next_create();
    world.run().await;
    let blocked = world.model.blocked(world.subject).expect("it waits for a person");
    assert!(blocked.why.contains("Summary: too short"), "{}", blocked.why);
    assert_eq!(world.model.open_intents(world.subject).await.unwrap(), []);
    world.run().await;
    assert_eq!((world.model.blocked(world.subject), world.jira.issues()), (None, 1));
}

#[tokio::test]
async fn an_old_token_is_exchanged_once_and_kept_before_the_call() {
    let world = World::new().await;
    world.clock.advance(3_600 * SECOND);
    world.run().await;
    assert_eq!(world.jira.seen(), ["POST token", "POST /search/jql", "POST /issue"]);
    assert_eq!(world.jira.last_token(), "Bearer access-1");
    let grant = world.model.load_grant(world.connection).await.unwrap().expect("it is connected");
    assert_eq!((grant.version, grant.refresh_started_at), (2, None));
}

#[tokio::test]
async fn what_is_mended_in_jira_goes_on_by_itself_and_is_told_once() {
    let world = World::new().await;
    world.jira.refuse_creates(true);
    world.run().await;
    let notice = world.notice();
    world.clock.advance(59 * SECOND);
    drain(&world.cx, "a").await.unwrap();
    assert_eq!(world.jira.creates(), 1, "not before its time");
    world.clock.advance(SECOND);
    drain(&world.cx, "a").await.unwrap();
    assert_eq!((world.jira.creates(), world.notice().id), (2, notice.id), "the same failure");
    world.jira.refuse_creates(false);
    world.clock.advance(120 * SECOND);
    drain(&world.cx, "a").await.unwrap();
    assert_eq!((world.model.blocked(world.subject), world.jira.issues()), (None, 1));
    assert_eq!(world.notice().ended_as, Some(End::Mended));
    world.clock.advance(3_600 * SECOND);
    drain(&world.cx, "a").await.unwrap();
    assert_eq!((world.jira.creates(), world.model.next_due_at().await.unwrap()), (3, None));
}

#[tokio::test]
async fn a_failure_is_looked_at_slower_and_slower_and_at_last_only_when_a_person_asks() {
    let world = World::new().await;
    world.jira.refuse_creates(true);
    world.run().await;
    let mut by_day = Vec::new();
    for _ in 0..9 {
        let before = world.jira.creates();
        for _ in 0..24 * 60 {
            world.clock.advance(60 * SECOND);
            drain(&world.cx, "a").await.unwrap();
        }
        by_day.push(world.jira.creates() - before);
    }
    // 1, 3, 7, 15, 31, 63 minutes, then each hour.
    assert_eq!(by_day, [28, 24, 24, 24, 24, 24, 24, 0, 0]);
    assert_eq!(world.waiting().await, ["grant"]);
    world.jira.refuse_creates(false);
    world.run().await;
    assert_eq!(world.jira.issues(), 1, "a person asked");
}

#[tokio::test]
async fn a_restored_ticket_comes_back_by_itself_and_when_it_is_asked_for() {
    for by_itself in [true, false] {
        let world = World::new().await;
        world.run().await;
        let mut facts = world.facts().await;
        facts.project.as_mut().expect("it is connected").mapping = world::mapping(2, "Stronger words");
        world.model.put_facts(facts);
        world.jira.hide_issues(true);
        world.run().await;
        let blocked = world.model.blocked(world.subject).expect("it waits for a person");
        assert_eq!(blocked.remedy, "Restore SEC-1 in Jira, or unlink it on its page in Backline");
        world.jira.hide_issues(false);
        if by_itself {
            world.clock.advance(60 * SECOND);
            drain(&world.cx, "a").await.unwrap();
        } else {
            world.run().await;
        }
        assert_eq!(world.model.blocked(world.subject), None);
        assert_eq!((world.jira.summary("1"), world.jira.issues()), ("Stronger words".to_owned(), 1));
    }
}

#[tokio::test]
async fn a_failure_that_nobody_waits_for_any_more_is_not_said_to_be_mended() {
    let world = World::new().await;
    world.jira.refuse_creates(true);
    world.run().await;
    let mut facts = world.facts().await;
    facts.vulnerabilities[0].status = Status::Resolved;
    world.model.put_facts(facts);
    world.run().await;
    assert_eq!((world.model.blocked(world.subject), world.jira.creates()), (None, 1));
    assert_eq!(world.notice().ended_as, Some(End::Resolved));
}

#[tokio::test]
async fn the_new_key_of_a_moved_ticket_reaches_its_pull_requests() {
    let world = World::new().await;
    world.run().await;
    let mut facts = world.facts().await;
    facts.pull_requests = vec![words::pull_request(12, State::Open)];
    world.model.put_facts(facts);
    world.run().await;
    world.jira.move_issues("OPS");
    let mut facts = world.facts().await;
    facts.project.as_mut().expect("it is connected").mapping = world::mapping(2, "Stronger words");
    world.model.put_facts(facts);
    world.mark().await;
    let lease = world.model.lease("a", world.cx.clock.now(), 60_000, 1, &[]).await.unwrap().remove(0);
    reconcile(&world.cx, world.subject, &lease, Company::Alone).await.unwrap();
    assert_eq!(world.facts().await.ticket.expect("it is there").key, IssueKey::from("OPS-1"));
    let due = world.model.lease("a", world.cx.clock.now(), 60_000, 9, &[]).await.unwrap();
    let keys: Vec<WorkKey> = due.into_iter().map(|lease| lease.key).collect();
    assert_eq!(keys, [WorkKey::PullRequest { repository: "acme/api".into(), number: 12 }]);
}
