//! Killed at every step of the story and started again: the same end, and nothing twice.
//!
//! The simulators run in a process of their own, so only the service is killed. A step is a call that it makes to
//! Jira or Slack; the story is played once for each, with a kill as soon as that call is seen.

use super::audit;
use super::reports::trivy;
use super::world::{World, summary};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Worlds that are played at the same time: most of one is waiting for a lost answer to settle.
const AT_ONCE: usize = 6;

const FIRST: [(&str, &str, &str); 2] =
    [("CVE-2026-2001", "CRITICAL", "2.14.1"), ("CVE-2026-2002", "LOW", "2.14.1")];

#[test]
fn killed_at_any_step_it_ends_the_same() {
    let steps = {
        let world = World::start_apart();
        let before = world.steps();
        play(&world);
        world.steps() - before
    };
    assert!(steps >= 10, "the story makes more than {steps} calls");
    println!("killed after each of {steps} calls");
    let next = AtomicUsize::new(1);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(step) = Some(next.fetch_add(1, Ordering::SeqCst)).filter(|step| *step <= steps)
                {
                    play_and_kill(step);
                }
            });
        }
    });
}

fn play_and_kill(step: usize) {
    let world = World::start_apart();
    let before = world.steps();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while world.steps() < before + step && !is_over.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            world.kill_and_start_again();
        });
        let _over = Over(&is_over);
        play(&world);
    });
}

/// Lets the killer go also where the story fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Found, in review, merged, verified, found again; each awaited as people see it.
fn play(world: &World) {
    world.import(&trivy(&FIRST));
    let issues = world.wait("two tickets", |world| world.issues().filter(|issues| issues.len() == 2));
    let ticket = issues.iter().find(|issue| summary(issue).contains(FIRST[0].0)).expect("its ticket");
    let key = ticket["key"].as_str().expect("a key").to_owned();
    let is_done = |world: &World| world.status(&key)["statusCategory"]["key"] == "done";

    let number = world.open_pull_request("fix", &format!("Mend {}", FIRST[0].0), "Words.");
    world.wait("in review", |world| {
        (world.status(&key)["statusCategory"]["key"] == "indeterminate").then_some(())
    });
    world.wait("the comment", |world| world.comments(&key).contains("was opened").then_some(()));
    world.wait("the reference", |world| {
        world.pull_request(number)["body"].as_str()?.contains(&key).then_some(())
    });
    world.merge(number);
    world.wait("merged", |world| world.comments(&key).contains("Awaiting verification").then_some(()));
    world.import(&trivy(&FIRST[1..]));
    world.wait("closed", |world| is_done(world).then_some(()));
    world.import(&trivy(&FIRST));
    world.wait("open again", |world| (!is_done(world)).then_some(()));
    world.wait("said so", |world| world.comments(&key).contains("Found again").then_some(()));
    world.settle();

    assert_eq!(world.issues().expect("a list").len(), 2, "no second ticket");
    let comments = world.comments(&key);
    for said in ["was opened to fix", "Awaiting verification", "Found again"] {
        assert_eq!(comments.matches(said).count(), 1, "{said:?} is said once: {comments}");
    }
    let links = world.jira(&format!("/rest/api/3/issue/{key}/remotelink"));
    assert_eq!(links.as_array().map(Vec::len), Some(1), "{links}");
    let body = world.pull_request(number)["body"].as_str().unwrap_or_default().to_owned();
    assert!(body.starts_with("Words.") && body.matches("backline:start").count() == 1, "{body}");
    // What was sent by a process that ended is told as well, though not how it went out: once it is known to have come
    // about, or that it no longer can.
    world.wait("no write without its entry", |world| {
        let total = |calls: audit::Calls| calls.values().sum::<usize>();
        (total(audit::told(&audit::entries(world))) >= total(audit::sent(world))).then_some(())
    });
    let (code, said) = world.command(&["audit", "verify"]);
    assert_eq!(code, 0, "the chain is whole: {said}");
    assert!(world.messages().is_empty(), "nothing failed: {:?}", world.messages());
}
