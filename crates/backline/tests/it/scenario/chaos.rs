//! The demo with everything going wrong in shares: the end is the one that it would have come to.

use super::reports::trivy;
use super::world::{World, summary};
use std::collections::BTreeSet;
use std::time::Duration;

const FINDINGS: usize = 60;
/// A create that may still land is waited for, and the next may be lost again.
const PATIENCE: Duration = Duration::from_secs(400);

#[test]
fn with_faults_everywhere_each_ticket_comes_about_once() {
    let world = World::start_with(&["--chaos"]);
    let names: Vec<String> = (0..FINDINGS).map(|number| format!("CVE-2026-3{number:03}")).collect();
    let rows: Vec<_> = names.iter().map(|name| (name.as_str(), "HIGH", "1.0.0")).collect();
    world.import(&trivy(&rows));
    world.wait_within(PATIENCE, "a ticket for each", |world| {
        world.issues().filter(|issues| issues.len() >= FINDINGS)
    });
    let number = world.open_pull_request("fix", &format!("Mend {}", names[0]), "Words.");
    let key_of = |world: &World| {
        let issues = world.issues()?;
        let ticket = issues.iter().find(|issue| summary(issue).contains(&names[0]))?;
        ticket["key"].as_str().map(str::to_owned)
    };
    let key = world.wait_within(PATIENCE, "its ticket", key_of);
    world.wait_within(PATIENCE, "in review", |world| {
        (world.status(&key)["statusCategory"]["key"] == "indeterminate").then_some(())
    });
    world.wait_within(PATIENCE, "the comment", |world| {
        world.comments(&key).contains("was opened").then_some(())
    });
    world.wait_within(PATIENCE, "the reference", |world| {
        world.pull_request(number)["body"].as_str()?.contains(&key).then_some(())
    });
    world.wait_within(PATIENCE, "nothing is left to do", |world| {
        let depth = world.api("/queue");
        ["due", "leased", "waiting"].iter().all(|count| depth[count] == 0).then_some(())
    });
    let issues = world.issues().expect("a list");
    let summaries: BTreeSet<String> = issues.iter().map(summary).collect();
    assert_eq!((issues.len(), summaries.len()), (FINDINGS, FINDINGS), "one each");
    assert_eq!(world.comments(&key).matches("was opened").count(), 1, "it is said once");
    let faults = world.faults();
    // Fifty are made by one call: there are few that could fail.
    assert!(faults.iter().any(|entry| entry["fired"] != 0), "something went wrong: {faults:?}");
    assert!(world.messages().is_empty(), "none of it wants a person: {:?}", world.messages());
}
